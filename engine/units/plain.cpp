#include "units/plain.hpp"

#include <array>
#include <string>

#include "base/utf8.hpp"
#include "units/identifiers.hpp"
#include "units/internal/fold.hpp"

namespace minglu::units {
namespace {

using internal::quoted;
using table::Severity;

constexpr std::string_view kGarbledReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kGarbledGbk = "锟斤拷";
constexpr std::string_view kGarbledStack = "烫烫烫";

// Lead bytes that may begin something to clean: controls, C2 (C1 controls, no-break space), E2 80..81 (typographic
// blanks, zero width), '?', and the lead bytes of Latin-1 mojibake.
constexpr std::array<bool, 256> make_suspects() {
  std::array<bool, 256> suspects{};
  for (size_t i = 0; i < 0x20; ++i) suspects[i] = true;
  for (const size_t i : {0x3FU, 0x7FU, 0xC2U, 0xC3U, 0xE2U}) suspects[i] = true;
  return suspects;
}
constexpr std::array<bool, 256> kSuspects = make_suspects();

// U+3000; the characters that open 锟斤拷 and 烫烫烫; EF with anything but full-width forms (BOM, U+FFFD).
constexpr bool opens_trouble(unsigned byte, unsigned next) noexcept {
  switch (byte) {
    case 0xE3: return next == 0x80;
    case 0xE9: return next == 0x94;
    case 0xE7: return next == 0x83;
    case 0xEF: return next != 0xBC && next != 0xBD;
    default: return false;
  }
}

bool is_clean(std::string_view text) noexcept {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (kSuspects[byte]) return false;
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (opens_trouble(byte, next)) return false;
  }
  return true;
}

// Words such as "无" and "NULL"; also in full width, which is_clean lets pass because names may hold it.
bool is_clean_placeholder(std::string_view text) {
  constexpr size_t kWideWordBytesMax = 27;
  const bool wide = static_cast<unsigned char>(text.front()) == 0xEF;
  if (wide && text.size() <= kWideWordBytesMax) return internal::is_placeholder(internal::fold(text).text);
  return internal::is_placeholder(text);
}

struct Plain {
  std::string text;
  bool trimmed = false;
  bool space = false;
  bool control = false;
};

Plain strip(std::string_view text) {
  Plain out;
  for (const char32_t c : base::decode_utf8(text)) {
    if (internal::is_blank(c)) {
      out.space |= c != ' ';
      out.text.push_back(' ');
    } else if (c == '\n' || c == '\r') {
      out.control = true;
      if (!out.text.empty() && out.text.back() != ' ') out.text.push_back(' ');
    } else if (internal::is_invisible(c)) {
      out.control = true;
    } else {
      base::append_utf8(out.text, c);
    }
  }
  const size_t first = out.text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  const size_t last = out.text.find_last_not_of(' ');
  out.trimmed = first > 0 || last + 1 < out.text.size();
  out.text = out.text.substr(first, last - first + 1);
  return out;
}

// UTF-8 bytes once read as Latin-1: at least two runs of a lead byte U+00C2..U+00EF with its continuation bytes, which
// are C1 controls or signs there and never stand so in honest text.
bool is_latin1_mojibake(std::string_view text) {
  int runs = 0;
  const std::u32string points = base::decode_utf8(text);
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const bool lead = points[i] >= 0xC2 && points[i] <= 0xEF;
    const bool continued = points[i + 1] >= 0x80 && points[i + 1] <= 0xBF;
    if (lead && continued) ++runs;
  }
  return runs >= 2;
}

bool has_han(std::string_view text) {
  for (const char32_t c : base::decode_utf8(text)) {
    if (base::is_han(c)) return true;
  }
  return false;
}

