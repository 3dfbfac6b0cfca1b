#include "rules/query_builder.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/date.hpp"
#include "rules/lexer.hpp"
#include "rules/limits.hpp"

namespace minglu::rules {

namespace {

using Json = nlohmann::ordered_json;

// Operators that become one of our operators or functions, perhaps negated.
struct Word {
  std::string_view word;
  std::string_view ours;
  bool negated;
};
constexpr std::array<Word, 12> kWords = {{
    {"contains", "contains", false},
    {"beginsWith", "starts_with", false},
    {"endsWith", "ends_with", false},
    {"doesNotContain", "contains", true},
    {"doesNotBeginWith", "starts_with", true},
    {"doesNotEndWith", "ends_with", true},
    {"null", "is_null", false},
    {"notNull", "is_null", true},
    {"in", "in", false},
    {"notIn", "in", true},
    {"between", "between", false},
    {"notBetween", "between", true},
}};

Error bad(const Json& rule, const std::string& what) {
  std::string text = rule.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr size_t kShown = 120;
  if (text.size() > kShown) text.resize(kShown);
  return base::invalid_argument("query tree, rule " + text + ": " + what);
}

Expr negate_if(bool negated, Expr expr) { return negated ? op("not", {std::move(expr)}) : std::move(expr); }

class TreeReader {
 public:
  explicit TreeReader(const Schema& schema) : schema_(schema) {}

  Result<Expr> read(const Json& node, size_t depth) {
    if (depth > kDepthMax || ++nodes_ > kNodesMax) return base::invalid_argument("query tree: too deep or too large");
    if (!node.is_object())
      return bad(node, "a rule or a group is an object; lists with combinators between rules are not supported");
    if (node.contains("rules")) return read_group(node, depth);
    return read_rule(node);
  }

 private:
  static bool flag(const Json& node, const char* key) { return node.contains(key) && node[key] == Json(true); }

  Result<Expr> read_group(const Json& node, size_t depth) {
    if (!node.contains("combinator") || !node["combinator"].is_string() || !node["rules"].is_array()) {
      return bad(node, "a group needs \"combinator\" and an array \"rules\"");
    }
    std::string combinator = node["combinator"].get<std::string>();
    std::transform(combinator.begin(), combinator.end(), combinator.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (combinator != "and" && combinator != "or")
      return bad(node, "combinator '" + combinator + "'; allowed: and, or");
    Expr out = op(combinator, {});
    for (const Json& child : node["rules"]) {
      if (child.is_object() && flag(child, "muted")) continue;
      MINGLU_TRY(Expr arg, read(child, depth + 1));
      out.args.push_back(std::move(arg));
    }
    return negate_if(flag(node, "not"), std::move(out));
  }

  Result<Expr> read_rule(const Json& rule) {
    if (!rule.contains("field") || !rule["field"].is_string() || !rule.contains("operator") ||
        !rule["operator"].is_string()) {
      return bad(rule, "a rule needs the texts \"field\" and \"operator\"");
    }
    const std::string name = rule["field"].get<std::string>();
    const auto index = schema_.find(name);
    if (!index) return bad(rule, "field '" + name + "' is not known");
    const FieldType& type = schema_.fields[*index].type;
    const std::string word = rule["operator"].get<std::string>();
    const bool of_field = rule.contains("valueSource") && rule["valueSource"] == Json("field");
    const Json value = rule.contains("value") ? rule["value"] : Json();
    if (is_comparison(word)) {
      MINGLU_TRY(Expr right, operand(rule, value, type, of_field));
      return op(word, {field(name), std::move(right)});
    }
    const auto it = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) { return w.word == word; });
    if (it == kWords.end()) return bad(rule, "operator '" + word + "' is not known");
    Expr out = op(std::string(it->ours), {field(name)});
    if (out.name == "between" || out.name == "in") {
      MINGLU_CHECK(add_list(rule, value, type, of_field, out));
    } else if (out.name != "is_null") {
      MINGLU_TRY(Expr right, operand(rule, value, FieldType{TypeKind::kText, {}}, of_field));
      if (type.kind == TypeKind::kSet && out.name == "contains") out.name = "has";
      out.args.push_back(std::move(right));
    }
    return negate_if(it->negated, std::move(out));
  }

