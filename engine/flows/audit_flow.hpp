// Audit rules on a plain file whose column names are register field codes: no register needed.
// Money columns: fields of surveys in 千元, capital in 万元, others in 元; rules see fen. A rule that needs a column
// the file lacks is not run and is listed as not applicable; an empty cell is null. Pure but for reading the file; safe
// from several threads. Cost: a few microseconds a row for all rules.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/knowledge.hpp"
#include "table/finding.hpp"

namespace minglu::flows {

struct AuditFileSpec {
  std::filesystem::path file;
  Date today;
};

struct AuditFileReport {
  uint64_t rows = 0;
  std::vector<table::Finding> findings;     // ascending by (row, rule)
  std::map<std::string, uint64_t> fired;    // by rule
  std::vector<std::string> not_applicable;  // "R031: needs address, region_code"
};

/// kInvalidArgument when the file cannot be read or has no column that is a register field.
Result<AuditFileReport> audit_file(const Knowledge& knowledge, const AuditFileSpec& spec);

}  // namespace minglu::flows
