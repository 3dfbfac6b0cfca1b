// The type checker: from names to operators and types.
#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/date.hpp"
#include "rules/limits.hpp"
#include "rules/typed_node.hpp"

namespace minglu::rules {

namespace {

using Node = std::shared_ptr<TypedNode>;

std::string type_text(const FieldType& type) {
  std::string out(type_name(type.kind));
  if (!type.code_list.empty()) out += ":" + type.code_list;
  return out;
}

std::string mask_text(KindMask kinds) {
  std::string out;
  for (unsigned k = 0; k <= static_cast<unsigned>(TypeKind::kSet); ++k) {
    if ((kinds & (KindMask{1} << k)) == 0) continue;
    if (!out.empty()) out += " or ";
    out += type_name(static_cast<TypeKind>(k));
  }
  return out;
}

bool is_text(TypeKind kind) noexcept { return kind == TypeKind::kText || kind == TypeKind::kCode; }
bool is_number(TypeKind kind) noexcept { return kind == TypeKind::kInt || kind == TypeKind::kDouble; }

Node make(Op op, TypeKind kind, std::vector<std::shared_ptr<const TypedNode>> args = {}) {
  auto node = std::make_shared<TypedNode>();
  node->op = op;
  node->type = {kind, {}};
  node->args = std::move(args);
  return node;
}

using TypedNodePtr = std::shared_ptr<const TypedNode>;

// A literal of another kind where nothing is lost and nothing is guessed; null otherwise.
std::optional<Literal> coerce(const Literal& literal, TypeKind kind) {
  if (literal.kind == kind || (literal.kind == TypeKind::kText && kind == TypeKind::kCode)) return literal;
  Literal out;
  out.kind = kind;
  if (literal.kind == TypeKind::kText && kind == TypeKind::kDate) {
    const auto date = base::parse_iso_date(literal.text);
    if (!date) return std::nullopt;
    out.integer = date->days;
    return out;
  }
  if (literal.kind == TypeKind::kText && kind == TypeKind::kPeriod) {
    const auto period = base::parse_period(literal.text);
    if (!period) return std::nullopt;
    out.integer = period->yyyymm;
    return out;
  }
  return std::nullopt;
}

class Checker {
 public:
  explicit Checker(const Schema& schema) : schema_(schema) {}

  Result<TypedNodePtr> check(const Expr& expr, size_t depth);

 private:
  struct Call {
    const std::string& name;
    std::vector<TypedNodePtr> args;
  };
  using Rule = Result<TypedNodePtr> (Checker::*)(Op, Call&);
  struct OpRule {
    std::string_view name;
    Op op;
    Rule rule;
  };

  Result<TypedNodePtr> check_leaf(const Expr& expr);
  Result<TypedNodePtr> check_logic(Op op, Call& call);
  Result<TypedNodePtr> check_not(Op op, Call& call);
  Result<TypedNodePtr> check_comparison(Op op, Call& call);
  Result<TypedNodePtr> check_between(Op op, Call& call);
  Result<TypedNodePtr> check_in(Op op, Call& call);
  Result<TypedNodePtr> check_is_null(Op op, Call& call);
  Result<TypedNodePtr> check_malformed(Op op, Call& call);
  Result<TypedNodePtr> check_sum(Op op, Call& call);
  Result<TypedNodePtr> check_product(Op op, Call& call);
  Result<TypedNodePtr> check_sign(Op op, Call& call);
  Result<TypedNodePtr> check_same(Op op, Call& call);
  Result<TypedNodePtr> check_if(Op op, Call& call);
  Result<TypedNodePtr> check_count_by(Op op, Call& call);
  Result<TypedNodePtr> check_distinct_by(Op op, Call& call);
  Result<TypedNodePtr> check_sum_match(Op op, Call& call);
  Result<TypedNodePtr> check_exists_in(Op op, Call& call);
  Result<TypedNodePtr> check_in_cycle(Op op, Call& call);
  Result<TypedNodePtr> check_function(const FunctionSpec& spec, Call& call);

  static std::span<const OpRule> op_rules();
  Status arity(const Call& call, size_t least, size_t most) const;
  Status need(const Call& call, size_t index, KindMask allowed) const;
  static Status comparable(Call& call, size_t a, size_t b);
  Status unify(Call& call, size_t from);
  Status no_aggregate_inside(const Call& call) const;

