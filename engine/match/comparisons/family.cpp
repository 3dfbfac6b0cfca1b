#include "match/comparisons/family.hpp"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <mutex>

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

FoldTable::FoldTable(const text::CharTables& chars) : plane_(0x10000) {
  for (char32_t raw = 0; raw < plane_.size(); ++raw) {
    const char32_t c = chars.fold(without_marks(text::to_half_width(raw)));
    plane_[raw] = is_mark(c) ? kDropped : is_word_char(c) && c < kDropped ? static_cast<char16_t>(c) : kGap;
  }
}

char16_t FoldTable::beyond(char32_t c) noexcept {
  if (!is_word_char(c)) return kGap;
  std::u16string unit;
  append_unit(c, unit);
  return unit[0];
}

std::shared_ptr<const FoldTable> fold_table_of(const std::shared_ptr<const text::CharTables>& chars) {
  static std::mutex mutex;
  static std::weak_ptr<const text::CharTables> last_chars;
  static std::shared_ptr<const FoldTable> last_table;
  if (!chars) return nullptr;
  const std::lock_guard lock(mutex);
  if (last_chars.lock() != chars) {
    last_table = std::make_shared<const FoldTable>(*chars);
    last_chars = chars;
  }
  return last_table;
}

namespace {

/// Calls take(character) for each. Well-formed text of one to three bytes a character is read in place.
template <typename Take>
void for_each_char(std::string_view utf8, Take&& take) {
  const auto byte = [&](size_t at) { return static_cast<unsigned char>(utf8[at]); };
  const auto follows = [&](size_t at) { return at < utf8.size() && (byte(at) & 0xC0) == 0x80; };
  for (size_t at = 0; at < utf8.size();) {
    const unsigned char lead = byte(at);
    if (lead < 0x80) {
      take(char32_t{lead});
      ++at;
      continue;
    }
    if ((lead & 0xF0) == 0xE0 && follows(at + 1) && follows(at + 2)) {
      const char32_t c = (lead & 0x0FU) << 12U | (byte(at + 1) & 0x3FU) << 6U | (byte(at + 2) & 0x3FU);
      if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) {
        take(c);
        at += 3;
        continue;
      }
    }
    // Whatever else, up to the next character of the kinds above.
    size_t end = at + 1;
    while (end < utf8.size() && byte(end) >= 0x80 && (byte(end) & 0xF0) != 0xE0) ++end;
    for (const char32_t c : base::decode_utf8(utf8.substr(at, end - at))) take(c);
    at = end;
  }
}

template <typename Take>
void for_each_folded(std::string_view utf8, const FoldTable& fold, Take&& take) {
  for_each_char(utf8, [&](char32_t c) { take(fold[c]); });
}

/// Joins what is left of characters: runs of gaps become one space, or nothing.
class WordsJoiner {
 public:
  WordsJoiner(std::u16string& out, bool with_spaces) : out_(out), with_spaces_(with_spaces) {}
  void take(char16_t c) {
    if (c == FoldTable::kDropped) return;
    if (c == FoldTable::kGap) {
      gap_ = true;
      return;
    }
    if (gap_ && with_spaces_ && !out_.empty()) out_.push_back(u' ');
    gap_ = false;
    out_.push_back(c);
  }

 private:
  std::u16string& out_;
  bool with_spaces_;
  bool gap_ = false;
};

}  // namespace

void FoldedText::assign(std::string_view utf8, const FoldTable& fold) {
  chars.resize(utf8.size());
  units.resize(utf8.size());
  size_t count = 0;
  bool han = false;
  for_each_char(utf8, [&](char32_t c) {
    const char16_t unit = fold[c];
    chars[count] = c;
    units[count++] = unit;
    han = han || base::is_han(unit);
  });
  chars.resize(count);
  units.resize(count);
  has_han = han;
  words.clear();
  WordsJoiner joiner(words, !han);
  for (const char16_t unit : units) joiner.take(unit);
}

std::u16string fold_words(std::string_view utf8, const FoldTable& fold) {
  std::u16string out;
  out.reserve(utf8.size() / 2);
  WordsJoiner joiner(out, true);
  for_each_folded(utf8, fold, [&](char16_t c) { joiner.take(c); });
  return out;
}

std::u16string fold_tight(std::string_view utf8, const FoldTable& fold) {
  std::u16string out;
  out.reserve(utf8.size() / 2);
  for_each_folded(utf8, fold, [&](char16_t c) {
    if (c != FoldTable::kDropped && c != FoldTable::kGap) out.push_back(c);
  });
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
