#include "search/internal/text_forms.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "base/utf8.hpp"

namespace minglu::search {
namespace {

constexpr char32_t kPrivateFirst = 0xE000;
constexpr char32_t kPrivateCount = 6400;
constexpr uint64_t kIdentifierBase = 37;
constexpr size_t kHeadChars = 12;

char16_t to_unit(char32_t c) noexcept {
  if (c < 0x10000) return static_cast<char16_t>(c);
  return static_cast<char16_t>(kPrivateFirst + base::mix64(c) % kPrivateCount);
}

char latin_letter(char16_t c) noexcept {
  if (c >= u'A' && c <= u'Z') return static_cast<char>(c - u'A' + 'a');
  return c >= u'a' && c <= u'z' ? static_cast<char>(c) : '\0';
}

uint64_t identifier_digit(char c) noexcept {
  return c <= '9' ? static_cast<uint64_t>(c - '0') + 1 : static_cast<uint64_t>(c - 'A') + 11;
}

PackedIdentifier pack_filled(std::string_view form, uint64_t fill) noexcept {
  PackedIdentifier packed;
  uint64_t tail = 0;
  for (size_t i = 0; i < kIdentifierChars; ++i) {
    const uint64_t digit = i < form.size() ? identifier_digit(form[i]) : fill;
    uint64_t& target = i < kHeadChars ? packed.head : tail;
    target = target * kIdentifierBase + digit;
  }
  packed.tail = static_cast<uint32_t>(tail);
  return packed;
}

}  // namespace

std::u16string key_of(std::u32string_view text, const text::CharTables& chars, size_t chars_max) {
  std::u16string key;
  key.reserve(std::min(text.size(), chars_max));
  for (const char32_t c : text) {
    const char32_t folded = chars.key_char(c);
    if (folded < 0x20) continue;
    if (key.size() == chars_max) break;
    key.push_back(to_unit(folded));
  }
  return key;
}

std::u16string key_of(std::string_view utf8, const text::CharTables& chars, size_t chars_max) {
  return key_of(std::u32string_view(base::decode_utf8(utf8)), chars, chars_max);
}

void append_grams(std::u16string_view part, std::vector<uint32_t>& out) {
  if (part.size() == 1) out.push_back(gram(kAnywhere, part[0]));
  for (size_t i = 0; i + 1 < part.size(); ++i) out.push_back(gram(part[i], part[i + 1]));
}

uint32_t hash_of(std::string_view text, HashKind kind) noexcept {
  return static_cast<uint32_t>(base::hash64(text, static_cast<uint64_t>(kind)) >> 32U);
}

uint32_t hash_of(std::u16string_view text, HashKind kind) noexcept {
  return hash_of(std::string_view(reinterpret_cast<const char*>(text.data()), text.size() * sizeof(char16_t)), kind);
}

std::string reading_of(std::u16string_view key, const text::CharTables& chars) {
  std::string reading;
  for (const char16_t c : key) {
    if (const char letter = latin_letter(c); letter != '\0') {
      reading.push_back(letter);
    } else {
      reading.append(chars.pinyin(c));
    }
  }
  return reading;
}

std::string initials_of(std::u16string_view key, const text::CharTables& chars) {
  std::string initials;
  for (const char16_t c : key) {
    if (const char letter = latin_letter(c); letter != '\0') {
      initials.push_back(letter);
    } else if (const std::string_view syllable = chars.pinyin(c); !syllable.empty()) {
      initials.push_back(syllable.front());
    }
  }
  return initials;
}

bool reading_starts_with(std::u16string_view key, std::string_view letters, const text::CharTables& chars) noexcept {
  for (const char16_t c : key) {
    if (letters.empty()) return true;
    const char letter = latin_letter(c);
    const std::string_view syllable = letter != '\0' ? std::string_view(&letter, 1) : chars.pinyin(c);
    const size_t common = std::min(syllable.size(), letters.size());
    if (letters.substr(0, common) != syllable.substr(0, common)) return false;
    letters.remove_prefix(common);
  }
  return letters.empty();
}

bool initials_start_with(std::u16string_view key, std::string_view letters, const text::CharTables& chars) noexcept {
  for (const char16_t c : key) {
    if (letters.empty()) return true;
    const char letter = latin_letter(c);
    const std::string_view syllable = letter != '\0' ? std::string_view(&letter, 1) : chars.pinyin(c);
    if (syllable.empty()) continue;
    if (letters.front() != syllable.front()) return false;
    letters.remove_prefix(1);
  }
  return letters.empty();
}

std::string syllables_of(std::u16string_view key, const text::CharTables& chars) {
  std::string joined;
  for (const char16_t c : key) {
    if (const std::string_view syllable = chars.pinyin(c); !syllable.empty()) {
      joined.append(syllable);
    } else {
      base::append_utf8(joined, c);
    }
    joined.push_back('\'');
  }
  return joined;
}

uint64_t pack_letters(std::string_view letters) noexcept {
  uint64_t packed = 0;
  for (size_t i = 0; i < kReadingLetters; ++i) {
    packed = packed << 5U | (i < letters.size() ? static_cast<uint64_t>(letters[i] - 'a') + 1 : 0);
  }
  return packed << 4U;
}

std::pair<uint64_t, uint64_t> letters_range(std::string_view letters) noexcept {
  const size_t length = std::min(letters.size(), kReadingLetters);
  const uint64_t low = pack_letters(letters);
  return {low, low + (uint64_t{1} << (4U + 5U * (kReadingLetters - length)))};
}

std::string identifier_form(std::string_view utf8) {
  std::string form;
  for (const char32_t c : base::decode_utf8(utf8)) {
    const char32_t half = text::to_half_width(c);
    if (half >= U'0' && half <= U'9') form.push_back(static_cast<char>(half));
    if (half >= U'A' && half <= U'Z') form.push_back(static_cast<char>(half));
    if (half >= U'a' && half <= U'z') form.push_back(static_cast<char>(half - U'a' + U'A'));
  }
  return form;
}

PackedIdentifier pack_identifier(std::string_view form) noexcept { return pack_filled(form, 0); }

std::pair<PackedIdentifier, PackedIdentifier> identifier_range(std::string_view form) noexcept {
  return {pack_filled(form, 0), pack_filled(form, kIdentifierBase - 1)};
}

bool sounds_alike(char16_t a, char16_t b, const text::CharTables& chars) noexcept {
  const std::string_view reading = chars.pinyin(a);
  return !reading.empty() && reading == chars.pinyin(b);
}

bool looks_alike(char16_t a, char16_t b, const text::CharTables& chars) noexcept {
  const text::CharShape* left = chars.shape(a);
  const text::CharShape* right = chars.shape(b);
  if (left == nullptr || right == nullptr) return false;
  if (left->four_corner[0] != '\0' && left->four_corner == right->four_corner) return true;
  const std::string_view one(left->cangjie.data());
  const std::string_view two(right->cangjie.data());
  if (one.size() < 3 || one.size() != two.size()) return false;
  size_t differing = 0;
  for (size_t i = 0; i < one.size(); ++i) differing += one[i] != two[i] ? 1 : 0;
  return differing == 1;
}

}  // namespace minglu::search
