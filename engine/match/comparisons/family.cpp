#include "match/comparisons/family.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>

#include "base/utf8.hpp"

namespace minglu::match {
namespace {

bool is_word_char(char32_t c) {
  if (c < 0x80) return (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z');  // folded: no small letters
  return base::is_han(c) || u_isalnum(static_cast<UChar32>(c)) != 0;
}

bool is_mark(char32_t c) {
  if (c == U'\'' || c == U'\u2019') return true;
  return c >= 0x80 && !base::is_han(c) && u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK;
}

/// One character without its marks: é -> E, Å -> A. Letters without a decomposition (Ø) stay.
char32_t without_marks(char32_t c) {
  if (c < 0x80 || base::is_han(c)) return c;
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfkd = unorm2_getNFKDInstance(&status);
  UChar buffer[16];
  const int32_t length =
      U_SUCCESS(status) ? unorm2_getDecomposition(nfkd, static_cast<UChar32>(c), buffer, 16, &status) : -1;
  const char32_t base_char = length > 0 && U_SUCCESS(status) ? buffer[0] : c;
  return static_cast<char32_t>(u_toupper(static_cast<UChar32>(base_char)));
}

}  // namespace

std::u16string fold_words(std::string_view utf8, const text::CharTables& chars) {
  std::u16string out;
  out.reserve(utf8.size() / 2);
  bool gap = false;
  thread_local std::u32string decoded;
  base::decode_utf8(utf8, decoded);
  for (const char32_t raw : decoded) {
    const char32_t c = chars.fold(without_marks(text::to_half_width(raw)));
    if (is_mark(c)) continue;
    if (!is_word_char(c)) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out.push_back(u' ');
    gap = false;
    append_unit(c, out);
  }
  return out;
}

std::u16string fold_tight(std::string_view utf8, const text::CharTables& chars) {
  std::u16string out = fold_words(utf8, chars);
  std::erase(out, u' ');
  return out;
}

std::u16string sound_of(std::u16string_view folded, const text::CharTables& chars) {
  std::u16string out;
  bool any = false;
  for (const char16_t c : folded) {
    const std::string_view syllable = chars.pinyin(c);
    any = any || !syllable.empty();
    if (syllable.empty()) {
      out.push_back(c);
    } else {
      out.append(syllable.begin(), syllable.end());
      out.push_back(u'\'');
    }
  }
  return any ? out : std::u16string();
}

bool has_han(std::u16string_view text) {
  return std::any_of(text.begin(), text.end(), [](char16_t c) { return base::is_han(c); });
}

std::vector<std::u16string_view> split_words(std::u16string_view text) {
  std::vector<std::u16string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(u' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace minglu::match
