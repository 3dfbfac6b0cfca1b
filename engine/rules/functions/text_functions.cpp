// Functions over text. All count code points, never bytes; comparison is exact: no case folding, no width folding.
#include <algorithm>

#include "base/utf8.hpp"
#include "rules/functions/function.hpp"

namespace minglu::rules {

namespace {

constexpr KindMask kInt = mask(TypeKind::kInt);

bool is_digit_cp(char32_t c) noexcept { return (c >= U'0' && c <= U'9') || (c >= U'０' && c <= U'９'); }
bool is_latin_cp(char32_t c) noexcept {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'ａ' && c <= U'ｚ') ||
         (c >= U'Ａ' && c <= U'Ｚ');
}
bool is_wide_cp(char32_t c) noexcept {
  return base::is_han(c) || (c >= 0x3000 && c <= 0x303F) || (c >= 0xFF01 && c <= 0xFF60) ||
         (c >= 0x2E80 && c <= 0x2FDF);
}

// Calls visit(code point) until it returns false. Text is valid UTF-8 or was decoded with U+FFFD.
template <typename Visit>
void each_code_point(std::string_view text, Visit visit) {
  for (size_t i = 0; i < text.size();) {
    const auto b = static_cast<unsigned char>(text[i]);
    char32_t c = b;
    size_t length = 1;
    if (b >= 0xF0) {
      length = 4;
      c = b & 0x07U;
    } else if (b >= 0xE0) {
      length = 3;
      c = b & 0x0FU;
    } else if (b >= 0xC0) {
      length = 2;
      c = b & 0x1FU;
    }
    if (i + length > text.size()) return;
    for (size_t k = 1; k < length; ++k) c = (c << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    if (!visit(c)) return;
    i += length;
  }
}

template <typename Test>
int64_t count_if_cp(std::string_view text, Test test) {
  int64_t count = 0;
  each_code_point(text, [&](char32_t c) {
    count += test(c) ? 1 : 0;
    return true;
  });
  return count;
}

template <typename Test>
bool all_cp(std::string_view text, Test test) {
  bool all = true;
  each_code_point(text, [&](char32_t c) { return all = test(c); });
  return all;
}

// Characters as a bitmap of the basic plane, built once per literal and kept in the memo of the call.
struct CharSet {
  std::string source;
  std::vector<uint64_t> plane;   // 65,536 bits
  std::vector<char32_t> beyond;  // the others
  [[nodiscard]] bool has(char32_t c) const noexcept {
    if (c < 0x10000) return ((plane[c >> 6U] >> (c & 63U)) & 1U) != 0;
    return std::find(beyond.begin(), beyond.end(), c) != beyond.end();
  }
};

const CharSet& char_set(const CallContext& call, std::string_view characters) {
  if (call.memo) {
    const auto& kept = *static_cast<const CharSet*>(call.memo.get());
    if (kept.source == characters) return kept;
  }
  auto made = std::make_shared<CharSet>();
  made->source = characters;
  made->plane.assign(0x10000 / 64, 0);
  each_code_point(characters, [&](char32_t c) {
    if (c < 0x10000) {
      made->plane[c >> 6U] |= uint64_t{1} << (c & 63U);
    } else {
      made->beyond.push_back(c);
    }
    return true;
  });
  const CharSet& out = *made;
  call.memo = std::move(made);
  return out;
}

Value length(const CallContext&, std::span<const Value> a) {
  return Value::of_int(count_if_cp(a[0].text, [](char32_t) { return true; }));
}
Value han_count(const CallContext&, std::span<const Value> a) {
  return Value::of_int(count_if_cp(a[0].text, [](char32_t c) { return base::is_han(c); }));
}
Value width(const CallContext&, std::span<const Value> a) {
  int64_t total = 0;
  each_code_point(a[0].text, [&](char32_t c) {
    total += is_wide_cp(c) ? 2 : 1;
    return true;
  });
  return Value::of_int(total);
}
Value starts_with(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(a[0].text.substr(0, a[1].text.size()) == a[1].text);
}
Value ends_with(const CallContext&, std::span<const Value> a) {
  const std::string_view text = a[0].text;
  const std::string_view tail = a[1].text;
  return Value::of_bool(text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail);
}
Value contains(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(a[0].text.find(a[1].text) != std::string_view::npos);
}
Value contains_any(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(std::any_of(
      a.begin() + 1, a.end(), [&](const Value& word) { return a[0].text.find(word.text) != std::string_view::npos; }));
}
Value is_digits(const CallContext&, std::span<const Value> a) { return Value::of_bool(all_cp(a[0].text, is_digit_cp)); }
Value is_ascii_alnum(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(std::all_of(a[0].text.begin(), a[0].text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }));
}
Value is_letters_or_digits(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(all_cp(a[0].text, [](char32_t c) { return is_digit_cp(c) || is_latin_cp(c); }));
}
Value has_digit(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(count_if_cp(a[0].text, is_digit_cp) > 0);
}
Value has_any_of(const CallContext& call, std::span<const Value> a) {
  const CharSet& set = char_set(call, a[1].text);
  bool found = false;
  each_code_point(a[0].text, [&](char32_t c) { return !(found = set.has(c)); });
  return Value::of_bool(found);
}
Value only_of(const CallContext& call, std::span<const Value> a) {
  const CharSet& set = char_set(call, a[1].text);
  return Value::of_bool(all_cp(a[0].text, [&](char32_t c) { return set.has(c); }));
}
Value has_blank(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(count_if_cp(a[0].text, [](char32_t c) {
                          return c == U' ' || (c >= 9 && c <= 13) || c == 0x3000 || c == 0xA0 ||
                                 (c >= 0x2000 && c <= 0x200B);
                        }) > 0);
}
// Control characters, private use, specials (U+FFFD is what decoding leaves of half a Han character).
Value has_broken_char(const CallContext&, std::span<const Value> a) {
  return Value::of_bool(count_if_cp(a[0].text, [](char32_t c) {
                          return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF) ||
                                 (c >= 0xFFF0 && c <= 0xFFFF) || c == 0x25A1;
                        }) > 0);
}
// Byte length of the first `count` code points, all when there are fewer.
size_t bytes_of(std::string_view text, int64_t count) noexcept {
  size_t bytes = 0;
  int64_t seen = 0;
  for (; bytes < text.size(); ++bytes) {
    const bool starts = (static_cast<unsigned char>(text[bytes]) & 0xC0U) != 0x80U;
    if (starts && seen++ == count) break;
  }
  return bytes;
}
// 1-based start, as people count; beyond the end gives what is left.
Value substr(const CallContext&, std::span<const Value> a) {
  if (a[1].integer < 1 || a[2].integer < 1) return Value::none();
  const std::string_view rest = a[0].text.substr(bytes_of(a[0].text, a[1].integer - 1));
  return Value::of_text(rest.substr(0, bytes_of(rest, a[2].integer)));
}
Value prefix(const CallContext&, std::span<const Value> a) {
  if (a[1].integer < 1) return Value::none();
  return Value::of_text(a[0].text.substr(0, bytes_of(a[0].text, a[1].integer)));
}
Value upper(const CallContext& call, std::span<const Value> a) {
  char* out = call.arena.allocate(a[0].text.size());
  std::transform(a[0].text.begin(), a[0].text.end(), out,
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return Value::of_text({out, a[0].text.size()});
}
// Each part behind its length, so that ("ab", "c") and ("a", "bc") stay apart.
Value key(const CallContext& call, std::span<const Value> a) {
  constexpr size_t kLengthBytes = 4;
  size_t size = 0;
  for (const Value& part : a) size += kLengthBytes + part.text.size();
  char* out = call.arena.allocate(size);
  char* at = out;
  for (const Value& part : a) {
    size_t length = part.text.size();
    for (size_t k = 0; k < kLengthBytes; ++k, length /= 64) *at++ = static_cast<char>('0' + length % 64);
    at += part.text.copy(at, part.text.size());
  }
  return Value::of_text({out, size});
}

bool set_has(std::string_view set, std::string_view wanted) {
  while (true) {
    const size_t bar = set.find('|');
    if (set.substr(0, bar) == wanted) return true;
    if (bar == std::string_view::npos) return false;
    set.remove_prefix(bar + 1);
  }
}
Value has(const CallContext&, std::span<const Value> a) { return Value::of_bool(set_has(a[0].text, a[1].text)); }
Value set_size(const CallContext&, std::span<const Value> a) {
  return Value::of_int(1 + std::count(a[0].text.begin(), a[0].text.end(), '|'));
}

}  // namespace

