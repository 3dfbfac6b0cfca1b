// Slow twin of the rule evaluator: one row at a time, one node at a time, written from docs/method/rules.md and nothing
// else. No blocks, no sharing, no short cut; aggregates walk the whole table for every row. For tests only.
#pragma once

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/date.hpp"
#include "base/utf8.hpp"
#include "rules/rule_table.hpp"
#include "rules/typed_node.hpp"

namespace minglu::reference {

/// Null, bool, whole number (int, fen, days, yyyymm), double, text.
using Cell = std::variant<std::monostate, bool, int64_t, double, std::string>;

class RuleInterpreter {
 public:
  RuleInterpreter(const rules::RuleTable& table, const rules::Context& context) : table_(table), context_(context) {}

  Cell value(const rules::TypedNode& node, size_t row) {
    using rules::Op;
    switch (node.op) {
      case Op::kLiteral: return literal(node.literal);
      case Op::kField: return cell(node.field, row);
      case Op::kMalformed: return malformed(node.field, row);
      case Op::kAnd: return conjunction(node, row);
      case Op::kOr: return disjunction(node, row);
      case Op::kNot: return negation(value(*node.args[0], row));
      case Op::kIsNull: return is_null(value(*node.args[0], row));
      case Op::kIn: return contained(node, row);
      case Op::kBetween: return between(node, row);
      case Op::kCoalesce:
      case Op::kIf:
      case Op::kMin:
      case Op::kMax: return choice(node, row);
      case Op::kCall: return call(node, row);
      default: break;
    }
    if (node.op >= Op::kEq && node.op <= Op::kGe) {
      return compared(node.op, value(*node.args[0], row), value(*node.args[1], row));
    }
    if (rules::is_aggregate(node.op)) return aggregate(node, row);
    return arithmetic(node, row);
  }

  /// Distinct (operator, row) pairs that overflowed, divided by zero or left the finite numbers.
  [[nodiscard]] uint64_t errors() const { return errors_.size(); }

 private:
  static bool is_null(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }
  static bool is_true(const Cell& cell) { return !is_null(cell) && std::get<bool>(cell); }
  static bool is_false(const Cell& cell) { return !is_null(cell) && !std::get<bool>(cell); }

  static Cell literal(const rules::Literal& literal) {
    using rules::TypeKind;
    switch (literal.kind) {
      case TypeKind::kBool: return literal.integer != 0;
      case TypeKind::kDouble: return literal.real;
      case TypeKind::kText:
      case TypeKind::kCode: return literal.text.empty() ? Cell() : Cell(literal.text);
      default: return literal.integer;
    }
  }

  Cell cell(const std::string& field, size_t row) const {
    const auto index = table_.schema().find(field);
    if (!index) return {};
    const rules::TableColumn& column = table_.column(*index);
    if (column.valid[row] == 0) return {};
    switch (rules::storage_of(column.type.kind)) {
      case rules::Storage::kTri: return column.ints[row] == 1;
      case rules::Storage::kInt64: return column.ints[row];
      case rules::Storage::kDouble: return column.doubles[row];
      case rules::Storage::kText: return std::string(column.source->view(row));
    }
    return {};
  }

  Cell malformed(const std::string& field, size_t row) const {
    const auto index = table_.schema().find(field);
    return index && table_.column(*index).valid[row] == 0 && !table_.cell_text(*index, row).empty();
  }

  // false if one is false; else unknown if one is unknown; else true.
  Cell conjunction(const rules::TypedNode& node, size_t row) {
    bool any_false = false;
    bool any_unknown = false;
    for (const auto& arg : node.args) {
      const Cell truth = value(*arg, row);
      any_false = any_false || is_false(truth);
      any_unknown = any_unknown || is_null(truth);
    }
    if (any_false) return false;
    return any_unknown ? Cell() : Cell(true);
  }

  Cell disjunction(const rules::TypedNode& node, size_t row) {
    bool any_true = false;
    bool any_unknown = false;
    for (const auto& arg : node.args) {
      const Cell truth = value(*arg, row);
      any_true = any_true || is_true(truth);
      any_unknown = any_unknown || is_null(truth);
    }
    if (any_true) return true;
    return any_unknown ? Cell() : Cell(false);
  }

  static Cell negation(const Cell& truth) { return is_null(truth) ? Cell() : Cell(!std::get<bool>(truth)); }

