// Text notation of expressions: reading. Recursive descent over the tokens.
#include <charconv>
#include <cmath>

#include "base/date.hpp"
#include "base/utf8.hpp"
#include "rules/expression.hpp"
#include "rules/lexer.hpp"
#include "rules/limits.hpp"

namespace minglu::rules {

namespace {

int64_t fen_per_unit(std::string_view unit) noexcept {
  if (unit == "元") return 100;
  if (unit == "千元") return 100'000;
  if (unit == "万元") return 1'000'000;
  return 10'000'000'000;  // 亿元
}

// Exact: "12.5" with 万元 -> 12500000 fen. Null on overflow or a part below one fen.
std::optional<int64_t> money_fen(std::string_view digits, std::string_view unit, bool negative) {
  const size_t dot = digits.find('.');
  __int128 value = 0;
  __int128 scale = fen_per_unit(unit);
  constexpr __int128 kLimit = static_cast<__int128>(INT64_MAX) + 1;
  for (const char c : digits.substr(0, dot)) {
    value = value * 10 + (c - '0') * scale;
    if (value > kLimit) return std::nullopt;
  }
  if (dot != std::string_view::npos) {
    for (const char c : digits.substr(dot + 1)) {
      if (scale % 10 != 0 && c != '0') return std::nullopt;
      scale /= 10;
      value += (c - '0') * scale;
    }
  }
  if (negative) value = -value;
  if (value > INT64_MAX || value < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(value);
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Expr> run() {
    MINGLU_TRY(Expr expr, parse_or());
    if (peek().kind != Token::Kind::kEnd) return expected("the end or an operator");
    return expr;
  }

 private:
  // Counts nesting and nodes; one per grammar level that can recurse.
  struct Depth {
    explicit Depth(size_t& depth) : depth_(depth) { ++depth_; }
    ~Depth() { --depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    size_t& depth_;
  };

  [[nodiscard]] const Token& peek() const noexcept { return tokens_[at_]; }
  [[nodiscard]] bool is(Token::Kind kind, std::string_view text) const noexcept {
    return peek().kind == kind && peek().text == text;
  }
  bool accept(Token::Kind kind, std::string_view text) noexcept {
    if (!is(kind, text)) return false;
    ++at_;
    return true;
  }
  bool keyword(std::string_view text) noexcept { return accept(Token::Kind::kKeyword, text); }
  bool symbol(std::string_view text) noexcept { return accept(Token::Kind::kSymbol, text); }

  [[nodiscard]] Error expected(const std::string& what) const {
    const std::string met = peek().kind == Token::Kind::kEnd ? "the end of the text" : "'" + peek().text + "'";
    return base::invalid_argument("rule text: " + met + " at byte " + std::to_string(peek().position) + "; expected " +
                                  what);
  }
  Status need(std::string_view text) {
    if (symbol(text)) return ok_status();
    return expected("'" + std::string(text) + "'");
  }

  Result<Expr> parse_or() { return parse_chain("or", &Parser::parse_and); }
  Result<Expr> parse_and() { return parse_chain("and", &Parser::parse_not); }

  Result<Expr> parse_chain(const char* word, Result<Expr> (Parser::*next)()) {
    MINGLU_TRY(Expr first, (this->*next)());
    if (!is(Token::Kind::kKeyword, word)) return first;
    Expr out = op(word, {std::move(first)});
    while (keyword(word)) {
      MINGLU_TRY(Expr arg, (this->*next)());
      out.args.push_back(std::move(arg));
    }
    return out;
  }

  Result<Expr> parse_not() {
    const Depth guard(depth_);
    if (depth_ > kTextNestingMax)
      return base::invalid_argument("rule text: deeper than " + std::to_string(kTextNestingMax) + " levels");
    if (!keyword("not")) return parse_comparison();
    MINGLU_TRY(Expr inner, parse_not());
    return op("not", {std::move(inner)});
  }

  Result<Expr> parse_comparison() {
    MINGLU_TRY(Expr left, parse_sum());
    if (peek().kind == Token::Kind::kSymbol && is_comparison(peek().text)) {
      const std::string name = tokens_[at_++].text;
      MINGLU_TRY(Expr right, parse_sum());
      return op(name, {std::move(left), std::move(right)});
    }
    if (keyword("is")) {
      const bool negated = keyword("not");
      if (!keyword("null")) return expected("'null' or 'not null'");
      return negate_if(negated, op("is_null", {std::move(left)}));
    }
    const bool negated = keyword("not");
    if (keyword("in")) {
      MINGLU_TRY(Expr right, parse_sum());
      return negate_if(negated, op("in", {std::move(left), std::move(right)}));
    }
    if (keyword("between")) {
      MINGLU_TRY(Expr low, parse_sum());
      if (!keyword("and")) return expected("'and' of between");
      MINGLU_TRY(Expr high, parse_sum());
      return negate_if(negated, op("between", {std::move(left), std::move(low), std::move(high)}));
    }
    if (negated) return expected("'in' or 'between' after 'not'");
    return left;
  }

  static Expr negate_if(bool negated, Expr expr) { return negated ? op("not", {std::move(expr)}) : std::move(expr); }

  Result<Expr> parse_sum() { return parse_left("+", "-", &Parser::parse_product); }
  Result<Expr> parse_product() { return parse_left("*", "/", &Parser::parse_unary); }

  // A long chain makes a deep tree: the number of links counts against the depth.
  Result<Expr> parse_left(const char* a, const char* b, Result<Expr> (Parser::*next)()) {
    MINGLU_TRY(Expr left, (this->*next)());
    for (size_t links = 0; is(Token::Kind::kSymbol, a) || is(Token::Kind::kSymbol, b); ++links) {
      if (links > kDepthMax)
        return base::invalid_argument("rule text: more than " + std::to_string(kDepthMax) + " links in one chain");
      const std::string name = tokens_[at_++].text;
      MINGLU_TRY(Expr right, (this->*next)());
      left = op(name, {std::move(left), std::move(right)});
    }
    return left;
  }

  Result<Expr> parse_unary() {
    if (!symbol("-")) return parse_primary();
    if (peek().kind == Token::Kind::kNumber) return parse_number(true);
    const Depth guard(depth_);
    if (depth_ > kTextNestingMax) return base::invalid_argument("rule text: nested too deeply");
    MINGLU_TRY(Expr inner, parse_unary());
    return op("neg", {std::move(inner)});
  }

  Result<Expr> parse_primary() {
    if (++nodes_ > kNodesMax)
      return base::invalid_argument("rule text: more than " + std::to_string(kNodesMax) + " nodes");
    const Token& token = peek();
    switch (token.kind) {
      case Token::Kind::kNumber: return parse_number(false);
      case Token::Kind::kText: ++at_; return literal_text(token.text);
      case Token::Kind::kDate:
      case Token::Kind::kPeriod: return parse_day(token);
      case Token::Kind::kName:
      case Token::Kind::kQuotedName: return parse_name();
      default: break;
    }
    if (keyword("true")) return literal_bool(true);
    if (keyword("false")) return literal_bool(false);
    if (is(Token::Kind::kSymbol, "{")) return parse_set();
    if (!symbol("(")) return expected("a value, a field, a function, '(' or '{'");
    MINGLU_TRY(Expr inner, parse_or());
    MINGLU_CHECK(need(")"));
    return inner;
  }

  Result<Expr> parse_day(const Token& token) {
    ++at_;
    if (token.kind == Token::Kind::kDate) {
      const auto date = base::parse_iso_date(token.text);
      if (date) return literal_date(date->days);
      return base::invalid_argument("rule text: \"" + token.text +
                                    "\" is not an ISO date between 1800-01-01 and 2199-12-31");
    }
    const auto period = base::parse_period(token.text);
    if (period) return literal_period(period->yyyymm);
    return base::invalid_argument("rule text: \"" + token.text + "\" is not a month such as 2026-01");
  }

  Result<Expr> parse_name() {
    const std::string name = tokens_[at_++].text;
    if (name.empty()) return base::invalid_argument("rule text: an empty name");
    if (!symbol("(")) return field(name);
    Expr call = op(name, {});
    if (symbol(")")) return call;
    for (;;) {
      MINGLU_TRY(Expr arg, parse_or());
      call.args.push_back(std::move(arg));
      if (symbol(")")) return call;
      MINGLU_CHECK(need(","));
    }
  }

  Result<Expr> parse_set() {
    const Depth guard(depth_);
    if (depth_ > kTextNestingMax)
      return base::invalid_argument("rule text: deeper than " + std::to_string(kTextNestingMax) + " levels");
    ++at_;
    std::vector<Literal> elements;
    if (symbol("}")) return literal_set({});
    for (;;) {
      const bool negative = symbol("-");
      MINGLU_TRY(Expr element, negative ? parse_number(true) : parse_primary());
      if (element.kind != Expr::Kind::kLiteral || element.literal.kind == TypeKind::kSet) {
        return base::invalid_argument("rule text: a set holds literals only");
      }
      elements.push_back(std::move(element.literal));
      if (symbol("}")) return literal_set(std::move(elements));
      MINGLU_CHECK(need(","));
    }
  }

  Result<Expr> parse_number(bool negative) {
    if (peek().kind != Token::Kind::kNumber) return expected("a number after '-'");
    const Token token = tokens_[at_++];
    const bool real = token.text.find_first_of(".eE") != std::string::npos;
    if (!token.unit.empty()) {
      const bool exponent = token.text.find_first_of("eE") != std::string::npos;
      const auto fen = exponent ? std::nullopt : money_fen(token.text, token.unit, negative);
      if (fen) return literal_money(*fen);
      return base::invalid_argument("rule text: " + token.text + token.unit +
                                    " is not a whole number of fen of 64 bits");
    }
    const std::string text = (negative ? "-" : "") + token.text;
    const char* end = text.data() + text.size();
    if (!real) {
      int64_t value = 0;
      if (std::from_chars(text.data(), end, value).ec == std::errc{}) return literal_int(value);
      return base::invalid_argument("rule text: " + text + " does not fit 64 bits; write " + text + ".0 for a double");
    }
    double value = 0;
    if (std::from_chars(text.data(), end, value).ec == std::errc{} && std::isfinite(value))
      return literal_double(value);
    return base::invalid_argument("rule text: " + text + " is outside the range of a double");
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t depth_ = 0;
  size_t nodes_ = 0;
};

}  // namespace

Result<Expr> parse_text(std::string_view text) {
  if (text.size() > kBytesMax) {
    return base::invalid_argument("rule text: longer than " + std::to_string(kBytesMax) + " bytes");
  }
  if (!base::is_valid_utf8(text)) return base::invalid_argument("rule text: not valid UTF-8");
  MINGLU_TRY(std::vector<Token> tokens, tokenize(text));
  MINGLU_TRY(Expr expr, Parser(std::move(tokens)).run());
  MINGLU_CHECK(check_limits(expr));
  return expr;
}

}  // namespace minglu::rules
