// The types of the rule language and the small values shared by its parts. Semantics: docs/method/rules.md.
// Every type has null; money is in fen, dates count days, periods are months. Logic is three-valued: unknown is neither
// true nor false, and a rule fires on true only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::rules {

enum class TypeKind : uint8_t {
  kBool,    // three-valued: false, true, unknown
  kInt,     // 64-bit signed
  kMoney,   // integer fen, 64-bit signed
  kDouble,  // finite; NaN and infinity never appear, they become unknown
  kDate,    // days since 1970-01-01, years 1800..2199
  kPeriod,  // reporting month yyyymm
  kText,    // UTF-8, never empty (an empty cell is null); ordered by code point
  kCode,    // text that belongs to a code list
  kSet,     // set of texts, canonical text "a|b|c"
};

struct FieldType {
  TypeKind kind = TypeKind::kText;
  std::string code_list;  // kCode only: name of the list, may be empty
  bool operator==(const FieldType&) const = default;
};

/// "bool", "int", "money", "double", "date", "period", "text", "code", "set".
std::string_view type_name(TypeKind kind) noexcept;
/// Reads the types of catalog/fields.csv (identifier, name, address, person, phone -> text; integer -> int;
/// decimal -> double; "code:industry" -> code of that list) and the names of type_name. Null for an unknown word.
std::optional<FieldType> parse_field_type(std::string_view text);

/// How a kind is stored: several kinds share one storage.
enum class Storage : uint8_t { kTri, kInt64, kDouble, kText };
constexpr Storage storage_of(TypeKind kind) noexcept {
  switch (kind) {
    case TypeKind::kBool: return Storage::kTri;
    case TypeKind::kInt:
    case TypeKind::kMoney:
    case TypeKind::kDate:
    case TypeKind::kPeriod: return Storage::kInt64;
    case TypeKind::kDouble: return Storage::kDouble;
    case TypeKind::kText:
    case TypeKind::kCode:
    case TypeKind::kSet: return Storage::kText;
  }
  return Storage::kText;
}

/// Three-valued truth. A rule fires on kTrue only.
enum class Tri : uint8_t { kFalse = 0, kTrue = 1, kUnknown = 2 };

struct SchemaField {
  std::string name;
  FieldType type;
  std::string title_zh;  // for messages; may be empty
};

/// The fields an expression may name. Cost of find: linear; schemas are small.
struct Schema {
  std::vector<SchemaField> fields;
  [[nodiscard]] std::optional<size_t> find(std::string_view name) const noexcept;
};

}  // namespace minglu::rules