  // -1, 0, 1. Precondition: both not null and comparable.
  static int order(const Cell& a, const Cell& b) {
    static_assert(LDBL_MANT_DIG >= 64, "a long double must hold every 64-bit integer");
    const auto sign = [](auto x, auto y) { return x < y ? -1 : static_cast<int>(x > y); };
    const auto number = [](const Cell& cell) {
      return std::holds_alternative<double>(cell) ? static_cast<long double>(std::get<double>(cell))
                                                  : static_cast<long double>(std::get<int64_t>(cell));
    };
    if (std::holds_alternative<bool>(a)) return sign(std::get<bool>(a), std::get<bool>(b));
    if (std::holds_alternative<std::string>(a)) {
      return sign(base::decode_utf8(std::get<std::string>(a)), base::decode_utf8(std::get<std::string>(b)));
    }
    return sign(number(a), number(b));
  }

  static Cell compared(rules::Op op, const Cell& a, const Cell& b) {
    if (is_null(a) || is_null(b)) return {};
    const int sign = order(a, b);
    switch (op) {
      case rules::Op::kEq: return sign == 0;
      case rules::Op::kNe: return sign != 0;
      case rules::Op::kLt: return sign < 0;
      case rules::Op::kLe: return sign <= 0;
      case rules::Op::kGt: return sign > 0;
      default: return sign >= 0;
    }
  }

  Cell between(const rules::TypedNode& node, size_t row) {
    const Cell x = value(*node.args[0], row);
    const Cell low = compared(rules::Op::kGe, x, value(*node.args[1], row));
    const Cell high = compared(rules::Op::kLe, x, value(*node.args[2], row));
    if (is_false(low) || is_false(high)) return false;
    return is_null(low) || is_null(high) ? Cell() : Cell(true);
  }

  Cell contained(const rules::TypedNode& node, size_t row) {
    const Cell x = value(*node.args[0], row);
    if (is_null(x)) return {};
    for (const rules::Literal& element : node.args[1]->literal.elements) {
      const Cell other = literal(element);
      if (!is_null(other) && order(x, other) == 0) return true;
    }
    return false;
  }

  Cell choice(const rules::TypedNode& node, size_t row) {
    std::vector<Cell> cells;
    for (const auto& arg : node.args) cells.push_back(value(*arg, row));
    if (node.op == rules::Op::kIf) {
      if (is_true(cells[0])) return cells[1];
      return is_false(cells[0]) && cells.size() > 2 ? cells[2] : Cell();
    }
    if (node.op == rules::Op::kCoalesce) {
      for (const Cell& cell : cells) {
        if (!is_null(cell)) return cell;
      }
      return {};
    }
    Cell best = cells[0];
    for (const Cell& cell : cells) {
      if (is_null(cell) || is_null(best)) return {};
      const int sign = order(cell, best);
      if (node.op == rules::Op::kMin ? sign < 0 : sign > 0) best = cell;
    }
    return best;
  }

  Cell fail(const rules::TypedNode& node, size_t row) {
    errors_.insert({name_of(node), row});
    return {};
  }

  static double as_double(const Cell& cell) {
    return std::holds_alternative<double>(cell) ? std::get<double>(cell) : static_cast<double>(std::get<int64_t>(cell));
  }

  Cell arithmetic(const rules::TypedNode& node, size_t row) {
    const Cell a = value(*node.args[0], row);
    const Cell b = node.args.size() > 1 ? value(*node.args[1], row) : Cell(int64_t{0});
    if (is_null(a) || is_null(b)) return {};
    const bool whole = std::holds_alternative<int64_t>(a) && std::holds_alternative<int64_t>(b);
    if (node.op == rules::Op::kNeg || node.op == rules::Op::kAbs) {
      if (std::holds_alternative<double>(a)) {
        const double x = std::get<double>(a);
        return node.op == rules::Op::kNeg ? -x : std::fabs(x);
      }
      const __int128 x = std::get<int64_t>(a);
      return whole_result(node, row, node.op == rules::Op::kAbs && x > 0 ? x : -x);
    }
    if (node.type.kind == rules::TypeKind::kDouble) {
      const double result = real(node.op, as_double(a), as_double(b));
      return std::isfinite(result) ? Cell(result) : fail(node, row);
    }
    if (whole) return whole_arithmetic(node, row, std::get<int64_t>(a), std::get<int64_t>(b));
    const double exact = real(node.op, as_double(a), as_double(b));  // money with a double
    if (!std::isfinite(exact)) return fail(node, row);
    double nearest = std::trunc(exact);
    if (std::fabs(exact - nearest) >= 0.5) nearest += exact < 0 ? -1 : 1;
    if (std::fabs(nearest) > 1.7e38) return fail(node, row);
    return whole_result(node, row, static_cast<__int128>(nearest));
  }

