#include "table/internal/json_record.hpp"

#include <algorithm>
#include <cstring>

#include "base/utf8.hpp"
#include "table/internal/text_source.hpp"

namespace minglu::table::internal {
namespace {

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Recursive descent. Every function returns false after setting `failure_`.
class Parser {
 public:
  Parser(std::string_view text, size_t depth_max, KeyedRecord& record)
      : text_(text), depth_max_(depth_max), record_(record) {}
  bool run() {
    skip_spaces();
    if (peek() != '{') return fail("bad_json", "不是一个 JSON 对象");
    if (!object("", 1)) return false;
    skip_spaces();
    return at_ == text_.size() || fail("bad_json", "对象之后还有内容");
  }

 private:
  [[nodiscard]] char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() noexcept {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool take(char c) noexcept {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  bool fail(const char* code, const std::string& what) {
    record_.fatal = KeyedRecord::Problem{code, what + "（第 " + std::to_string(at_ + 1) + " 字节）"};
    return false;
  }
  void add(const std::string& key, std::optional<std::string> value) {
    record_.cells.emplace_back(key, std::move(value));
  }

  bool object(const std::string& prefix, size_t depth);
  bool member(const std::string& prefix, size_t depth);
  bool value(const std::string& key, size_t depth);
  bool array(const std::string& key, size_t depth);
  bool scalar(std::optional<std::string>& out);
  bool string(std::string& out);
  bool escape(std::string& out);
  bool hex4(char32_t& unit);
  bool number(std::string& out);
  bool skip_container(size_t depth);

  std::string_view text_;
  size_t depth_max_;
  KeyedRecord& record_;
  size_t at_ = 0;
};

bool Parser::object(const std::string& prefix, size_t depth) {
  if (depth > depth_max_) return fail("too_deep", "嵌套超过 " + std::to_string(depth_max_) + " 层");
  take('{');
  skip_spaces();
  if (take('}')) {
    if (!prefix.empty()) add(prefix, std::nullopt);
    return true;
  }
  for (;;) {
    if (!member(prefix, depth)) return false;
    skip_spaces();
    if (take('}')) return true;
    if (!take(',')) return fail("bad_json", "此处应为逗号或右花括号");
    skip_spaces();
  }
}

bool Parser::member(const std::string& prefix, size_t depth) {
  std::string key;
  skip_spaces();
  if (peek() != '"') return fail("bad_json", "此处应为键名");
  if (!string(key)) return false;
  skip_spaces();
  if (!take(':')) return fail("bad_json", "键名之后应为冒号");
  skip_spaces();
  return value(prefix.empty() ? key : prefix + "." + key, depth);
}

bool Parser::value(const std::string& key, size_t depth) {
  if (peek() == '{') return object(key, depth + 1);
  if (peek() == '[') return array(key, depth + 1);
  std::optional<std::string> text;
  if (!scalar(text)) return false;
  add(key, std::move(text));
  return true;
}

bool Parser::array(const std::string& key, size_t depth) {
  if (depth > depth_max_) return fail("too_deep", "嵌套超过 " + std::to_string(depth_max_) + " 层");
  const size_t begin = at_;
  take('[');
  skip_spaces();
  if (take(']')) {
    add(key, std::nullopt);
    return true;
  }
  std::string joined;
  bool flat = true;
  bool separator_inside = false;
  for (bool first = true;; first = false) {
    skip_spaces();
    if (peek() == '{' || peek() == '[') {
      flat = false;
      if (!skip_container(depth)) return false;
    } else {
      std::optional<std::string> item;
      if (!scalar(item)) return false;
      if (!first) joined += '|';
      if (item) joined += *item;
      separator_inside |= item && item->find('|') != std::string::npos;
    }
    skip_spaces();
    if (take(']')) break;
    if (!take(',')) return fail("bad_json", "此处应为逗号或右方括号");
  }
  if (flat && separator_inside) record_.problems.push_back({"array_separator", "“" + key + "”的数组元素含有分隔符 |"});
  add(key, flat ? joined : std::string(text_.substr(begin, at_ - begin)));
  return true;
}

/// Checks an object or array inside an array, whose text is kept whole.
bool Parser::skip_container(size_t depth) {
  KeyedRecord ignored;
  const size_t begin = at_;
  Parser inner(text_, depth_max_, ignored);
  inner.at_ = begin;
  const bool ok = peek() == '{' ? inner.object("", depth + 1) : inner.array("", depth + 1);
  at_ = inner.at_;
  if (!ok) record_.fatal = std::move(ignored.fatal);
  return ok;
}

bool Parser::scalar(std::optional<std::string>& out) {
  static constexpr std::string_view kTrue = "true";
  static constexpr std::string_view kFalse = "false";
  static constexpr std::string_view kNull = "null";
  if (peek() == '"') {
    out.emplace();
    return string(*out);
  }
  if (is_digit(peek()) || peek() == '-') {
    out.emplace();
    return number(*out);
  }
  for (const std::string_view word : {kTrue, kFalse, kNull}) {
    if (text_.substr(at_, word.size()) != word) continue;
    at_ += word.size();
    if (word == kNull)
      out.reset();
    else
      out.emplace(word);
    return true;
  }
  return fail("bad_json", "此处应为一个值");
}

bool Parser::number(std::string& out) {
  const size_t begin = at_;
  const auto digits = [&] {
    const size_t from = at_;
    while (is_digit(peek())) ++at_;
    return at_ > from;
  };
  take('-');
  const bool leading_zero = peek() == '0';
  const size_t integer_at = at_;
  if (!digits()) return fail("bad_json", "数字不完整");
  if (leading_zero && at_ - integer_at > 1) return fail("bad_json", "数字不得以 0 开头；编码请加引号");
  if (take('.') && !digits()) return fail("bad_json", "小数点之后应为数字");
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    if (!digits()) return fail("bad_json", "指数不完整");
  }
  out.assign(text_.substr(begin, at_ - begin));
  return true;
}

bool Parser::string(std::string& out) {
  take('"');
  for (;;) {
    size_t end = at_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\') ++end;
    out.append(text_.substr(at_, end - at_));
    at_ = end;
    if (at_ >= text_.size()) return fail("bad_json", "字符串没有结束");
    if (take('"')) break;
    if (!escape(out)) return false;
  }
  if (out.find('\0') != std::string::npos) {
    std::erase(out, '\0');
    record_.problems.push_back({"nul_byte", "字符串含有 NUL，已去掉"});
  }
  return true;
}

bool Parser::hex4(char32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = peek();
    char32_t digit = 0;
    if (is_digit(c))
      digit = static_cast<char32_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      digit = static_cast<char32_t>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F')
      digit = static_cast<char32_t>(c - 'A' + 10);
    else
      return fail("bad_json", "\\u 之后应为四位十六进制数");
    unit = unit * 16 + digit;
    ++at_;
  }
  return true;
}

bool Parser::escape(std::string& out) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  take('\\');
  if (at_ >= text_.size()) return fail("bad_json", "转义不完整");
  const char c = text_[at_++];
  if (c != 'u') {
    const size_t known = kFrom.find(c);
    if (known == std::string_view::npos) return fail("bad_json", "未知的转义");
    out.push_back(kTo[known]);
    return true;
  }
  char32_t unit = 0;
  if (!hex4(unit)) return false;
  if (unit >= 0xD800 && unit <= 0xDBFF && text_.substr(at_, 2) == "\\u") {
    const size_t before = at_;
    char32_t low = 0;
    at_ += 2;
    if (!hex4(low)) return false;
    if (low >= 0xDC00 && low <= 0xDFFF)
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    else
      at_ = before;
  }
  if (unit >= 0xD800 && unit <= 0xDFFF) {
    record_.problems.push_back({"bad_escape", "不成对的代理项转义，记为替换字符"});
    unit = 0xFFFD;
  }
  base::append_utf8(out, unit);
  return true;
}

}  // namespace

void parse_json_record(std::string_view text, size_t depth_max, KeyedRecord& record) {
  record.clear();
  if (!is_clean_utf8(text)) {
    record.fatal = KeyedRecord::Problem{"bad_encoding", "记录含有不合编码的字节"};
    return;
  }
  Parser(text, depth_max, record).run();
}

}  // namespace minglu::table::internal
