// The audit rules of the register (审核规则): catalog/rules/audit/rules.csv, run over a table of units.
//
//   MINGLU_TRY(AuditRules rules, AuditRules::load(codes::catalog_directory()));
//   MINGLU_TRY(AuditReport report, rules.run(table, {.context = {.today = day, .domain = domain.get()}}));
//
// A rule is a condition of the violation in the rule language: it fires where the condition is true, never where it is
// unknown. A rule runs when the table has the fields it reads; a field listed as optional counts as empty when the
// table lacks it (of a rule that reads optional fields only, one must be there). Otherwise the report says what is
// missing. Rules over sets of rows (duplicates, sums, cycles) see the given table only. Thread-safety: immutable after
// load; run may be called from several threads. Cost of all rules: docs/method/rules.md.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "rules/evaluate.hpp"
#include "rules/expression.hpp"
#include "rules/rule_table.hpp"
#include "table/finding.hpp"

namespace minglu::rules {

/// One row of rules.csv.
struct AuditRule {
  std::string id;  // "R003"
  table::Severity severity = table::Severity::kVerify;
  std::string field;    // the field that a finding marks
  std::string when;     // the violation, as text or JSON of the rule language
  std::string message;  // zh
  // Scope; empty = any. unit_types and categories are conditions on the row, states and levels on the occasion.
  std::vector<std::string> unit_types;  // list unit_type
  std::vector<std::string> categories;  // list survey_category
  std::vector<std::string> states;      // state of a declaration, e.g. "EXIT"
  std::vector<std::string> levels;      // level of administration
  std::vector<std::string> optional;    // fields that count as empty when the table lacks them
  std::string official;                 // number of the national check (MLK), or empty
  std::string waits_for;                // source that must deliver a field first, or empty
  std::string mark;
  std::string source;
  std::vector<std::string> fields;  // all fields read, scope included, sorted; filled by create
  bool reads_other_rows = false;    // counts, sums or looks up over the table; filled by create
};

struct AuditContext {
  Context context;    // absent_is_null is set by run
  std::string state;  // "" : rules bound to a state do not run
  std::string level;  // "" : likewise
};

/// What became of one rule in one run.
struct RuleApplicability {
  std::string rule;
  bool ran = false;
  std::vector<std::string> missing_fields;  // why not, when a field was missing
  std::string note;                         // zh: why not, and which source it waits for
  uint64_t rows = 0;                        // rows checked
  uint64_t fired = 0;
  uint64_t unknown = 0;  // rows for which the condition was unknown, null cells mostly
  uint64_t errors = 0;   // overflow, division by zero
};

struct AuditReport {
  std::vector<table::Finding> findings;  // by row, then by rule
  std::vector<RuleApplicability> rules;  // every rule, in file order
};

class AuditRules {
 public:
  /// Reads rules.csv and the field lists. kInvalidArgument, naming the rule, for an expression that does not parse or
  /// type, an unknown field or severity, or an id listed twice.
  static Result<AuditRules> load(const std::filesystem::path& catalog_dir);
  /// Same from rules in memory.
  static Result<AuditRules> create(std::vector<AuditRule> rules, Schema schema);

  [[nodiscard]] const std::vector<AuditRule>& list() const noexcept { return rules_; }
  [[nodiscard]] const Schema& schema() const noexcept { return schema_; }

  /// Only the rules that need nothing but the row itself: those that a part of a file can be checked with.
  [[nodiscard]] AuditRules row_rules() const;

  /// kFailedPrecondition when the table holds a field in another type than the schema.
  Result<AuditReport> run(const RuleTable& table, const AuditContext& context) const;
  /// Same, handing each finding over instead of keeping it: for tables of millions of rows.
  Result<std::vector<RuleApplicability>> run(const RuleTable& table, const AuditContext& context,
                                             const std::function<void(table::Finding)>& sink) const;

 private:
  Status add(AuditRule rule);
  [[nodiscard]] RuleApplicability applicability(size_t rule, const RuleTable& table, const AuditContext& context) const;

  Schema schema_;
  std::vector<AuditRule> rules_;
  std::vector<TypedExpr> conditions_;  // scope and violation
};

}  // namespace minglu::rules
