// The vectorised evaluator: one expression over a whole table, a block of rows and an operator at a time.
//
// Semantics (docs/method/rules.md): a comparison with null is unknown; and, or, not are Kleene's; an empty `and` is
// true, an empty `or` false; overflow, division by zero and a result that is not finite give null and are counted.
// Method: equal subexpressions are computed once per block; an operand that calls a costly function is computed only
// for rows whose answer is still open. The slow twin is reference/rules. Thread-safety: functions of immutable inputs;
// any number of calls at once. Cost: some 1 to 5 ns per cheap operator and row.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "rules/expression.hpp"
#include "rules/functions/function.hpp"
#include "rules/rule_table.hpp"
#include "table/columns.hpp"

namespace minglu::rules {

/// One value per row. Which member is filled follows storage_of(type.kind).
struct Column {
  FieldType type;
  std::vector<Tri> truth;       // bool
  std::vector<int64_t> ints;    // int, money, date, period
  std::vector<double> doubles;  // double
  table::TextColumn texts;      // text, code, set
  std::vector<uint8_t> valid;   // all but bool: 1 = not null
  uint64_t errors = 0;          // overflow, division by zero, not finite: counted per operator and row
  [[nodiscard]] size_t size() const noexcept { return type.kind == TypeKind::kBool ? truth.size() : valid.size(); }
  [[nodiscard]] bool is_null(size_t row) const noexcept {
    return type.kind == TypeKind::kBool ? truth[row] == Tri::kUnknown : valid[row] == 0;
  }
};

/// kFailedPrecondition when the table lacks a field of the expression (unless context.absent_is_null) or holds it in
/// another type than it was checked with.
Result<Column> evaluate(const TypedExpr& expr, const RuleTable& table, const Context& context);

/// Called for each block: `truth` has one entry per row from `first_row` on.
struct RuleBlock {
  size_t rule = 0;
  size_t first_row = 0;
  std::span<const Tri> truth;
};

/// Many conditions at once, sharing what they have in common. `visit` gets every block of every condition, in order of
/// rows. Returns the errors counted per condition. Precondition: every type is bool.
Result<std::vector<uint64_t>> evaluate_conditions(std::span<const TypedExpr> conditions, const RuleTable& table,
                                                  const Context& context,
                                                  const std::function<void(const RuleBlock&)>& visit);

}  // namespace minglu::rules
