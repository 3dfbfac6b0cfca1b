#include "rules/field_schema.hpp"

#include "codes/catalog_file.hpp"

namespace minglu::rules {

namespace {

Status add_fields(const codes::CatalogFile& file, Schema& schema) {
  constexpr size_t kCode = 0;
  constexpr size_t kTitle = 1;
  constexpr size_t kType = 2;
  for (size_t i = 0; i < file.rows.size(); ++i) {
    const std::vector<std::string>& row = file.rows[i];
    const auto type = parse_field_type(row[kType]);
    if (!type)
      return codes::catalog_error(file, i, "type '" + row[kType] + "' of field '" + row[kCode] + "' is not known");
    if (schema.find(row[kCode])) return codes::catalog_error(file, i, "field '" + row[kCode] + "' is listed twice");
    schema.fields.push_back({row[kCode], *type, row[kTitle]});
  }
  return ok_status();
}

}  // namespace

Result<Schema> load_field_schema(const std::filesystem::path& catalog_dir) {
  Schema schema;
  MINGLU_TRY(const auto fields,
             codes::load_catalog_file(catalog_dir / "fields.csv",
                                      {"code", "title_zh", "type", "source_class", "required", "compare"}));
  MINGLU_CHECK(add_fields(fields, schema));
  MINGLU_TRY(const auto derived, codes::load_catalog_file(catalog_dir / "rules" / "audit" / "derived_fields.csv",
                                                          {"code", "title_zh", "type", "made_by"}));
  MINGLU_CHECK(add_fields(derived, schema));
  return schema;
}

}  // namespace minglu::rules
