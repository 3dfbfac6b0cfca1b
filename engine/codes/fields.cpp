#include "codes/fields.hpp"

#include <array>
#include <utility>

#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

constexpr std::array<std::pair<std::string_view, FieldKind>, 11> kKinds{{{"identifier", FieldKind::kIdentifier},
                                                                         {"name", FieldKind::kName},
                                                                         {"text", FieldKind::kText},
                                                                         {"code", FieldKind::kCode},
                                                                         {"address", FieldKind::kAddress},
                                                                         {"person", FieldKind::kPerson},
                                                                         {"date", FieldKind::kDate},
                                                                         {"phone", FieldKind::kPhone},
                                                                         {"money", FieldKind::kMoney},
                                                                         {"integer", FieldKind::kInteger},
                                                                         {"decimal", FieldKind::kDecimal}}};
constexpr std::array<std::pair<std::string_view, FieldCompare>, 4> kCompares{{{"exact", FieldCompare::kExact},
                                                                              {"name", FieldCompare::kName},
                                                                              {"address", FieldCompare::kAddress},
                                                                              {"none", FieldCompare::kNone}}};
constexpr std::array<std::string_view, 3> kClasses{"PUBLIC", "DEPT_ADMIN", "SURVEY"};
// Codes that engine code names; the catalog must have them.
constexpr std::array<std::string_view, 18> kRelied{
    "uscc",       "org_code",    "reg_no",      "tax_id",          "name",       "former_name", "unit_type",
    "address",    "reg_address", "region_code", "reg_region_code", "owner_uscc", "parent_uscc", "cancelled",
    "reg_status", "founded",     "short_name",  "power_account"};

template <typename T, size_t N>
std::optional<T> lookup(const std::array<std::pair<std::string_view, T>, N>& table, std::string_view word) {
  for (const auto& [name, value] : table) {
    if (name == word) return value;
  }
  return std::nullopt;
}

Result<FieldInfo> read_row(const std::vector<std::string>& row) {
  FieldInfo info;
  info.code = row[0];
  info.title_zh = row[1];
  std::string_view type = row[2];
  if (const size_t colon = type.find(':'); colon != std::string_view::npos) {
    info.list = type.substr(colon + 1);
    type = type.substr(0, colon);
  }
  const auto kind = lookup(kKinds, type);
  const auto compare = lookup(kCompares, row[5]);
  if (!kind) return base::invalid_argument("field \"" + info.code + "\": unknown type \"" + row[2] + "\"");
  if (!compare) return base::invalid_argument("field \"" + info.code + "\": unknown comparison \"" + row[5] + "\"");
  info.kind = *kind;
  info.compare = *compare;
  info.source_class = row[3];
  bool known_class = false;
  for (std::string_view name : kClasses) known_class |= name == info.source_class;
  if (!known_class) return base::invalid_argument("field \"" + info.code + "\": unknown class \"" + row[3] + "\"");
  if (row[4] != "0" && row[4] != "1") {
    return base::invalid_argument("field \"" + info.code + "\": required must be 0 or 1, not \"" + row[4] + "\"");
  }
  info.required = row[4] == "1";
  return info;
}

}  // namespace

Result<Fields> Fields::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(catalog_directory / "fields.csv",
                               {"code", "title_zh", "type", "source_class", "required", "compare"}));
  Fields fields;
  for (const std::vector<std::string>& row : file.rows) {
    MINGLU_TRY(FieldInfo info, read_row(row));
    const FieldId id{static_cast<uint16_t>(fields.infos_.size())};
    if (id.value >= kCountMax) return base::invalid_argument("catalog/fields.csv: more than 1024 fields");
    if (!fields.by_code_.emplace(info.code, id).second) {
      return base::invalid_argument("catalog/fields.csv: field \"" + info.code + "\" stands twice");
    }
    fields.infos_.push_back(std::move(info));
  }
  for (std::string_view code : kRelied) {
    if (!fields.find(code)) {
      return base::invalid_argument("catalog/fields.csv: field \"" + std::string(code) +
                                    "\" is missing; the engine needs it");
    }
  }
  return fields;
}

std::optional<FieldId> Fields::find(std::string_view code) const {
  const auto it = by_code_.find(std::string(code));
  if (it == by_code_.end()) return std::nullopt;
  return it->second;
}

FieldId Fields::require(std::string_view code) const {
  const auto id = find(code);
  MINGLU_ASSERT(id.has_value());
  return *id;
}

}  // namespace minglu::codes
