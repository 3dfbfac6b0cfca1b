#include "rules/expression.hpp"

#include <algorithm>
#include <set>

#include "rules/limits.hpp"
#include "rules/typed_node.hpp"

namespace minglu::rules {

Expr field(std::string name) { return {Expr::Kind::kField, {}, std::move(name), {}}; }
Expr op(std::string name, std::vector<Expr> args) { return {Expr::Kind::kOp, {}, std::move(name), std::move(args)}; }

namespace {
Expr of_literal(TypeKind kind, int64_t integer, double real, std::string text, std::vector<Literal> elements) {
  return {Expr::Kind::kLiteral, Literal{kind, integer, real, std::move(text), std::move(elements)}, {}, {}};
}

void collect_fields(const Expr& expr, std::set<std::string>& out) {
  if (expr.kind == Expr::Kind::kField) out.insert(expr.name);
  for (const Expr& arg : expr.args) collect_fields(arg, out);
}

// Recursion is bounded by the readers, which refuse deep nesting before they build it.
size_t measure(const Expr& expr, size_t& nodes) {
  nodes += 1 + expr.literal.elements.size();
  size_t deepest = 0;
  for (const Expr& arg : expr.args) deepest = std::max(deepest, measure(arg, nodes));
  return deepest + 1;
}
}  // namespace

Status check_limits(const Expr& expr) {
  size_t nodes = 0;
  const size_t depth = measure(expr, nodes);
  if (depth > kDepthMax) {
    return base::invalid_argument("the rule has " + std::to_string(depth) + " levels; at most " +
                                  std::to_string(kDepthMax));
  }
  if (nodes > kNodesMax) {
    return base::invalid_argument("the rule has " + std::to_string(nodes) + " nodes; at most " +
                                  std::to_string(kNodesMax));
  }
  return ok_status();
}

Expr literal_bool(bool value) { return of_literal(TypeKind::kBool, value ? 1 : 0, 0, {}, {}); }
Expr literal_int(int64_t value) { return of_literal(TypeKind::kInt, value, 0, {}, {}); }
Expr literal_double(double value) { return of_literal(TypeKind::kDouble, 0, value, {}, {}); }
Expr literal_money(int64_t fen) { return of_literal(TypeKind::kMoney, fen, 0, {}, {}); }
Expr literal_date(int32_t days) { return of_literal(TypeKind::kDate, days, 0, {}, {}); }
Expr literal_period(int32_t yyyymm) { return of_literal(TypeKind::kPeriod, yyyymm, 0, {}, {}); }
Expr literal_text(std::string value) { return of_literal(TypeKind::kText, 0, 0, std::move(value), {}); }
Expr literal_set(std::vector<Literal> elements) { return of_literal(TypeKind::kSet, 0, 0, {}, std::move(elements)); }

std::vector<std::string> fields_of(const Expr& expr) {
  std::set<std::string> names;
  collect_fields(expr, names);
  return {names.begin(), names.end()};
}

TypedExpr::TypedExpr(std::shared_ptr<const TypedNode> root) : root_(std::move(root)) {
  MINGLU_ASSERT(root_ != nullptr);
}

const FieldType& TypedExpr::type() const noexcept { return root_->type; }

}  // namespace minglu::rules
