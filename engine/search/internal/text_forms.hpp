// The forms in which texts are compared: folded keys, grams, readings, packed identifiers. Building and asking share
// them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "search/internal/layout.hpp"
#include "text/chars.hpp"

namespace minglu::search {

/// Folded text, one unit per character. Characters outside the basic plane share 6,400 private units by hash.
std::u16string key_of(std::string_view utf8, const text::CharTables& chars, size_t chars_max);
std::u16string key_of(std::u32string_view text, const text::CharTables& chars, size_t chars_max);

// Grams are 32 bits: two characters, or a marker below U+0020 and one character. Keys hold no character below U+0020.
inline constexpr char16_t kAnywhere = 0;    // the character stands anywhere
inline constexpr char16_t kNameStart = 1;   // the current name starts with it
inline constexpr char16_t kBrandStart = 2;  // the 字号 starts with it
constexpr uint32_t gram(char16_t first, char16_t second) noexcept {
  return static_cast<uint32_t>(first) << 16U | second;
}
/// Grams whose lists together hold every document with `part` in a text: its pairs, or its only character.
void append_grams(std::u16string_view part, std::vector<uint32_t>& out);

uint32_t hash_of(std::u16string_view text, HashKind kind) noexcept;
uint32_t hash_of(std::string_view text, HashKind kind) noexcept;

/// Reading of each character written out ("huawei") or by first letters ("hw"). Latin letters stand for themselves in
/// lower case; other characters have no letter.
std::string reading_of(std::u16string_view key, const text::CharTables& chars);
std::string initials_of(std::u16string_view key, const text::CharTables& chars);
/// Whether `letters` begins the reading of `key`; without building it.
bool reading_starts_with(std::u16string_view key, std::string_view letters, const text::CharTables& chars) noexcept;
bool initials_start_with(std::u16string_view key, std::string_view letters, const text::CharTables& chars) noexcept;
/// Syllables with a mark between, so that 西安 and 先 differ; characters without a reading stand for themselves.
std::string syllables_of(std::u16string_view key, const text::CharTables& chars);

/// Longest 字号 whose variants are kept; one edit away from one of 5 characters.
inline constexpr size_t kVariantBrandMax = 6;
/// visit(variant) for the brand itself and for it with each one character left out, where something is left.
template <typename Visit>
void for_each_variant(std::u16string_view brand, const Visit& visit) {
  visit(brand);
  std::u16string shorter;
  for (size_t left_out = 0; brand.size() >= 2 && left_out < brand.size(); ++left_out) {
    shorter.assign(brand.substr(0, left_out)).append(brand.substr(left_out + 1));
    visit(std::u16string_view(shorter));
  }
}

inline constexpr size_t kReadingLetters = 12;
/// First kReadingLetters letters of a-z, order preserving, in the upper 60 bits.
uint64_t pack_letters(std::string_view letters) noexcept;
/// Smallest and one past the largest key that starts with `letters` (at least 1, cut at kReadingLetters).
std::pair<uint64_t, uint64_t> letters_range(std::string_view letters) noexcept;

struct PackedIdentifier {
  uint64_t head = 0;
  uint32_t tail = 0;
  auto operator<=>(const PackedIdentifier&) const = default;
};
inline constexpr size_t kIdentifierChars = 18;
/// Letters and digits of the text, half width, upper case.
std::string identifier_form(std::string_view utf8);
PackedIdentifier pack_identifier(std::string_view form) noexcept;
/// First and last packed identifier that starts with `form` (cut at kIdentifierChars).
std::pair<PackedIdentifier, PackedIdentifier> identifier_range(std::string_view form) noexcept;

/// Whether two characters have the same reading.
bool sounds_alike(char16_t a, char16_t b, const text::CharTables& chars) noexcept;
/// Whether two characters look alike: equal four-corner codes, or Cangjie codes of at least three letters that differ
/// in one place.
bool looks_alike(char16_t a, char16_t b, const text::CharTables& chars) noexcept;

}  // namespace minglu::search