  const Schema& schema_;
  size_t nodes_ = 0;
};

std::span<const Checker::OpRule> Checker::op_rules() {
  static const std::array<OpRule, 28> kRules = {{
      {"and", Op::kAnd, &Checker::check_logic},
      {"or", Op::kOr, &Checker::check_logic},
      {"not", Op::kNot, &Checker::check_not},
      {"=", Op::kEq, &Checker::check_comparison},
      {"!=", Op::kNe, &Checker::check_comparison},
      {"<", Op::kLt, &Checker::check_comparison},
      {"<=", Op::kLe, &Checker::check_comparison},
      {">", Op::kGt, &Checker::check_comparison},
      {">=", Op::kGe, &Checker::check_comparison},
      {"between", Op::kBetween, &Checker::check_between},
      {"in", Op::kIn, &Checker::check_in},
      {"is_null", Op::kIsNull, &Checker::check_is_null},
      {"malformed", Op::kMalformed, &Checker::check_malformed},
      {"+", Op::kAdd, &Checker::check_sum},
      {"-", Op::kSub, &Checker::check_sum},
      {"*", Op::kMul, &Checker::check_product},
      {"/", Op::kDiv, &Checker::check_product},
      {"neg", Op::kNeg, &Checker::check_sign},
      {"abs", Op::kAbs, &Checker::check_sign},
      {"coalesce", Op::kCoalesce, &Checker::check_same},
      {"min", Op::kMin, &Checker::check_same},
      {"max", Op::kMax, &Checker::check_same},
      {"if", Op::kIf, &Checker::check_if},
      {"count_by", Op::kCountBy, &Checker::check_count_by},
      {"distinct_by", Op::kDistinctBy, &Checker::check_distinct_by},
      {"sum_match", Op::kSumMatch, &Checker::check_sum_match},
      {"exists_in", Op::kExistsIn, &Checker::check_exists_in},
      {"in_cycle", Op::kInCycle, &Checker::check_in_cycle},
  }};
  return kRules;
}

Status Checker::arity(const Call& call, size_t least, size_t most) const {
  const size_t n = call.args.size();
  if (n >= least && n <= most) return ok_status();
  std::string allowed = std::to_string(least);
  if (most != least) allowed += most == SIZE_MAX ? " or more" : " to " + std::to_string(most);
  return base::invalid_argument("'" + call.name + "' has " + std::to_string(n) + " operands; allowed: " + allowed);
}

Status Checker::need(const Call& call, size_t index, KindMask allowed) const {
  if ((mask(call.args[index]->type.kind) & allowed) != 0) return ok_status();
  return base::invalid_argument("operand " + std::to_string(index + 1) + " of '" + call.name + "' is " +
                                type_text(call.args[index]->type) + "; allowed: " + mask_text(allowed));
}

// Makes the two operands comparable, turning a literal into the other side's kind where that is exact.
Status Checker::comparable(Call& call, size_t a, size_t b) {
  auto& args = call.args;
  for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
    if (args[from]->op != Op::kLiteral) continue;
    const auto literal = coerce(args[from]->literal, args[to]->type.kind);
    if (!literal || literal->kind == args[from]->literal.kind) continue;
    Node node = make(Op::kLiteral, literal->kind);
    node->literal = *literal;
    args[from] = node;
  }
  const TypeKind left = args[a]->type.kind;
  const TypeKind right = args[b]->type.kind;
  const bool good = left != TypeKind::kSet &&
                    (left == right || (is_text(left) && is_text(right)) || (is_number(left) && is_number(right)));
  if (good) return ok_status();
  std::string hint;
  if (left == TypeKind::kMoney || right == TypeKind::kMoney) hint = " (write an amount as 2000万元 or 12.50元)";
  return base::invalid_argument("'" + call.name + "' compares " + type_text(args[a]->type) + " with " +
                                type_text(args[b]->type) + "; allowed: the same type, text with code, int with double" +
                                hint);
}

Result<TypedNodePtr> Checker::check_logic(Op op, Call& call) {
  for (size_t i = 0; i < call.args.size(); ++i) MINGLU_CHECK(need(call, i, mask(TypeKind::kBool)));
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_not(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 1, 1));
  return check_logic(op, call);
}

