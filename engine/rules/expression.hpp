// The expression tree of the rule language: reading, writing and type checking.
//
//   MINGLU_TRY(Expr expr, parse_text("org_type = \"10\" and reg_stat_class is null"));
//   MINGLU_TRY(TypedExpr typed, check(expr, table.schema()));
//   MINGLU_TRY(Column result, evaluate(typed, table, context));          // rules/evaluate.hpp
//
// Two notations, both lossless (parse(print(e)) == e): JSON for storage and the API, a compact text for people.
// Text grammar (docs/method/rules.md has examples):
//   or > and > not > comparison (= != < <= > >= in, not in, between, not between, is null, is not null) > + - > * / >
//   -x literals  12  1.5  "text"  true  false  2000万元  12.50元  d"2026-01-31"  p"2026-01"  {"a", "b"} fields    plain
//   names, or `any name`;   calls  length(name)
// JSON: {"op":"<","args":[{"field":"employees"},{"int":10}]}; literals {"bool":}, {"int":}, {"double":}, {"fen":},
// {"date":"2026-01-31"}, {"period":"2026-01"}, {"text":}, {"set":[literals]}.
// Limits: depth 64, 20,000 nodes, 1 MiB of text: beyond them kInvalidArgument. Thread-safety: values.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "rules/types.hpp"

namespace minglu::rules {

struct Literal {
  TypeKind kind = TypeKind::kBool;  // kCode never: codes are written as text
  int64_t integer = 0;              // kBool (0, 1), kInt, kMoney (fen), kDate (days), kPeriod (yyyymm)
  double real = 0;                  // kDouble
  std::string text;                 // kText
  std::vector<Literal> elements;    // kSet; never nested
  bool operator==(const Literal&) const = default;
};

struct Expr {
  enum class Kind : uint8_t { kLiteral, kField, kOp };
  Kind kind = Kind::kLiteral;
  Literal literal;         // kLiteral
  std::string name;        // kField: field; kOp: operator or function
  std::vector<Expr> args;  // kOp
  bool operator==(const Expr&) const = default;
};

Expr field(std::string name);
Expr op(std::string name, std::vector<Expr> args);
Expr literal_bool(bool value);
Expr literal_int(int64_t value);
Expr literal_double(double value);  // precondition: finite
Expr literal_money(int64_t fen);
Expr literal_date(int32_t days);
Expr literal_period(int32_t yyyymm);
Expr literal_text(std::string value);
Expr literal_set(std::vector<Literal> elements);

/// kInvalidArgument names the position, what was met and what is allowed.
Result<Expr> parse_text(std::string_view text);
Result<Expr> parse_json(std::string_view json);
std::string print_text(const Expr& expr);
std::string print_json(const Expr& expr);

/// Names of all fields used, sorted, without repetition.
std::vector<std::string> fields_of(const Expr& expr);

struct TypedNode;  // rules/typed_node.hpp, for evaluators

/// A checked expression: every operator resolved, every type known. Cheap to copy.
class TypedExpr {
 public:
  explicit TypedExpr(std::shared_ptr<const TypedNode> root);
  [[nodiscard]] const FieldType& type() const noexcept;
  [[nodiscard]] const TypedNode& root() const noexcept { return *root_; }
  [[nodiscard]] const std::shared_ptr<const TypedNode>& shared() const noexcept { return root_; }

 private:
  std::shared_ptr<const TypedNode> root_;
};

/// Types every node. Errors (kInvalidArgument) name the operator, the operand, its type and what is allowed. Text
/// literals become codes, dates or periods where the other side is one; integers become doubles likewise.
Result<TypedExpr> check(const Expr& expr, const Schema& schema);
/// Same, and the whole must be a bool.
Result<TypedExpr> check_condition(const Expr& expr, const Schema& schema);

}  // namespace minglu::rules