  static Status add_list(const Json& rule, const Json& value, const FieldType& type, bool of_field, Expr& out) {
    std::vector<Json> items;
    if (value.is_array()) items.assign(value.begin(), value.end());
    if (value.is_string()) {
      const std::string text = value.get<std::string>();
      for (size_t start = 0; start <= text.size() && !text.empty();) {
        const size_t comma = std::min(text.find(',', start), text.size());
        items.emplace_back(text.substr(start, comma - start));
        start = comma + 1;
      }
    }
    if (!value.is_array() && !value.is_string()) return bad(rule, "the value is a list: [a, b] or \"a,b\"");
    if (out.name == "in" && of_field) return bad(rule, "'in' looks in a list of values, not in a field");
    std::vector<Literal> elements;
    for (const Json& item : items) {
      MINGLU_TRY(Expr operand_expr, operand(rule, item, type, of_field));
      if (out.name == "in") {
        elements.push_back(std::move(operand_expr.literal));
      } else {
        out.args.push_back(std::move(operand_expr));
      }
    }
    if (out.name == "in") out.args.push_back(literal_set(std::move(elements)));
    if (out.name == "between" && out.args.size() != 3) return bad(rule, "between needs two values");
    return ok_status();
  }

  static Result<Expr> operand(const Json& rule, const Json& value, const FieldType& type, bool of_field) {
    if (of_field) {
      if (!value.is_string() || value.get<std::string>().empty())
        return bad(rule, "valueSource \"field\" needs the name of a field");
      return field(value.get<std::string>());
    }
    if (value.is_null() || value.is_structured())
      return bad(rule, "the value is missing or no single value; for absence use the operators null and notNull");
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.empty()) return bad(rule, "the value is empty; for absence use the operators null and notNull");
    return typed_value(rule, text, type);
  }

  static Result<Expr> typed_value(const Json& rule, const std::string& text, const FieldType& type) {
    switch (type.kind) {
      case TypeKind::kText:
      case TypeKind::kCode:
      case TypeKind::kSet: return literal_text(text);
      case TypeKind::kDate: {
        const auto date = base::parse_iso_date(text);
        if (!date) return bad(rule, "'" + text + "' is not an ISO date");
        return literal_date(date->days);
      }
      case TypeKind::kPeriod: {
        const auto period = base::parse_period(text);
        if (!period) return bad(rule, "'" + text + "' is not a month such as 2026-01");
        return literal_period(period->yyyymm);
      }
      case TypeKind::kBool:
        if (text != "true" && text != "false") return bad(rule, "'" + text + "' is neither true nor false");
        return literal_bool(text == "true");
      default: break;
    }
    const bool money = type.kind == TypeKind::kMoney;
    const bool bare = text.find_first_not_of("0123456789.-+eE") == std::string::npos;
    auto parsed = parse_text(money && bare ? text + "元" : text);
    const bool number = parsed.ok() && parsed->kind == Expr::Kind::kLiteral &&
                        (money ? parsed->literal.kind == TypeKind::kMoney
                               : parsed->literal.kind == TypeKind::kInt || parsed->literal.kind == TypeKind::kDouble);
    if (!number)
      return bad(rule, "'" + text + "' is not " + (money ? "an amount such as 2000 (元) or 2000万元" : "a number"));
    return parsed;
  }

  const Schema& schema_;
  size_t nodes_ = 0;
};

Error outside(const Expr& expr) {
  return base::invalid_argument("the query tree cannot show '" + print_text(expr).substr(0, 200) +
                                "'; it holds comparisons of a field with values or a field, and groups");
}