Result<TypedNodePtr> Checker::check_comparison(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 2, 2));
  MINGLU_CHECK(comparable(call, 0, 1));
  if (call.args[0]->type.kind == TypeKind::kBool && op != Op::kEq && op != Op::kNe) {
    return base::invalid_argument("'" + call.name + "' orders bool; allowed: = and !=");
  }
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_between(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 3, 3));
  MINGLU_CHECK(comparable(call, 0, 1));
  MINGLU_CHECK(comparable(call, 0, 2));
  if (call.args[0]->type.kind == TypeKind::kBool) {
    return base::invalid_argument("'between' orders bool; allowed: types with an order");
  }
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_in(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 2, 2));
  if (call.args[1]->op != Op::kLiteral || call.args[1]->type.kind != TypeKind::kSet) {
    return base::invalid_argument(
        "operand 2 of 'in' is " + type_text(call.args[1]->type) +
        "; allowed: a literal set such as {\"a\", \"b\"} (for a set field use has(set, text))");
  }
  const TypeKind kind = call.args[0]->type.kind;
  Node set = make(Op::kLiteral, TypeKind::kSet);
  set->literal.kind = TypeKind::kSet;
  for (const Literal& element : call.args[1]->literal.elements) {
    auto fitted = coerce(element, kind);
    if (!fitted && is_number(kind) && is_number(element.kind)) fitted = element;
    if (!fitted || kind == TypeKind::kSet) {
      return base::invalid_argument("'in' looks for " + type_text(call.args[0]->type) + " in a set that holds " +
                                    std::string(type_name(element.kind)) + "; allowed: elements of the same type");
    }
    set->literal.elements.push_back(std::move(*fitted));
  }
  return TypedNodePtr(make(op, TypeKind::kBool, {call.args[0], set}));
}

Result<TypedNodePtr> Checker::check_is_null(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 1, 1));
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_malformed(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 1, 1));
  if (call.args[0]->op != Op::kField) {
    return base::invalid_argument("operand 1 of 'malformed' is an expression; allowed: a field");
  }
  Node node = make(op, TypeKind::kBool);
  node->field = call.args[0]->field;
  return TypedNodePtr(node);
}

// + and -: numbers, money with money, dates with days.
Result<TypedNodePtr> Checker::check_sum(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 2, 2));
  const TypeKind a = call.args[0]->type.kind;
  const TypeKind b = call.args[1]->type.kind;
  std::optional<TypeKind> result;
  if (is_number(a) && is_number(b)) result = a == b ? a : TypeKind::kDouble;
  if (a == TypeKind::kMoney && b == TypeKind::kMoney) result = TypeKind::kMoney;
  if (a == TypeKind::kDate && b == TypeKind::kInt) result = TypeKind::kDate;
  if (a == TypeKind::kDate && b == TypeKind::kDate && op == Op::kSub) result = TypeKind::kInt;
  if (result) return TypedNodePtr(make(op, *result, std::move(call.args)));
  return base::invalid_argument("'" + call.name + "' joins " + type_text(call.args[0]->type) + " and " +
                                type_text(call.args[1]->type) +
                                "; allowed: int or double with int or double, money with money, date with int (days)" +
                                (op == Op::kSub ? ", date with date" : ""));
}

Result<TypedNodePtr> Checker::check_product(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 2, 2));
  const TypeKind a = call.args[0]->type.kind;
  const TypeKind b = call.args[1]->type.kind;
  std::optional<TypeKind> result;
  if (is_number(a) && is_number(b)) {
    result = op == Op::kMul && a == TypeKind::kInt && b == TypeKind::kInt ? TypeKind::kInt : TypeKind::kDouble;
  }
  if (a == TypeKind::kMoney && is_number(b)) result = TypeKind::kMoney;
  if (op == Op::kMul && is_number(a) && b == TypeKind::kMoney) result = TypeKind::kMoney;
  if (op == Op::kDiv && a == TypeKind::kMoney && b == TypeKind::kMoney) result = TypeKind::kDouble;
  if (result) return TypedNodePtr(make(op, *result, std::move(call.args)));
  return base::invalid_argument("'" + call.name + "' joins " + type_text(call.args[0]->type) + " and " +
                                type_text(call.args[1]->type) + "; allowed: numbers, money with a number" +
                                (op == Op::kDiv ? ", money with money" : ""));
}

