#include "ingest/audit_batch.hpp"

namespace minglu::ingest {

void audit_batch(const std::vector<AuditColumn>& columns, const std::vector<uint64_t>& row_numbers,
                 const codes::Fields& fields, const AuditSpec& spec, std::vector<table::Finding>& findings) {
  if (spec.row_rules == nullptr || row_numbers.empty()) return;
  std::vector<std::string> names;
  std::vector<const table::TextColumn*> texts;
  std::vector<rules::FieldType> types;
  for (const AuditColumn& column : columns) {
    const std::string& name = fields.info(column.field).code;
    const auto place = spec.row_rules->schema().find(name);
    if (!place) continue;
    names.push_back(name);
    texts.push_back(column.values);
    types.push_back(spec.row_rules->schema().fields[*place].type);
  }
  if (names.empty()) return;
  Result<rules::RuleTable> table = rules::RuleTable::from_text(names, texts, types);
  MINGLU_ASSERT(table.ok());
  table->set_row_numbers(row_numbers);
  rules::AuditContext context;
  context.context.today = spec.today;
  context.context.domain = spec.domain;
  const auto ran =
      spec.row_rules->run(*table, context, [&](table::Finding finding) { findings.push_back(std::move(finding)); });
  MINGLU_ASSERT(ran.ok());
}

}  // namespace minglu::ingest
