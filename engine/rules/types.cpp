#include "rules/types.hpp"

#include <array>
#include <utility>

namespace minglu::rules {

namespace {
constexpr std::array<std::pair<std::string_view, TypeKind>, 17> kTypeWords = {{
    {"bool", TypeKind::kBool},
    {"int", TypeKind::kInt},
    {"money", TypeKind::kMoney},
    {"double", TypeKind::kDouble},
    {"date", TypeKind::kDate},
    {"period", TypeKind::kPeriod},
    {"text", TypeKind::kText},
    {"code", TypeKind::kCode},
    {"set", TypeKind::kSet},
    // the words of catalog/fields.csv
    {"integer", TypeKind::kInt},
    {"decimal", TypeKind::kDouble},
    {"identifier", TypeKind::kText},
    {"name", TypeKind::kText},
    {"address", TypeKind::kText},
    {"person", TypeKind::kText},
    {"phone", TypeKind::kText},
    {"boolean", TypeKind::kBool},
}};
}  // namespace

std::string_view type_name(TypeKind kind) noexcept {
  for (const auto& [word, value] : kTypeWords) {
    if (value == kind) return word;
  }
  return "?";
}

std::optional<FieldType> parse_field_type(std::string_view text) {
  constexpr std::string_view kCodePrefix = "code:";
  if (text.substr(0, kCodePrefix.size()) == kCodePrefix) {
    return FieldType{TypeKind::kCode, std::string(text.substr(kCodePrefix.size()))};
  }
  for (const auto& [word, value] : kTypeWords) {
    if (word == text) return FieldType{value, {}};
  }
  return std::nullopt;
}

std::optional<size_t> Schema::find(std::string_view name) const noexcept {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace minglu::rules
