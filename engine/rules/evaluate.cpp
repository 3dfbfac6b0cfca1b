#include "rules/evaluate.hpp"

#include <algorithm>

#include "rules/internal/evaluator.hpp"

namespace minglu::rules {

namespace {

using internal::kBlockRows;

void append_block(TypeKind kind, const internal::View& view, size_t count, Column& out) {
  if (storage_of(kind) == Storage::kTri) {
    for (size_t i = 0; i < count; ++i) out.truth.push_back(static_cast<Tri>(view.tri[i]));
    return;
  }
  for (size_t i = 0; i < count; ++i) {
    const Value value = internal::value_at(kind, view, i);
    out.valid.push_back(value.null ? 0 : 1);
    if (storage_of(kind) == Storage::kInt64) out.ints.push_back(value.integer);
    if (storage_of(kind) == Storage::kDouble) out.doubles.push_back(value.real);
    if (storage_of(kind) != Storage::kText) continue;
    if (value.null) {
      out.texts.append_null();
    } else {
      out.texts.append(value.text);
    }
  }
}

}  // namespace

Result<Column> evaluate(const TypedExpr& expr, const RuleTable& table, const Context& context) {
  if (expr.type().kind == TypeKind::kSet && expr.root().op == Op::kLiteral) {
    return base::invalid_argument("a literal set has no value per row; allowed: inside 'in'");
  }
  MINGLU_TRY(internal::Program program, internal::compile({&expr, 1}, table, context.absent_is_null));
  internal::Evaluator evaluator(program, table, context);
  evaluator.prepare();
  Column out;
  out.type = expr.type();
  for (size_t first = 0; first < table.row_count(); first += kBlockRows) {
    const size_t count = std::min(kBlockRows, table.row_count() - first);
    evaluator.start_block(first, count);
    append_block(out.type.kind, evaluator.full(program.roots[0]), count, out);
  }
  out.errors = evaluator.errors_below(program.roots[0]);
  return out;
}

Result<std::vector<uint64_t>> evaluate_conditions(std::span<const TypedExpr> conditions, const RuleTable& table,
                                                  const Context& context,
                                                  const std::function<void(const RuleBlock&)>& visit) {
  MINGLU_TRY(internal::Program program, internal::compile(conditions, table, context.absent_is_null));
  internal::Evaluator evaluator(program, table, context);
  evaluator.prepare();
  for (size_t first = 0; first < table.row_count(); first += kBlockRows) {
    const size_t count = std::min(kBlockRows, table.row_count() - first);
    evaluator.start_block(first, count);
    for (size_t rule = 0; rule < conditions.size(); ++rule) {
      static_assert(sizeof(Tri) == sizeof(uint8_t));
      const auto* truth = reinterpret_cast<const Tri*>(evaluator.full(program.roots[rule]).tri);
      visit({rule, first, {truth, count}});
    }
  }
  std::vector<uint64_t> errors;
  errors.reserve(conditions.size());
  for (const uint32_t root : program.roots) errors.push_back(evaluator.errors_below(root));
  return errors;
}

}  // namespace minglu::rules