  static double real(rules::Op op, double a, double b) {
    switch (op) {
      case rules::Op::kAdd: return a + b;
      case rules::Op::kSub: return a - b;
      case rules::Op::kMul: return a * b;
      default: return b == 0 ? std::nan("") : a / b;
    }
  }

  Cell whole_arithmetic(const rules::TypedNode& node, size_t row, __int128 a, __int128 b) {
    switch (node.op) {
      case rules::Op::kAdd: return whole_result(node, row, a + b);
      case rules::Op::kSub: return whole_result(node, row, a - b);
      case rules::Op::kMul: return whole_result(node, row, a * b);
      default: break;
    }
    if (b == 0) return fail(node, row);
    __int128 quotient = a / b;
    const __int128 rest = a % b;
    if (2 * (rest < 0 ? -rest : rest) >= (b < 0 ? -b : b)) quotient += (a < 0) == (b < 0) ? 1 : -1;
    return whole_result(node, row, quotient);
  }

  Cell whole_result(const rules::TypedNode& node, size_t row, __int128 result) {
    if (result > INT64_MAX || result < INT64_MIN) return fail(node, row);
    if (node.type.kind == rules::TypeKind::kDate) {
      const Date first = base::parse_iso_date("1800-01-01").value();
      const Date last = base::parse_iso_date("2199-12-31").value();
      if (result < first.days || result > last.days) return fail(node, row);
    }
    return static_cast<int64_t>(result);
  }

  // Text functions by their definitions; every other function is called as it is.
  Cell call(const rules::TypedNode& node, size_t row) {
    std::vector<Cell> cells;
    for (const auto& arg : node.args) cells.push_back(value(*arg, row));
    const bool any_null = std::any_of(cells.begin(), cells.end(), [](const Cell& cell) { return is_null(cell); });
    if (any_null && !node.function->sees_null) return {};
    const std::string_view name = node.function->name;
    if (name == "length" || name == "han_count" || name == "contains" || name == "starts_with" || name == "ends_with" ||
        name == "substr" || name == "prefix" || name == "has_any_of" || name == "is_digits") {
      return text_call(name, cells);
    }
    return shared_call(node, cells);
  }

  static Cell text_call(std::string_view name, const std::vector<Cell>& cells) {
    const std::u32string text = base::decode_utf8(std::get<std::string>(cells[0]));
    const auto other = [&] { return base::decode_utf8(std::get<std::string>(cells[1])); };
    const auto number = [&](size_t index) { return std::get<int64_t>(cells[index]); };
    const auto texted = [](std::u32string_view part) { return part.empty() ? Cell() : Cell(base::encode_utf8(part)); };
    const auto size = static_cast<int64_t>(text.size());
    if (name == "length") return size;
    if (name == "han_count") return static_cast<int64_t>(std::count_if(text.begin(), text.end(), base::is_han));
    if (name == "contains") return text.find(other()) != std::u32string::npos;
    if (name == "starts_with") return text.rfind(other(), 0) == 0;
    if (name == "ends_with") {
      const std::u32string tail = other();
      return tail.size() <= text.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
    }
    if (name == "has_any_of") return text.find_first_of(other()) != std::u32string::npos;
    if (name == "is_digits") {
      return text.find_first_not_of(U"0123456789０１２３４５６７８９") == std::u32string::npos;
    }
    const int64_t start = name == "prefix" ? 1 : number(1);
    const int64_t count = name == "prefix" ? number(1) : number(2);
    if (start < 1 || count < 1 || start > size) return {};
    return texted(
        std::u32string_view(text).substr(static_cast<size_t>(start - 1), static_cast<size_t>(std::min(count, size))));
  }