Result<TypedNodePtr> Checker::check_sign(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 1, 1));
  MINGLU_CHECK(need(call, 0, mask(TypeKind::kInt) | mask(TypeKind::kMoney) | mask(TypeKind::kDouble)));
  const TypeKind kind = call.args[0]->type.kind;
  return TypedNodePtr(make(op, kind, std::move(call.args)));
}

// All operands from `from` on get one kind: the same, or text for text and code.
Status Checker::unify(Call& call, size_t from) {
  for (size_t i = from + 1; i < call.args.size(); ++i) {
    MINGLU_CHECK(comparable(call, from, i));
    if (storage_of(call.args[from]->type.kind) != storage_of(call.args[i]->type.kind)) {
      return base::invalid_argument("'" + call.name + "' mixes " + type_text(call.args[from]->type) + " and " +
                                    type_text(call.args[i]->type) + "; allowed: operands of one type");
    }
  }
  return ok_status();
}

Result<TypedNodePtr> Checker::check_same(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 1, SIZE_MAX));
  MINGLU_CHECK(unify(call, 0));
  TypeKind kind = call.args[0]->type.kind;
  if (op != Op::kCoalesce && (kind == TypeKind::kBool || kind == TypeKind::kSet)) {
    return base::invalid_argument("'" + call.name + "' orders " + std::string(type_name(kind)) +
                                  "; allowed: types with an order");
  }
  if (kind == TypeKind::kCode) kind = TypeKind::kText;
  return TypedNodePtr(make(op, kind, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_if(Op op, Call& call) {
  MINGLU_CHECK(arity(call, 2, 3));
  MINGLU_CHECK(need(call, 0, mask(TypeKind::kBool)));
  MINGLU_CHECK(unify(call, 1));
  TypeKind kind = call.args[1]->type.kind;
  if (kind == TypeKind::kCode) kind = TypeKind::kText;
  return TypedNodePtr(make(op, kind, std::move(call.args)));
}

bool holds_aggregate(const TypedNode& node) {
  return is_aggregate(node.op) ||
         std::any_of(node.args.begin(), node.args.end(), [](const TypedNodePtr& arg) { return holds_aggregate(*arg); });
}

Status Checker::no_aggregate_inside(const Call& call) const {
  for (const TypedNodePtr& arg : call.args) {
    if (holds_aggregate(*arg)) {
      return base::invalid_argument("an operand of '" + call.name +
                                    "' holds an aggregate; allowed: expressions of one row");
    }
  }
  return ok_status();
}

Result<TypedNodePtr> Checker::check_count_by(Op op, Call& call) {  // key [, condition]
  MINGLU_CHECK(arity(call, 1, 2));
  MINGLU_CHECK(no_aggregate_inside(call));
  MINGLU_CHECK(need(call, 0, kAnyText));
  if (call.args.size() > 1) MINGLU_CHECK(need(call, 1, mask(TypeKind::kBool)));
  return TypedNodePtr(make(op, TypeKind::kInt, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_distinct_by(Op op, Call& call) {  // value, key [, condition]
  MINGLU_CHECK(arity(call, 2, 3));
  MINGLU_CHECK(no_aggregate_inside(call));
  MINGLU_CHECK(need(call, 0, kAnyText));
  MINGLU_CHECK(need(call, 1, kAnyText));
  if (call.args.size() > 2) MINGLU_CHECK(need(call, 2, mask(TypeKind::kBool)));
  return TypedNodePtr(make(op, TypeKind::kInt, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_sum_match(Op op, Call& call) {  // value, their key, own key [, condition]
  MINGLU_CHECK(arity(call, 3, 4));
  MINGLU_CHECK(no_aggregate_inside(call));
  MINGLU_CHECK(need(call, 0, mask(TypeKind::kInt) | mask(TypeKind::kMoney)));
  MINGLU_CHECK(need(call, 1, kAnyText));
  MINGLU_CHECK(need(call, 2, kAnyText));
  if (call.args.size() > 3) MINGLU_CHECK(need(call, 3, mask(TypeKind::kBool)));
  const TypeKind kind = call.args[0]->type.kind;
  return TypedNodePtr(make(op, kind, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_exists_in(Op op, Call& call) {  // own key, their key [, condition]
  MINGLU_CHECK(arity(call, 2, 3));
  MINGLU_CHECK(no_aggregate_inside(call));
  MINGLU_CHECK(need(call, 0, kAnyText));
  MINGLU_CHECK(need(call, 1, kAnyText));
  if (call.args.size() > 2) MINGLU_CHECK(need(call, 2, mask(TypeKind::kBool)));
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_in_cycle(Op op, Call& call) {  // key, parent key
  MINGLU_CHECK(arity(call, 2, 2));
  MINGLU_CHECK(no_aggregate_inside(call));
  MINGLU_CHECK(need(call, 0, kAnyText));
  MINGLU_CHECK(need(call, 1, kAnyText));
  return TypedNodePtr(make(op, TypeKind::kBool, std::move(call.args)));
}

Result<TypedNodePtr> Checker::check_function(const FunctionSpec& spec, Call& call) {
  MINGLU_CHECK(arity(call, spec.required, spec.variadic ? SIZE_MAX : spec.parameters.size()));
  for (size_t i = 0; i < call.args.size(); ++i) {
    const Parameter& parameter = spec.parameters[std::min(i, spec.parameters.size() - 1)];
    MINGLU_CHECK(need(call, i, parameter.kinds));
  }
  Node node = make(Op::kCall, spec.result, std::move(call.args));
  node->function = &spec;
  return TypedNodePtr(node);
}

Result<TypedNodePtr> Checker::check_leaf(const Expr& expr) {
  if (expr.kind == Expr::Kind::kLiteral) {
    Node node = make(Op::kLiteral, expr.literal.kind);
    node->literal = expr.literal;
    return TypedNodePtr(node);
  }
  const auto index = schema_.find(expr.name);
  if (!index) {
    std::string known;
    for (size_t i = 0; i < schema_.fields.size() && i < 8; ++i) known += (i ? ", " : "") + schema_.fields[i].name;
    return base::invalid_argument("field '" + expr.name + "' is not known; known fields are " + known +
                                  (schema_.fields.size() > 8 ? ", ..." : ""));
  }
  Node node = make(Op::kField, schema_.fields[*index].type.kind);
  node->type = schema_.fields[*index].type;
  node->field = expr.name;
  return TypedNodePtr(node);
}

Result<TypedNodePtr> Checker::check(const Expr& expr, size_t depth) {
  if (depth > kDepthMax)
    return base::invalid_argument("the rule is deeper than " + std::to_string(kDepthMax) + " levels");
  if (++nodes_ > kNodesMax)
    return base::invalid_argument("the rule has more than " + std::to_string(kNodesMax) + " nodes");
  if (expr.kind != Expr::Kind::kOp) return check_leaf(expr);
  Call call{expr.name, {}};
  for (const Expr& arg : expr.args) {
    MINGLU_TRY(TypedNodePtr node, check(arg, depth + 1));
    call.args.push_back(std::move(node));
  }
  for (const OpRule& rule : op_rules()) {
    if (rule.name == expr.name) return (this->*rule.rule)(rule.op, call);
  }
  if (const FunctionSpec* spec = find_function(expr.name)) return check_function(*spec, call);
  return base::invalid_argument("'" + expr.name + "' is neither an operator nor a function of the rule language");
}

}  // namespace

Result<TypedExpr> check(const Expr& expr, const Schema& schema) {
  MINGLU_TRY(TypedNodePtr root, Checker(schema).check(expr, 1));
  return TypedExpr(std::move(root));
}

Result<TypedExpr> check_condition(const Expr& expr, const Schema& schema) {
  MINGLU_TRY(TypedExpr typed, check(expr, schema));
  if (typed.type().kind != TypeKind::kBool) {
    return base::invalid_argument("the rule as a whole is " + type_text(typed.type()) + "; allowed: bool");
  }
  return typed;
}

}  // namespace minglu::rules
