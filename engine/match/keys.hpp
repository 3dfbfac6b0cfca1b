// Exact match keys of one record: what must be equal for two records to be one unit (rule book §11, linkage order).
//
// Order of strength: USCC with name, USCC, organisation code, registration number, name with district, full legal name.
// Only trusted values give keys: an identifier that fails its check digit never links anything. A name without district
// gives a key only when it is a full registered name (region, brand, legal form), because "兴隆百货店" names many
// shops. Pure; thread-safe. Cost: one name parse per record, about 1 microsecond.
#pragma once

#include <cstdint>
#include <vector>

#include "codes/fields.hpp"
#include "text/chars.hpp"
#include "text/company_name.hpp"
#include "text/company_name_parser.hpp"
#include "units/record.hpp"

namespace minglu::match {

/// In order of application; the number is stored in derived files.
enum class KeyKind : uint8_t {
  kUsccName = 0,
  kUscc = 1,
  kOrgCode = 2,
  kRegNo = 3,
  kNameDistrict = 4,
  kName = 5,
  kLikeness = 6
};
constexpr size_t kKeyKindCount = 6;  // exact ones; likeness is no key, it comes after them

struct MatchKey {
  uint64_t hash = 0;
  KeyKind kind = KeyKind::kUscc;
};

enum class Branch : uint8_t { kUnknown = 0, kHead = 1, kBranch = 2 };

/// What constraints look at.
struct RecordTraits {
  uint64_t uscc = 0;  // hash of the trusted USCC; 0 = none
  Branch branch = Branch::kUnknown;
};

struct KeyContext {
  const codes::Fields& fields;
  const text::CharTables& chars;
  const text::CompanyNameParser& names;
};

/// Appends the record's keys to `out` and returns its traits.
RecordTraits match_keys(const units::RecordView& record, const KeyContext& context, std::vector<MatchKey>& out);

}  // namespace minglu::match
