#include "rules/lexer.hpp"

#include <algorithm>
#include <array>

namespace minglu::rules {

namespace {

constexpr std::array<std::string_view, 9> kKeywords = {"and", "or",   "not",  "in",   "between",
                                                       "is",  "null", "true", "false"};
constexpr std::array<std::string_view, 6> kComparisons = {"=", "!=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 4> kUnits = {"元", "千元", "万元", "亿元"};

bool is_letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_keyword(std::string_view text) noexcept {
  return std::find(kKeywords.begin(), kKeywords.end(), text) != kKeywords.end();
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    for (;;) {
      while (at_ < text_.size() && is_space(text_[at_])) ++at_;
      Token token;
      token.position = at_;
      if (at_ == text_.size()) {
        tokens_.push_back(token);
        return std::move(tokens_);
      }
      MINGLU_CHECK(next(token));
      tokens_.push_back(std::move(token));
    }
  }

 private:
  [[nodiscard]] char peek(size_t ahead) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Status next(Token& token) {
    const char c = text_[at_];
    if ((c == 'd' || c == 'p') && peek(1) == '"') {
      ++at_;
      token.kind = c == 'd' ? Token::Kind::kDate : Token::Kind::kPeriod;
      return read_quoted(token);
    }
    if (is_letter(c)) return read_name(token);
    if (is_digit(c)) return read_number(token);
    if (c == '"' || c == '`') {
      token.kind = c == '"' ? Token::Kind::kText : Token::Kind::kQuotedName;
      return read_quoted(token);
    }
    token.kind = Token::Kind::kSymbol;
    constexpr std::array<std::string_view, 3> kTwo = {"!=", "<=", ">="};
    const std::string_view two = text_.substr(at_, 2);
    const bool is_two = std::find(kTwo.begin(), kTwo.end(), two) != kTwo.end();
    if (!is_two && std::string_view("=<>+-*/(){},").find(c) == std::string_view::npos) {
      return base::invalid_argument(
          "rule text: unexpected character at byte " + std::to_string(at_) +
          "; allowed are names, `names`, numbers, \"texts\" and = != < <= > >= + - * / ( ) { } ,");
    }
    token.text = is_two ? two : text_.substr(at_, 1);
    at_ += token.text.size();
    return ok_status();
  }

  Status read_name(Token& token) {
    const size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    token.text = text_.substr(start, at_ - start);
    token.kind = is_keyword(token.text) ? Token::Kind::kKeyword : Token::Kind::kName;
    return ok_status();
  }

  Status read_number(Token& token) {
    const size_t start = at_;
    while (is_digit(peek(0))) ++at_;
    if (peek(0) == '.' && is_digit(peek(1))) {
      ++at_;
      while (is_digit(peek(0))) ++at_;
    }
    const bool exponent = (peek(0) == 'e' || peek(0) == 'E') &&
                          (is_digit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && is_digit(peek(2))));
    if (exponent) {
      at_ += 2;
      while (is_digit(peek(0))) ++at_;
    }
    token.kind = Token::Kind::kNumber;
    token.text = text_.substr(start, at_ - start);
    for (const std::string_view unit : kUnits) {
      if (text_.substr(at_, unit.size()) == unit) token.unit = unit;
    }
    at_ += token.unit.size();
    if (is_letter(peek(0))) {
      return base::invalid_argument("rule text: a letter follows a number at byte " + std::to_string(at_));
    }
    return ok_status();
  }

  Status read_quoted(Token& token) {
    const char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\') { MINGLU_TRY(c, read_escape()); }
      token.text += c;
    }
    if (at_ == text_.size()) {
      return base::invalid_argument("rule text: the quotation opened at byte " + std::to_string(token.position) +
                                    " is not closed");
    }
    ++at_;
    return ok_status();
  }

  Result<char> read_escape() {
    if (at_ == text_.size()) return base::invalid_argument("rule text: ends after a backslash");
    const char c = text_[at_++];
    switch (c) {
      case 'n': return '\n';
      case 'r': return '\r';
      case 't': return '\t';
      case '0': return '\0';
      case '"':
      case '`':
      case '\\': return c;
      default:
        return base::invalid_argument("rule text: unknown escape at byte " + std::to_string(at_ - 1) +
                                      "; allowed are \\n \\r \\t \\0 \\\" \\` \\\\");
    }
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

bool is_plain_name(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text.front()) || is_keyword(text)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_comparison(std::string_view op) noexcept {
  return std::find(kComparisons.begin(), kComparisons.end(), op) != kComparisons.end();
}

Result<std::vector<Token>> tokenize(std::string_view text) { return Lexer(text).run(); }

}  // namespace minglu::rules