void flag_damage(bool latin1, Cleaned& out) {
  const std::string& text = *out.value;
  if (latin1 || text.find(kGarbledReplacement) != std::string::npos || text.find(kGarbledGbk) != std::string::npos ||
      text.find(kGarbledStack) != std::string::npos) {
    out.trusted = false;
    add_flag(out, "mojibake", Severity::kVerify, quoted(text) + "含乱码，疑似编码转换错误");
  } else if (text.find("??") != std::string::npos && has_han(text)) {
    add_flag(out, "lost_characters", Severity::kVerify, quoted(text) + "含连续问号，疑似有汉字丢失");
  }
}

bool is_middle_dot(char32_t c) noexcept {
  return c == 0xB7 || c == 0x2022 || c == 0x30FB || c == 0xFF0E || c == 0x2027 || c == 0x2219 || c == 0x22C5;
}

bool is_name_character(char32_t c) noexcept {
  const bool latin = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0x24F);
  constexpr std::u32string_view kMarks = U" ·.'-,()（）、";
  return latin || base::is_han(c) || (c >= 0xE000 && c <= 0xF8FF) || kMarks.find(c) != std::u32string_view::npos;
}

bool touches_han(const std::u32string& name, size_t blank) noexcept {
  size_t next = blank + 1;
  while (next < name.size() && name[next] == ' ') ++next;
  return blank > 0 && next < name.size() && (base::is_han(name[blank - 1]) || name[blank - 1] == ' ') &&
         base::is_han(name[next]);
}

// Blanks between Chinese characters out, one middle dot.
std::u32string tidy_name(const std::u32string& name, bool& removed) {
  std::u32string out;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == ' ' && touches_han(name, i) && !out.empty() && base::is_han(out.back())) {
      removed = true;
    } else {
      out.push_back(is_middle_dot(name[i]) ? U'·' : name[i]);
    }
  }
  return out;
}

void judge_name(const std::u32string& name, Cleaned& out) {
  bool masked = false;
  bool odd = false;
  for (const char32_t c : name) {
    masked |= c == '*' || c == U'＊';
    odd |= !is_name_character(c) && c != '*' && c != U'＊';
  }
  const std::string hidden = mask_personal_id(*out.value);
  if (hidden != *out.value) {
    out.trusted = false;
    add_flag(out, "personal_id", Severity::kMandatory, "姓名栏含有公民身份号码" + quoted(hidden));
  } else if (masked) {
    out.trusted = false;
    add_flag(out, "name_masked", Severity::kVerify, "姓名" + quoted(*out.value) + "已脱敏，不能用于比对");
  } else if (odd) {
    add_flag(out, "name_characters", Severity::kVerify, "姓名" + quoted(*out.value) + "含数字或符号，请核实");
  }
}

}  // namespace

Cleaned clean_text(std::string_view text) {
  Cleaned out;
  if (is_clean(text)) {
    if (is_clean_placeholder(text)) {
      internal::set_placeholder(out, text);
    } else {
      out.value = std::string(text);
    }
    return out;
  }
  Plain plain = strip(text);
  if (plain.text.empty()) return out;
  if (internal::is_placeholder(internal::fold(plain.text).text)) {
    internal::set_placeholder(out, plain.text);
    return out;
  }
  const bool latin1 = is_latin1_mojibake(text);
  if (plain.trimmed) add_flag(out, "trimmed", Severity::kInfo, "已去除首尾空格");
  if (plain.space) add_flag(out, "space_folded", Severity::kInfo, "已将全角空格等转为普通空格");
  if (plain.control) add_flag(out, "control_removed", Severity::kInfo, "已去除换行或不可见字符");
  out.value = std::move(plain.text);
  flag_damage(latin1, out);
  return out;
}

Cleaned clean_person_name(std::string_view text) {
  Cleaned out = clean_text(text);
  if (!out.value) return out;
  bool removed = false;
  const std::u32string name = tidy_name(base::decode_utf8(*out.value), removed);
  out.value = base::encode_utf8(name);
  if (removed) add_flag(out, "name_space_removed", Severity::kInfo, "已去除姓名中的空格");
  judge_name(name, out);
  return out;
}

}  // namespace minglu::units
