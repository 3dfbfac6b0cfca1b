#include "rules/audit.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "codes/catalog_file.hpp"
#include "rules/field_schema.hpp"
#include "rules/typed_node.hpp"
#include "units/identifiers.hpp"

namespace minglu::rules {

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find(';', start), text.size());
    if (end > start) out.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return out;
}

std::optional<table::Severity> parse_severity(const std::string& text) {
  for (const auto severity :
       {table::Severity::kMandatory, table::Severity::kQuasi, table::Severity::kVerify, table::Severity::kInfo}) {
    if (text.size() == 1 && text[0] == static_cast<char>(severity)) return severity;
  }
  return std::nullopt;
}

// Columns of rules.csv, in order.
const std::vector<std::string> kColumns = {"id",         "severity",   "field",    "when",   "message",
                                           "unit_types", "categories", "at_state", "levels", "optional",
                                           "official",   "waits_for",  "mark",     "source"};

Result<AuditRule> read_rule(const codes::CatalogFile& file, size_t index) {
  const std::vector<std::string>& cells = file.rows[index];
  const auto severity = parse_severity(cells[1]);
  if (!severity) return codes::catalog_error(file, index, "severity '" + cells[1] + "'; allowed: M, Q, V, I");
  AuditRule rule;
  rule.id = cells[0];
  rule.severity = *severity;
  rule.field = cells[2];
  rule.when = cells[3];
  rule.message = cells[4];
  rule.unit_types = split(cells[5]);
  rule.categories = split(cells[6]);
  rule.states = split(cells[7]);
  rule.levels = split(cells[8]);
  rule.optional = split(cells[9]);
  rule.official = cells[10];
  rule.waits_for = cells[11];
  rule.mark = cells[12];
  rule.source = cells[13];
  return rule;
}

Expr one_of(const char* name, const std::vector<std::string>& codes) {
  std::vector<Literal> elements;
  for (const std::string& code : codes) elements.push_back(literal_text(code).literal);
  return op("in", {field(name), literal_set(std::move(elements))});
}

bool holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : "、") + item;
  return out;
}

// A cell as people read it: money in 元, a citizen's number masked, long text cut.
std::string shown(const TableColumn& column, std::string_view text, size_t row) {
  if (text.empty()) return "空";
  if (column.type.kind == TypeKind::kMoney && column.valid[row] != 0)
    return print_text(literal_money(column.ints[row]));
  constexpr size_t kShownBytes = 120;
  constexpr size_t kCitizenDigits = 18;
  std::string out = text.size() < kCitizenDigits ? std::string(text) : units::mask_personal_id(text);
  if (out.size() <= kShownBytes) return out;
  size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  return out.substr(0, end) + "…";
}

bool reads_other_rows(const TypedNode& node) {
  if (is_aggregate(node.op)) return true;
  return std::any_of(node.args.begin(), node.args.end(), [](const auto& arg) { return reads_other_rows(*arg); });
}

// A field whose value a message names.
struct ShownField {
  std::string title;
  size_t column = 0;
};

// The marked field first, then others that the rule reads.
std::vector<ShownField> shown_fields(const AuditRule& rule, const Schema& schema, const RuleTable& table) {
  constexpr size_t kShownFields = 4;
  std::vector<std::string> names{rule.field};
  for (const std::string& name : rule.fields) {
    if (names.size() < kShownFields && name != rule.field) names.push_back(name);
  }
  std::vector<ShownField> out;
  for (const std::string& name : names) {
    const auto column = table.schema().find(name);
    if (!column) continue;
    const std::string& title = schema.fields[*schema.find(name)].title_zh;
    out.push_back({title.empty() ? name : title, *column});
  }
  return out;
}

table::Finding make_finding(const AuditRule& rule, const std::vector<ShownField>& fields, const RuleTable& table,
                            size_t row) {
  std::string message = rule.message;
  message += '(';
  for (const ShownField& field : fields) {
    if (&field != &fields.front()) message += ';';
    message += field.title;
    message += '=';
    message += shown(table.column(field.column), table.cell_text(field.column, row), row);
  }
  message += ')';
  return {table.row_number(row), rule.field, rule.id, rule.severity, std::move(message)};
}

}  // namespace

Result<AuditRules> AuditRules::load(const std::filesystem::path& catalog_dir) {
  MINGLU_TRY(Schema schema, load_field_schema(catalog_dir));
  MINGLU_TRY(const auto file, codes::load_catalog_file(catalog_dir / "rules" / "audit" / "rules.csv", kColumns));
  std::vector<AuditRule> rules;
  for (size_t i = 0; i < file.rows.size(); ++i) {
    MINGLU_TRY(AuditRule rule, read_rule(file, i));
    rules.push_back(std::move(rule));
  }
  return create(std::move(rules), std::move(schema));
}

Result<AuditRules> AuditRules::create(std::vector<AuditRule> rules, Schema schema) {
  AuditRules out;
  out.schema_ = std::move(schema);
  for (AuditRule& rule : rules) {
    const std::string id = rule.id;
    const Status added = out.add(std::move(rule));
    if (!added.ok()) return base::invalid_argument("audit rule " + id + ": " + added.error().message);
  }
  return out;
}

