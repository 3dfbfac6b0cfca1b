// The family of cell cleaners named in catalog/sources: one line each in cleaners/all.cpp.
// A cleaner is pure: the same cell gives the same canonical text, flags and trust. It never fails and never drops a
// cell: what it cannot read is kept as it was written and flagged. Safe from several threads.
#pragma once

#include <span>
#include <string_view>

#include "codes/catalog.hpp"
#include "codes/regions.hpp"
#include "text/address.hpp"
#include "text/chars.hpp"
#include "text/company_name.hpp"
#include "text/company_name_parser.hpp"
#include "units/cleaned.hpp"

namespace minglu::ingest {

/// Everything a cleaner may consult. Borrowed; outlives every batch. Immutable, so safe from several threads.
struct CleanContext {
  const codes::Catalog& catalog;
  const codes::Regions& regions;
  const text::CharTables& chars;
  const text::AddressParser& addresses;
  const text::CompanyNameParser& names;
};

struct Cleaner {
  std::string_view name;  // word used in catalog/sources; "code:<list>" is written with its list
  std::string_view title_zh;
  std::string_view summary;
  std::string_view example;
  units::Cleaned (*fn)(std::string_view cell, std::string_view list, const CleanContext& context);
};

/// The whole family, in the order of the documentation.
std::span<const Cleaner> all_cleaners();
/// By word, "code:org_type" gives the "code" cleaner. Null when unknown.
const Cleaner* find_cleaner(std::string_view word);

}  // namespace minglu::ingest