std::vector<FunctionSpec> text_functions() {
  const Parameter text{"text", kAnyText};
  const TypeKind boolean = TypeKind::kBool;
  const KindMask set = mask(TypeKind::kSet);
  return {
      {"length", {text}, 1, false, TypeKind::kInt, false, "长度", "code points", "length(\"深圳A\") = 3", length},
      {"han_count",
       {text},
       1,
       false,
       TypeKind::kInt,
       false,
       "汉字数",
       "Han characters",
       "han_count(\"深圳A\") = 2",
       han_count},
      {"width",
       {text},
       1,
       false,
       TypeKind::kInt,
       false,
       "宽度",
       "columns: a Han or full-width character counts 2",
       "width(\"深圳A\") = 5",
       width},
      {"starts_with",
       {text, {"head", kAnyText}},
       2,
       false,
       boolean,
       false,
       "开头是",
       "exact prefix",
       "starts_with(\"深圳市甲\", \"深圳\")",
       starts_with},
      {"ends_with",
       {text, {"tail", kAnyText}},
       2,
       false,
       boolean,
       false,
       "结尾是",
       "exact suffix",
       "ends_with(\"甲公司\", \"公司\")",
       ends_with},
      {"contains",
       {text, {"part", kAnyText}},
       2,
       false,
       boolean,
       false,
       "包含",
       "exact part",
       "contains(\"甲科技公司\", \"科技\")",
       contains},
      {"contains_any",
       {text, {"part", kAnyText}},
       2,
       true,
       boolean,
       false,
       "包含任一",
       "any of the parts",
       "contains_any(\"甲分店\", \"分公司\", \"分店\")",
       contains_any},
      {"is_digits",
       {text},
       1,
       false,
       boolean,
       false,
       "全为数字",
       "digits only, half or full width",
       "is_digits(\"12３\")",
       is_digits},
      {"is_ascii_alnum",
       {text},
       1,
       false,
       boolean,
       false,
       "全为半角字母数字",
       "ASCII letters and digits only",
       "is_ascii_alnum(\"a1\")",
       is_ascii_alnum},
      {"is_letters_or_digits",
       {text},
       1,
       false,
       boolean,
       false,
       "全为字母数字",
       "Latin letters and digits, any width",
       "is_letters_or_digits(\"Ａ1\")",
       is_letters_or_digits},
      {"has_digit",
       {text},
       1,
       false,
       boolean,
       false,
       "含数字",
       "a digit of half or full width",
       "has_digit(\"张3\")",
       has_digit},
      {"has_any_of",
       {text, {"characters", kAnyText}},
       2,
       false,
       boolean,
       false,
       "含任一字符",
       "some character of text is among characters",
       "has_any_of(\"甲?乙\", \"?@\")",
       has_any_of},
      {"only_of",
       {text, {"characters", kAnyText}},
       2,
       false,
       boolean,
       false,
       "只含字符",
       "every character of text is among characters",
       "only_of(\"1001\", \"01\")",
       only_of},
      {"has_blank",
       {text},
       1,
       false,
       boolean,
       false,
       "含空白",
       "space of any width, tab or line break",
       "has_blank(\"甲 乙\")",
       has_blank},
      {"has_broken_char",
       {text},
       1,
       false,
       boolean,
       false,
       "含乱码",
       "control, private-use or replacement characters",
       "not has_broken_char(\"甲乙\")",
       has_broken_char},
      {"substr",
       {text, {"start", kInt}, {"count", kInt}},
       3,
       false,
       TypeKind::kText,
       false,
       "取子串",
       "count code points from the 1-based start; null when nothing is there",
       "substr(\"甲乙丙\", 2, 1) = \"乙\"",
       substr},
      {"prefix",
       {text, {"count", kInt}},
       2,
       false,
       TypeKind::kText,
       false,
       "取开头",
       "the first count code points",
       "prefix(\"5101\", 2) = \"51\"",
       prefix},
      {"upper",
       {text},
       1,
       false,
       TypeKind::kText,
       false,
       "转大写",
       "ASCII letters in upper case",
       "upper(\"ab1\") = \"AB1\"",
       upper},
      {"key",
       {text},
       1,
       true,
       TypeKind::kText,
       false,
       "组合键",
       "one key of several texts; null when one is null",
       "key(\"a\", \"bc\") != key(\"ab\", \"c\")",
       key},
      {"has", {{"set", set}, text}, 2, false, boolean, false, "集合含", "the set holds the text", "", has},
      {"set_size", {{"set", set}}, 1, false, TypeKind::kInt, false, "集合大小", "number of elements", "", set_size},
  };
}

}  // namespace minglu::rules
