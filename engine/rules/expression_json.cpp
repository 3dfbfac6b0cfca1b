// JSON notation of expressions.
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/date.hpp"
#include "base/utf8.hpp"
#include "rules/expression.hpp"
#include "rules/limits.hpp"

namespace minglu::rules {

namespace {

using Json = nlohmann::ordered_json;

std::string shown(const Json& json) {
  constexpr size_t kShownBytes = 60;
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = base::encode_utf8(base::decode_utf8(text).substr(0, kShownBytes / 2)) + "...";
  return text;
}

Error bad(const Json& json, const std::string& allowed) {
  return base::invalid_argument("rule JSON: " + shown(json) + " is not allowed here; allowed is " + allowed);
}

constexpr const char* kLiteralForms =
    "{\"bool\":true}, {\"int\":1}, {\"double\":1.5}, {\"fen\":100}, {\"date\":\"2026-01-31\"}, "
    "{\"period\":\"2026-01\"}, {\"text\":\"...\"}, {\"set\":[literals]}";

Result<Literal> number_literal(const Json& json, TypeKind kind) {
  Literal out;
  out.kind = kind;
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX)) {
    return bad(json, "a whole number of 64 bits");
  }
  if (!json.is_number_integer()) return bad(json, "a whole number of 64 bits");
  out.integer = json.get<int64_t>();
  return out;
}

Result<Literal> text_literal(const Json& json, TypeKind kind) {
  if (!json.is_string()) return bad(json, "a text");
  Literal out;
  out.kind = kind;
  const std::string text = json.get<std::string>();
  if (kind == TypeKind::kText) {
    out.text = text;
  } else if (kind == TypeKind::kDate) {
    const auto date = base::parse_iso_date(text);
    if (!date) return bad(json, "an ISO date between 1800-01-01 and 2199-12-31");
    out.integer = date->days;
  } else {
    const auto period = base::parse_period(text);
    if (!period) return bad(json, "a month such as 2026-01");
    out.integer = period->yyyymm;
  }
  return out;
}

Result<Literal> read_literal(const std::string& key, const Json& value, bool inside_set) {
  if (key == "int") return number_literal(value, TypeKind::kInt);
  if (key == "fen") return number_literal(value, TypeKind::kMoney);
  if (key == "text") return text_literal(value, TypeKind::kText);
  if (key == "date") return text_literal(value, TypeKind::kDate);
  if (key == "period") return text_literal(value, TypeKind::kPeriod);
  Literal out;
  if (key == "bool") {
    if (!value.is_boolean()) return bad(value, "true or false");
    out.kind = TypeKind::kBool;
    out.integer = value.get<bool>() ? 1 : 0;
    return out;
  }
  if (key == "double") {
    if (!value.is_number() || !std::isfinite(value.get<double>())) return bad(value, "a finite number");
    out.kind = TypeKind::kDouble;
    out.real = value.get<double>();
    return out;
  }
  if (key != "set" || inside_set || !value.is_array()) return bad(Json{{key, value}}, kLiteralForms);
  out.kind = TypeKind::kSet;
  for (const Json& element : value) {
    if (!element.is_object() || element.size() != 1) return bad(element, kLiteralForms);
    MINGLU_TRY(Literal literal, read_literal(element.begin().key(), element.begin().value(), true));
    out.elements.push_back(std::move(literal));
  }
  return out;
}

class Reader {
 public:
  Result<Expr> read(const Json& json, size_t depth) {
    if (depth > kDepthMax)
      return base::invalid_argument("rule JSON: deeper than " + std::to_string(kDepthMax) + " levels");
    if (++nodes_ > kNodesMax)
      return base::invalid_argument("rule JSON: more than " + std::to_string(kNodesMax) + " nodes");
    if (!json.is_object() || json.empty()) return bad(json, "an object with \"op\", \"field\" or a literal");
    if (json.contains("op")) return read_op(json, depth);
    if (json.size() != 1) return bad(json, "an object with one key: \"field\" or a literal");
    if (json.contains("field")) {
      if (!json["field"].is_string() || json["field"].get<std::string>().empty()) return bad(json, "a field name");
      return field(json["field"].get<std::string>());
    }
    MINGLU_TRY(Literal literal, read_literal(json.begin().key(), json.begin().value(), false));
    nodes_ += literal.elements.size();
    Expr out;
    out.literal = std::move(literal);
    return out;
  }

 private:
  Result<Expr> read_op(const Json& json, size_t depth) {
    if (json.size() != 2 || !json.contains("args") || !json["op"].is_string() || !json["args"].is_array() ||
        json["op"].get<std::string>().empty()) {
      return bad(json, "{\"op\":\"name\",\"args\":[...]}");
    }
    Expr out = op(json["op"].get<std::string>(), {});
    for (const Json& arg : json["args"]) {
      MINGLU_TRY(Expr child, read(arg, depth + 1));
      out.args.push_back(std::move(child));
    }
    return out;
  }

  size_t nodes_ = 0;
};

Json write_literal(const Literal& literal) {
  switch (literal.kind) {
    case TypeKind::kBool: return {{"bool", literal.integer != 0}};
    case TypeKind::kInt: return {{"int", literal.integer}};
    case TypeKind::kMoney: return {{"fen", literal.integer}};
    case TypeKind::kDouble: return {{"double", literal.real}};
    case TypeKind::kDate: return {{"date", base::format_iso_date(Date{static_cast<int32_t>(literal.integer)})}};
    case TypeKind::kPeriod: return {{"period", base::format_period(Period{static_cast<int32_t>(literal.integer)})}};
    case TypeKind::kText:
    case TypeKind::kCode: return {{"text", literal.text}};
    case TypeKind::kSet: break;
  }
  Json elements = Json::array();
  for (const Literal& element : literal.elements) elements.push_back(write_literal(element));
  return {{"set", std::move(elements)}};
}

Json write(const Expr& expr) {
  if (expr.kind == Expr::Kind::kLiteral) return write_literal(expr.literal);
  if (expr.kind == Expr::Kind::kField) return {{"field", expr.name}};
  Json args = Json::array();
  for (const Expr& arg : expr.args) args.push_back(write(arg));
  Json out = Json::object();
  out["op"] = expr.name;
  out["args"] = std::move(args);
  return out;
}

}  // namespace

Result<Expr> parse_json(std::string_view json) {
  if (json.size() > kBytesMax) {
    return base::invalid_argument("rule JSON: longer than " + std::to_string(kBytesMax) + " bytes");
  }
  Json parsed;
  try {
    parsed = Json::parse(json);
  } catch (const Json::exception& error) { return base::invalid_argument(std::string("rule JSON: ") + error.what()); }
  return Reader().read(parsed, 1);
}

std::string print_json(const Expr& expr) { return write(expr).dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace minglu::rules