AuditRules AuditRules::row_rules() const {
  AuditRules out;
  out.schema_ = schema_;
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].reads_other_rows) continue;
    out.rules_.push_back(rules_[i]);
    out.conditions_.push_back(conditions_[i]);
  }
  return out;
}

Status AuditRules::add(AuditRule rule) {
  const auto same = [&](const AuditRule& other) { return other.id == rule.id; };
  if (rule.id.empty() || rule.message.empty()) return base::invalid_argument("id and message may not be empty");
  if (std::any_of(rules_.begin(), rules_.end(), same)) return base::invalid_argument("the id is listed twice");
  if (!schema_.find(rule.field)) return base::invalid_argument("field '" + rule.field + "' is not known");
  for (const std::string& name : rule.optional) {
    if (!schema_.find(name)) return base::invalid_argument("optional field '" + name + "' is not known");
  }
  MINGLU_TRY(Expr violation, rule.when.substr(0, 1) == "{" ? parse_json(rule.when) : parse_text(rule.when));
  std::vector<Expr> parts;
  if (!rule.unit_types.empty()) parts.push_back(one_of("unit_type", rule.unit_types));
  if (!rule.categories.empty()) parts.push_back(one_of("survey_category", rule.categories));
  parts.push_back(std::move(violation));
  const Expr whole = parts.size() == 1 ? std::move(parts[0]) : op("and", std::move(parts));
  MINGLU_TRY(TypedExpr condition, check_condition(whole, schema_));
  rule.fields = fields_of(whole);
  rule.reads_other_rows = reads_other_rows(condition.root());
  conditions_.push_back(std::move(condition));
  rules_.push_back(std::move(rule));
  return ok_status();
}

RuleApplicability AuditRules::applicability(size_t index, const RuleTable& table, const AuditContext& context) const {
  const AuditRule& rule = rules_[index];
  RuleApplicability out;
  out.rule = rule.id;
  if (!rule.states.empty() && !holds(rule.states, context.state)) out.note = "仅用于环节:" + joined(rule.states);
  if (!rule.levels.empty() && !holds(rule.levels, context.level)) out.note = "仅用于层级:" + joined(rule.levels);
  if (!out.note.empty()) return out;
  size_t present = 0;
  std::vector<std::string> absent_optional;
  for (const std::string& name : rule.fields) {
    if (table.schema().find(name)) {
      ++present;
    } else {
      (holds(rule.optional, name) ? absent_optional : out.missing_fields).push_back(name);
    }
  }
  if (present == 0 && out.missing_fields.empty()) out.missing_fields = absent_optional;
  out.ran = out.missing_fields.empty();
  if (!out.ran) {
    out.note = "缺少字段:" + joined(out.missing_fields);
    if (!rule.waits_for.empty()) out.note += ";等待来源:" + rule.waits_for;
  }
  return out;
}

Result<std::vector<RuleApplicability>> AuditRules::run(const RuleTable& table, const AuditContext& context,
                                                       const std::function<void(table::Finding)>& sink) const {
  std::vector<RuleApplicability> out;
  std::vector<size_t> running;
  std::vector<TypedExpr> conditions;
  std::vector<std::vector<ShownField>> fields(rules_.size());
  for (size_t rule = 0; rule < rules_.size(); ++rule) {
    out.push_back(applicability(rule, table, context));
    if (!out.back().ran) continue;
    out.back().rows = table.row_count();
    running.push_back(rule);
    fields[rule] = shown_fields(rules_[rule], schema_, table);
    conditions.push_back(conditions_[rule]);
  }
  Context settings = context.context;
  settings.absent_is_null = true;
  // Findings of one block, to hand them over by row and not by rule.
  std::vector<std::pair<size_t, size_t>> fired;  // row, rule
  const auto visit = [&](const RuleBlock& block) {
    RuleApplicability& counts = out[running[block.rule]];
    const auto of = [&](Tri wanted) {
      return static_cast<uint64_t>(std::count(block.truth.begin(), block.truth.end(), wanted));
    };
    counts.unknown += of(Tri::kUnknown);
    if (const uint64_t hits = of(Tri::kTrue); hits > 0) {
      counts.fired += hits;
      for (size_t i = 0; i < block.truth.size(); ++i) {
        if (block.truth[i] == Tri::kTrue) fired.emplace_back(block.first_row + i, running[block.rule]);
      }
    }
    if (block.rule + 1 != running.size()) return;
    std::sort(fired.begin(), fired.end());
    for (const auto& [row, rule] : fired) sink(make_finding(rules_[rule], fields[rule], table, row));
    fired.clear();
  };
  MINGLU_TRY(const auto errors, evaluate_conditions(conditions, table, settings, visit));
  for (size_t i = 0; i < running.size(); ++i) out[running[i]].errors = errors[i];
  return out;
}

Result<AuditReport> AuditRules::run(const RuleTable& table, const AuditContext& context) const {
  AuditReport out;
  MINGLU_TRY(out.rules,
             run(table, context, [&](table::Finding finding) { out.findings.push_back(std::move(finding)); }));
  return out;
}

}  // namespace minglu::rules
