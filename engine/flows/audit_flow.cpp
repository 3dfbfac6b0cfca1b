#include "flows/audit_flow.hpp"

#include <algorithm>

#include "codes/catalog_file.hpp"
#include "ingest/cleaner.hpp"
#include "table/reader.hpp"

namespace minglu::flows {
namespace {

using Aliases = std::map<std::string, std::string>;

Result<Aliases> load_aliases(const std::filesystem::path& catalog) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog / "rules" / "audit" / "column_aliases.csv", {"column", "field"}));
  Aliases aliases;
  for (const std::vector<std::string>& row : file.rows) aliases.emplace(row[0], row[1]);
  return aliases;
}

// Which schema field a column is: by code, by alias (names of the survey forms), or by Chinese title.
std::optional<size_t> field_of_column(const std::string& column, const rules::Schema& schema, const Aliases& aliases) {
  if (const auto place = schema.find(column)) return place;
  if (const auto it = aliases.find(column); it != aliases.end()) return schema.find(it->second);
  for (size_t i = 0; i < schema.fields.size(); ++i) {
    if (!schema.fields[i].title_zh.empty() && schema.fields[i].title_zh == column) return i;
  }
  return std::nullopt;
}

// Survey forms carry money in 千元, registered capital is in 万元, departments' figures are in 元 (rule book §0, §0a).
std::string_view cleaner_of(const rules::SchemaField& field, const codes::Fields& fields) {
  switch (field.type.kind) {
    case rules::TypeKind::kMoney: {
      if (field.name == "capital") return "capital";
      const auto id = fields.find(field.name);
      return id && fields.info(*id).source_class == "SURVEY" ? "money_thousand" : "money_yuan";
    }
    case rules::TypeKind::kDate: return "date";
    case rules::TypeKind::kInt: return "integer";
    case rules::TypeKind::kDouble: return "decimal";
    default: return "";
  }
}

struct AuditedColumn {
  size_t file_column = 0;
  rules::SchemaField field;
  const ingest::Cleaner* cleaner = nullptr;
  table::TextColumn values;
};

// Text, codes and identifiers are judged as written. Numbers, dates and money are read as people write them; what
// cannot be read stays as it stands, so that rules see a malformed cell rather than an empty one.
void append_cell(AuditedColumn& column, std::optional<std::string_view> cell, const ingest::CleanContext& context) {
  if (!cell || cell->find_first_not_of(" \t") == std::string_view::npos) {
    column.values.append_null();
    return;
  }
  if (column.cleaner == nullptr) {
    column.values.append(*cell);
    return;
  }
  const units::Cleaned cleaned = column.cleaner->fn(*cell, "", context);
  column.values.append(cleaned.value ? std::string_view(*cleaned.value) : *cell);
}

Result<std::vector<AuditedColumn>> plan_columns(const table::TableReader& reader, const Knowledge& knowledge) {
  MINGLU_TRY(const Aliases aliases, load_aliases(knowledge.directory()));
  const rules::Schema& schema = knowledge.audit_rules().schema();
  std::vector<AuditedColumn> columns;
  for (size_t i = 0; i < reader.names().size(); ++i) {
    const auto place = field_of_column(reader.names()[i], schema, aliases);
    if (!place) continue;
    const rules::SchemaField& field = schema.fields[*place];
    const bool twice =
        std::any_of(columns.begin(), columns.end(), [&](const AuditedColumn& c) { return c.field.name == field.name; });
    if (twice)
      return base::invalid_argument("column \"" + reader.names()[i] + "\": field \"" + field.name + "\" stands twice");
    columns.push_back({i, field, ingest::find_cleaner(cleaner_of(field, knowledge.fields())), {}});
  }
  if (columns.empty()) {
    return base::invalid_argument(
        "no column of the file is a register field; name the columns as in catalog/fields.csv, "
        "such as uscc, name, industry_code, or by their Chinese titles");
  }
  return columns;
}

Status read_rows(table::TableReader& reader, const Knowledge& knowledge, std::vector<AuditedColumn>& columns,
                 std::vector<uint64_t>& row_numbers, std::vector<table::Finding>& problems) {
  const ingest::CleanContext context = knowledge.clean_context();
  table::RawBatch batch;
  for (;;) {
    MINGLU_TRY(const bool more, reader.next(batch));
    if (!more) return ok_status();
    row_numbers.insert(row_numbers.end(), batch.row_numbers.begin(), batch.row_numbers.end());
    for (AuditedColumn& column : columns) {
      for (size_t r = 0; r < batch.row_count(); ++r)
        append_cell(column, batch.columns[column.file_column].cell(r), context);
    }
    for (const table::RowProblem& problem : batch.problems) {
      problems.push_back({problem.row, "", problem.code,
                          problem.fatal ? table::Severity::kMandatory : table::Severity::kVerify, problem.message});
    }
  }
}

}  // namespace

Result<AuditFileReport> audit_file(const Knowledge& knowledge, const AuditFileSpec& spec) {
  MINGLU_TRY(std::unique_ptr<table::TableReader> reader, table::open_table(spec.file, {}));
  MINGLU_TRY(std::vector<AuditedColumn> columns, plan_columns(*reader, knowledge));
  AuditFileReport report;
  std::vector<uint64_t> row_numbers;
  MINGLU_CHECK(read_rows(*reader, knowledge, columns, row_numbers, report.findings));
  std::vector<std::string> names;
  std::vector<const table::TextColumn*> texts;
  std::vector<rules::FieldType> types;
  for (const AuditedColumn& column : columns) {
    names.push_back(column.field.name);
    texts.push_back(&column.values);
    types.push_back(column.field.type);
  }
  MINGLU_TRY(rules::RuleTable table, rules::RuleTable::from_text(names, texts, types));
  report.rows = row_numbers.size();
  table.set_row_numbers(std::move(row_numbers));
  rules::AuditContext context;
  context.context.today = spec.today;
  context.context.domain = &knowledge.domain();
  MINGLU_TRY(rules::AuditReport audited, knowledge.audit_rules().run(table, context));
  for (const rules::RuleApplicability& rule : audited.rules) {
    if (!rule.ran) report.not_applicable.push_back(rule.rule + ": " + rule.note);
  }
  report.findings.insert(report.findings.end(), audited.findings.begin(), audited.findings.end());
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const table::Finding& a, const table::Finding& b) { return a.row < b.row; });
  for (const table::Finding& finding : report.findings) ++report.fired[finding.rule];
  return report;
}

}  // namespace minglu::flows
