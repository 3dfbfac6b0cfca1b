// Text notation of expressions: writing.
#include <array>
#include <charconv>
#include <cmath>

#include "base/date.hpp"
#include "rules/expression.hpp"
#include "rules/lexer.hpp"

namespace minglu::rules {

namespace {

// Binding strength; a child that binds weaker than its place asks for is put in parentheses.
enum Level { kOrLevel = 1, kAndLevel, kNotLevel, kCompareLevel, kSumLevel, kProductLevel, kUnaryLevel, kPrimaryLevel };

struct Printed {
  std::string text;
  Level level;
};

Printed print(const Expr& expr);

std::string at_level(const Expr& expr, Level level) {
  Printed printed = print(expr);
  return printed.level < level ? "(" + printed.text + ")" : std::move(printed.text);
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    switch (c) {
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\0': out += "\\0"; break;
      default:
        if (c == quote || c == '\\') out += '\\';
        out += c;
    }
  }
  return out + quote;
}

std::string name_text(const std::string& name) { return is_plain_name(name) ? name : quoted(name, '`'); }

std::string double_text(double value) {
  std::array<char, 64> buffer{};
  const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  std::string out(buffer.data(), end);
  if (out.find_first_of(".e") == std::string::npos) out += ".0";
  return out;
}

// Fen as 万元 when whole, else as 元 with two decimals.
std::string money_text(int64_t fen) {
  constexpr int64_t kFenPerYuan = 100;
  constexpr int64_t kFenPerWan = 1'000'000;
  if (fen % kFenPerWan == 0) return std::to_string(fen / kFenPerWan) + "万元";
  const int64_t cents = std::abs(fen % kFenPerYuan);
  std::string out = std::to_string(fen / kFenPerYuan);
  if (fen < 0 && fen / kFenPerYuan == 0) out.insert(0, "-");
  if (cents != 0) out += "." + std::to_string(cents / 10) + std::to_string(cents % 10);
  return out + "元";
}

Printed print_literal(const Literal& literal) {
  switch (literal.kind) {
    case TypeKind::kBool: return {literal.integer != 0 ? "true" : "false", kPrimaryLevel};
    case TypeKind::kInt: return {std::to_string(literal.integer), literal.integer < 0 ? kUnaryLevel : kPrimaryLevel};
    case TypeKind::kMoney: return {money_text(literal.integer), literal.integer < 0 ? kUnaryLevel : kPrimaryLevel};
    case TypeKind::kDouble:
      return {double_text(literal.real), std::signbit(literal.real) ? kUnaryLevel : kPrimaryLevel};
    case TypeKind::kDate:
      return {"d\"" + base::format_iso_date(Date{static_cast<int32_t>(literal.integer)}) + "\"", kPrimaryLevel};
    case TypeKind::kPeriod:
      return {"p\"" + base::format_period(Period{static_cast<int32_t>(literal.integer)}) + "\"", kPrimaryLevel};
    case TypeKind::kText:
    case TypeKind::kCode: return {quoted(literal.text, '"'), kPrimaryLevel};
    case TypeKind::kSet: break;
  }
  std::string out = "{";
  for (const Literal& element : literal.elements) {
    if (out.size() > 1) out += ", ";
    out += print_literal(element).text;
  }
  return {out + "}", kPrimaryLevel};
}

Printed print_call(const Expr& expr) {
  std::string out = name_text(expr.name) + "(";
  for (size_t i = 0; i < expr.args.size(); ++i) {
    if (i > 0) out += ", ";
    out += print(expr.args[i]).text;
  }
  return {out + ")", kPrimaryLevel};
}

std::string joined(const Expr& expr, const char* word, Level level) {
  std::string out;
  for (size_t i = 0; i < expr.args.size(); ++i) {
    if (i > 0) out += std::string(" ") + word + " ";
    out += at_level(expr.args[i], level);
  }
  return out;
}

bool is_op(const Expr& expr, std::string_view name, size_t arity) {
  return expr.kind == Expr::Kind::kOp && expr.name == name && expr.args.size() == arity;
}

Printed print_not(const Expr& expr) {
  const Expr& inner = expr.args[0];
  if (is_op(inner, "is_null", 1)) return {at_level(inner.args[0], kSumLevel) + " is not null", kCompareLevel};
  if (is_op(inner, "in", 2)) {
    return {at_level(inner.args[0], kSumLevel) + " not in " + at_level(inner.args[1], kSumLevel), kCompareLevel};
  }
  return {"not " + at_level(inner, kNotLevel), kNotLevel};
}

Printed print(const Expr& expr) {
  if (expr.kind == Expr::Kind::kLiteral) return print_literal(expr.literal);
  if (expr.kind == Expr::Kind::kField) return {name_text(expr.name), kPrimaryLevel};
  const std::string& name = expr.name;
  const size_t arity = expr.args.size();
  if (name == "and" && arity >= 2) return {joined(expr, "and", kNotLevel), kAndLevel};
  if (name == "or" && arity >= 2) return {joined(expr, "or", kAndLevel), kOrLevel};
  if (name == "not" && arity == 1) return print_not(expr);
  if (name == "is_null" && arity == 1) return {at_level(expr.args[0], kSumLevel) + " is null", kCompareLevel};
  if (name == "in" && arity == 2) {
    return {at_level(expr.args[0], kSumLevel) + " in " + at_level(expr.args[1], kSumLevel), kCompareLevel};
  }
  if (name == "between" && arity == 3) {
    return {at_level(expr.args[0], kSumLevel) + " between " + at_level(expr.args[1], kSumLevel) + " and " +
                at_level(expr.args[2], kSumLevel),
            kCompareLevel};
  }
  if (arity == 2 && is_comparison(name)) {
    return {at_level(expr.args[0], kSumLevel) + " " + name + " " + at_level(expr.args[1], kSumLevel), kCompareLevel};
  }
  if (arity == 2 && (name == "+" || name == "-")) {
    return {at_level(expr.args[0], kSumLevel) + " " + name + " " + at_level(expr.args[1], kProductLevel), kSumLevel};
  }
  if (arity == 2 && (name == "*" || name == "/")) {
    return {at_level(expr.args[0], kProductLevel) + " " + name + " " + at_level(expr.args[1], kUnaryLevel),
            kProductLevel};
  }
  if (name == "neg" && arity == 1) return {"-(" + print(expr.args[0]).text + ")", kUnaryLevel};
  return print_call(expr);
}

}  // namespace

std::string print_text(const Expr& expr) { return print(expr).text; }

}  // namespace minglu::rules