  Cell shared_call(const rules::TypedNode& node, const std::vector<Cell>& cells) const {
    rules::Arena arena;
    std::shared_ptr<void> memo;
    std::vector<rules::Value> args;
    for (const Cell& cell : cells) {
      rules::Value arg;
      arg.null = is_null(cell);
      if (const auto* truth = std::get_if<bool>(&cell)) arg.integer = *truth ? 1 : 0;
      if (const auto* whole = std::get_if<int64_t>(&cell)) arg.integer = *whole;
      if (const auto* real = std::get_if<double>(&cell)) arg.real = *real;
      if (const auto* text = std::get_if<std::string>(&cell)) arg.text = *text;
      args.push_back(arg);
    }
    const rules::Value out = node.function->fn({context_, arena, memo}, args);
    if (out.null) return {};
    switch (rules::storage_of(node.type.kind)) {
      case rules::Storage::kTri: return out.integer != 0;
      case rules::Storage::kInt64: return out.integer;
      case rules::Storage::kDouble: return out.real;
      case rules::Storage::kText: return std::string(out.text);
    }
    return {};
  }

  Cell aggregate(const rules::TypedNode& node, size_t row) {
    using rules::Op;
    const auto arg = [&](size_t index, size_t at) { return value(*node.args[index], at); };
    const auto counts = [&](size_t index, size_t at) {
      return index >= node.args.size() || is_true(value(*node.args[index], at));
    };
    if (node.op == Op::kInCycle) return in_cycle(node, row);
    const size_t own = node.op == Op::kDistinctBy ? 1 : (node.op == Op::kSumMatch ? 2 : 0);
    const Cell key = arg(own, row);
    int64_t found = 0;
    std::set<Cell> distinct;
    std::optional<__int128> sum;
    bool overflow = false;
    for (size_t other = 0; other < table_.row_count(); ++other) {
      const size_t theirs = node.op == Op::kExistsIn || node.op == Op::kSumMatch ? 1 : own;
      const size_t condition = node.op == Op::kCountBy ? 1 : (node.op == Op::kSumMatch ? 3 : 2);
      const Cell their_key = arg(theirs, other);
      const Cell their_value = node.op == Op::kDistinctBy || node.op == Op::kSumMatch ? arg(0, other) : Cell();
      if (!counts(condition, other) || is_null(key) || is_null(their_key) || their_key != key) continue;
      ++found;
      if (is_null(their_value)) continue;
      distinct.insert(their_value);
      if (node.op != Op::kSumMatch) continue;
      sum = sum.value_or(0) + std::get<int64_t>(their_value);
      overflow = overflow || *sum > INT64_MAX || *sum < INT64_MIN;
    }
    if (is_null(key)) return {};
    if (node.op == Op::kCountBy) return found;
    if (node.op == Op::kExistsIn) return found > 0;
    if (node.op == Op::kDistinctBy) return static_cast<int64_t>(distinct.size());
    if (overflow) return fail(node, row);
    return sum ? Cell(static_cast<int64_t>(*sum)) : Cell();
  }

  // The first row that gives a key a parent decides; on a cycle = following parents from the key leads back to it.
  Cell in_cycle(const rules::TypedNode& node, size_t row) {
    std::map<Cell, Cell> parent_of;
    for (size_t other = 0; other < table_.row_count(); ++other) {
      const Cell key = value(*node.args[0], other);
      const Cell parent = value(*node.args[1], other);
      if (!is_null(key) && !is_null(parent)) parent_of.emplace(key, parent);
    }
    const Cell start = value(*node.args[0], row);
    if (is_null(start)) return {};
    Cell at = start;
    for (size_t steps = 0; steps <= parent_of.size(); ++steps) {
      const auto next = parent_of.find(at);
      if (next == parent_of.end()) return false;
      at = next->second;
      if (at == start) return true;
    }
    return false;
  }

  // Equal operators over equal operands are one operator: an error in both counts once.
  const std::string& name_of(const rules::TypedNode& node) {
    const auto known = names_.find(&node);
    if (known != names_.end()) return known->second;
    std::string name =
        std::to_string(static_cast<int>(node.op)) + ":" + std::to_string(static_cast<int>(node.type.kind));
    if (node.op == rules::Op::kLiteral) {
      rules::Expr expr;
      expr.literal = node.literal;
      name += rules::print_text(expr);
    }
    if (node.function != nullptr) name += node.function->name;
    name += node.field + "(";
    for (const auto& arg : node.args) name += name_of(*arg) + ",";
    return names_[&node] = name + ")";
  }

  const rules::RuleTable& table_;
  const rules::Context& context_;
  std::set<std::pair<std::string, size_t>> errors_;
  std::map<const rules::TypedNode*, std::string> names_;
};

}  // namespace minglu::reference