Result<Json> literal_value(const Literal& literal) {
  Expr expr;
  expr.literal = literal;
  switch (literal.kind) {
    case TypeKind::kBool: return Json(literal.integer != 0);
    case TypeKind::kInt: return Json(literal.integer);
    case TypeKind::kDouble: return Json(literal.real);
    case TypeKind::kText:
    case TypeKind::kCode: return Json(literal.text);
    case TypeKind::kMoney: return Json(print_text(expr));
    case TypeKind::kDate: return Json(base::format_iso_date(Date{static_cast<int32_t>(literal.integer)}));
    case TypeKind::kPeriod: return Json(base::format_period(Period{static_cast<int32_t>(literal.integer)}));
    case TypeKind::kSet: break;
  }
  Json out = Json::array();
  for (const Literal& element : literal.elements) {
    MINGLU_TRY(Json value, literal_value(element));
    out.push_back(std::move(value));
  }
  return out;
}

Json rule_json(const std::string& name, std::string_view word, Json value) {
  Json out = Json::object();
  out["field"] = name;
  out["operator"] = std::string(word);
  out["value"] = std::move(value);
  return out;
}

Result<Json> write_rule(const Expr& expr, bool negated) {
  if (expr.args.empty() || expr.args[0].kind != Expr::Kind::kField) return outside(expr);
  const std::string& name = expr.args[0].name;
  const auto it = std::find_if(kWords.begin(), kWords.end(), [&](const Word& w) {
    return w.negated == negated && (w.ours == expr.name || (expr.name == "has" && w.ours == "contains"));
  });
  const bool comparison = is_comparison(expr.name) && !negated;
  if (!comparison && it == kWords.end()) return outside(expr);
  const std::string_view word = comparison ? std::string_view(expr.name) : it->word;
  if (expr.args.size() == 1) return rule_json(name, word, Json());
  Json values = Json::array();
  size_t fields = 0;
  for (size_t i = 1; i < expr.args.size(); ++i) {
    if (expr.args[i].kind == Expr::Kind::kOp) return outside(expr);
    const bool is_field = expr.args[i].kind == Expr::Kind::kField;
    fields += is_field ? 1 : 0;
    MINGLU_TRY(Json value, is_field ? Result<Json>(Json(expr.args[i].name)) : literal_value(expr.args[i].literal));
    values.push_back(std::move(value));
  }
  if (fields != 0 && fields != values.size()) return outside(expr);
  Json out = rule_json(name, word, values.size() == 1 ? values[0] : values);
  if (fields != 0) out["valueSource"] = "field";
  return out;
}

Result<Json> write_node(const Expr& expr, bool negated) {
  if (expr.kind != Expr::Kind::kOp) return outside(expr);
  if (expr.name == "not" && expr.args.size() == 1) {
    auto direct = write_node(expr.args[0], !negated);
    if (direct.ok() || expr.args[0].kind != Expr::Kind::kOp) return direct;
    // A negated comparison has no operator of its own: a negated group of one rule.
    MINGLU_TRY(Json rule, write_node(expr.args[0], false));
    Json group = Json::object();
    group["combinator"] = "and";
    group["not"] = !negated;
    group["rules"] = Json::array({std::move(rule)});
    return group;
  }
  if (expr.name != "and" && expr.name != "or") return write_rule(expr, negated);
  Json group = Json::object();
  group["combinator"] = expr.name;
  if (negated) group["not"] = true;
  group["rules"] = Json::array();
  for (const Expr& arg : expr.args) {
    MINGLU_TRY(Json child, write_node(arg, false));
    group["rules"].push_back(std::move(child));
  }
  return group;
}

}  // namespace

Result<Expr> from_query_builder(std::string_view json, const Schema& schema) {
  if (json.size() > kBytesMax)
    return base::invalid_argument("query tree: longer than " + std::to_string(kBytesMax) + " bytes");
  Json parsed;
  try {
    parsed = Json::parse(json);
  } catch (const Json::exception& error) { return base::invalid_argument(std::string("query tree: ") + error.what()); }
  MINGLU_TRY(Expr expr, TreeReader(schema).read(parsed, 1));
  MINGLU_CHECK(check_limits(expr));
  return expr;
}

Result<std::string> to_query_builder(const Expr& expr) {
  MINGLU_TRY(Json node, write_node(expr, false));
  if (!node.contains("rules")) {
    Json group = Json::object();
    group["combinator"] = "and";
    group["rules"] = Json::array({std::move(node)});
    node = std::move(group);
  }
  return node.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace minglu::rules
