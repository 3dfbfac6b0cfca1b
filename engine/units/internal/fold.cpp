#include "units/internal/fold.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace minglu::units::internal {
namespace {

constexpr char32_t kFullWidthFirst = 0xFF01;
constexpr char32_t kFullWidthLast = 0xFF5E;
constexpr char32_t kFullWidthOffset = 0xFEE0;

bool is_dash(char32_t c) noexcept { return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xFE63 || c == 0x2500; }

// Bytes of UTF-8 that may begin something to fold: controls, C2 (C1 controls, no-break space, soft hyphen), E2 (dashes,
// typographic blanks, zero width), EF (full-width forms, byte order mark, U+FFFD), and what is no UTF-8 at all.
constexpr std::array<bool, 256> make_suspects() {
  std::array<bool, 256> suspects{};
  for (size_t i = 0; i < 0x20; ++i) suspects[i] = true;
  for (const size_t i : {0x7FU, 0xC0U, 0xC1U, 0xC2U, 0xE2U, 0xEFU}) suspects[i] = true;
  for (size_t i = 0xF5; i < suspects.size(); ++i) suspects[i] = true;
  return suspects;
}
constexpr std::array<bool, 256> kSuspects = make_suspects();
constexpr unsigned char kLeadOfBlank = 0xE3;  // E3 80 80 is the full-width blank

// Lower-case, as they stand after folding.
constexpr std::array<std::string_view, 22> kPlaceholders = {
    "n/a", "na",   "null",   "nil",    "none", "nan",  "-",      "--", "---",    "/",    "\\",
    "\\n", "#n/a", "(null)", "<null>", "无",   "暂无", "无数据", "空", "未填写", "不详", "未知"};

}  // namespace

bool is_blank(char32_t c) noexcept {
  return c == ' ' || c == '\t' || c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
         c == 0x205F;
}

bool is_invisible(char32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2064) ||
         c == 0xFEFF;
}

bool is_folded(std::string_view text) noexcept {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (kSuspects[byte]) return false;
    if (byte == kLeadOfBlank && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0x80) return false;
  }
  return true;
}

Folded fold(std::string_view text) {
  Folded out;
  if (is_folded(text)) {
    out.text = text;
    return out;
  }
  out.text.reserve(text.size());
  for (char32_t c : base::decode_utf8(text)) {
    if (is_blank(c)) {
      out.width |= c != ' ' && c != '\t';
      out.text.push_back(' ');
    } else if (c == '\n' || c == '\r') {
      out.text.push_back(' ');
    } else if (is_invisible(c)) {
      out.control = true;
    } else if (c >= kFullWidthFirst && c <= kFullWidthLast) {
      out.width = true;
      out.text.push_back(static_cast<char>(c - kFullWidthOffset));
    } else if (is_dash(c)) {
      out.width = true;
      out.text.push_back('-');
    } else {
      base::append_utf8(out.text, c);
    }
  }
  const size_t first = out.text.find_first_not_of(' ');
  const size_t last = out.text.find_last_not_of(' ');
  if (first == std::string::npos) {
    out.text.clear();
    return out;
  }
  out.trimmed = first > 0 || last + 1 < out.text.size();
  out.text = out.text.substr(first, last - first + 1);
  return out;
}

void add_fold_flags(const Folded& folded, Cleaned& cleaned) {
  if (folded.trimmed) add_flag(cleaned, "trimmed", table::Severity::kInfo, "已去除首尾空格");
  if (folded.width) add_flag(cleaned, "width_folded", table::Severity::kInfo, "已将全角字符转为半角");
  if (folded.control) add_flag(cleaned, "control_removed", table::Severity::kInfo, "已去除不可见字符");
}

bool is_placeholder(std::string_view text) noexcept {
  constexpr size_t kPlaceholderBytesMax = 9;
  if (text.empty() || text.size() > kPlaceholderBytesMax) return false;
  return std::any_of(kPlaceholders.begin(), kPlaceholders.end(), [text](std::string_view p) {
    return p.size() == text.size() &&
           std::equal(p.begin(), p.end(), text.begin(), [](char a, char b) { return a == to_lower(b); });
  });
}

void set_placeholder(Cleaned& cleaned, std::string_view text) {
  cleaned.value.reset();
  add_flag(cleaned, "placeholder", table::Severity::kInfo, quoted(text) + "视为空值");
}

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

bool is_filler(std::string_view text) noexcept {
  return text.size() > 1 && text.find_first_not_of(text.front()) == std::string_view::npos;
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string quoted(std::string_view text) {
  constexpr size_t kQuotedBytesMax = 60;
  std::string out = "“";
  if (text.size() <= kQuotedBytesMax) return out.append(text).append("”");
  size_t end = kQuotedBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return out.append(text.substr(0, end)).append("…”");
}

}  // namespace minglu::units::internal
