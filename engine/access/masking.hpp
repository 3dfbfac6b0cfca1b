// What of a value a person gets to see (rulebook §12): shown, masked, or withheld.
//
//   mask_value({.field = "legal_rep", .kind = FieldKind::kPerson, .value = "张三丰", .source_class = "PUBLIC"}, scope)
//   // {"张*", Visibility::kMasked}
//
// | value | masked as |
// |---|---|
// | person | 张* : the first character |
// | mobile number | 138****1234 |
// | fixed line | 0755-****5678 |
// | citizen's identity number (by shape and check digit, in any text or identifier) | 1****************X |
// | e-mail | a***@example.com |
// | account number (power_account) | ****1234 |
// | address | down to the street: 广东省深圳市南山区粤海街道*** |
// | coordinate (longitude, latitude) | ***: it is an address |
//
// A class that the scope does not cover, or that is unknown, is withheld: an empty text. Personal values are shown in
// full only when `unmask` is asked for and the scope may (the operation unmask_unit, which needs a reason and is
// audited). Addresses and coordinates are shown in full to a scope that may unmask, without asking: they are where
// statisticians work. What does not have the expected form is masked wholly, never shown.
// Thread-safety: functions without state. Cost: linear in the value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/scope.hpp"
#include "codes/fields.hpp"

namespace minglu::access {

struct MaskSpec {
  std::string_view field;  // code in catalog/fields.csv
  codes::FieldKind kind = codes::FieldKind::kText;
  std::string_view value;         // UTF-8
  std::string_view source_class;  // "PUBLIC" ...: of the value's source, or of the field where there is none
  bool unmask = false;
};

enum class Visibility : uint8_t { kShown, kMasked, kWithheld };

struct MaskedValue {
  std::string value;
  Visibility visibility = Visibility::kWithheld;
  bool operator==(const MaskedValue&) const = default;
};

MaskedValue mask_value(const MaskSpec& spec, const Scope& scope);

/// Whether a text holds a citizen's identity number, also with digits behind it as in the old tax numbers of traders.
bool holds_citizen_id(std::string_view text);

/// Whether a value of this field may be masked at all: such fields offer "show in full".
bool is_maskable(std::string_view field, codes::FieldKind kind) noexcept;

}  // namespace minglu::access
