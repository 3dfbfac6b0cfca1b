// Lists out of the register for one person: what RegisterReader shows, as CSV or XLSX, with nothing outside the scope
// and sensitive values masked.
//
// Lists: units, search (of a query), conflicts, missing, new, discrepancies (of one source: what it says against what
// holds, for the department to answer). Column names are stable: docs/guide/cli.md. Codes are text, so that 18 digits
// survive. Errors: kInvalidArgument for another list, an unknown source, or a search with more hits than pages reach;
// kNotFound for an unknown pin.
// Cost: one pass. Thread-safety: any number of callers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.hpp"
#include "flows/register_reader.hpp"

namespace minglu::flows {

struct ScopedExport {
  std::string list;
  search::Query query = {};  // of "search"
  std::string source = {};   // of "discrepancies"
  std::string pin = {};      // of "units": the register at this named moment
  std::filesystem::path out;
  std::function<void(uint64_t done, uint64_t total)> progress = {};
};

/// Rows written.
Result<uint64_t> export_for(Home& home, const RegisterReader& reader, const ScopedExport& spec);

}  // namespace minglu::flows
