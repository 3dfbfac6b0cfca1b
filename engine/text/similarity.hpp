// How alike two strings are: edit distance, Jaro-Winkler, common subsequence; a signature that spares most compares.
//
// A string is a sequence of char16_t, one unit = one character: 国图 and 国书 differ in one of two characters, whatever
// their bytes. The caller has folded what counts as equal (width, case, variants) and has mapped characters outside the
// basic plane to one unit each, else such a character counts as two. Every sequence of units is valid input, unpaired
// surrogates and U+0000 included; lengths below 2^31. There is no null: an absent value is the caller's matter, the
// empty string is a string. Nothing here fails.
//
//   CharPattern pattern(u"深圳市甲乙科技有限公司");
//   pattern.osa_distance(u"深圳市乙甲科技有限公司", 2);        // 1: one swap of neighbours
//   pattern.osa_distance(u"广州市丙丁贸易有限公司", 2);        // 3: more than 2
//   pattern.common_subsequence(u"甲乙科技");                   // 4
//   jaro_winkler(u"MARTHA", u"MARHTA");                        // 0.9611: six matches, one swapped pair, prefix MAR
//
// Methods: optimal string alignment by bit vectors, Hyyrö 2003 "A Bit-Vector Algorithm for Computing Levenshtein and
// Damerau Edit Distances"; longest common subsequence by bit vectors, Allison & Dix 1986 in the form of Hyyrö 2004;
// Jaro-Winkler, Winkler 1990, matches kept as bit flags. Patterns above 64 characters take plain tables.
// Cost, 14 Chinese characters: 20 to 65 ns a pair with a pattern built once, some 50 to 120 ns with the functions of
// two strings, which build it each time. No allocation while the shorter string has at most 64 characters (for the
// compares of a CharPattern: while either has); beyond that time grows with the product of the lengths, for the OSA
// distance with the shorter length times twice the limit.
// Thread-safety: pure functions; a CharPattern may be read by many threads while none assigns.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace minglu::text {

/// Where each character stands in a string of at most 64 characters: bit i of find(c) is set when character i is c.
/// Characters below 128 have a slot of their own, the rest share a table of linear probing, at most half full.
class CharMasks {
 public:
  CharMasks() = default;
  /// Precondition: at most 64 characters.
  explicit CharMasks(std::u16string_view text) { fill(text); }
  /// Replaces the content. Precondition: at most 64 characters.
  void assign(std::u16string_view text);
  /// 0 when the character does not occur.
  [[nodiscard]] uint64_t find(char16_t c) const noexcept { return c < kDirect ? direct_[c] : masks_[slot_of(c)]; }

 private:
  static constexpr uint32_t kDirect = 128;
  static constexpr uint32_t kSlots = 128;

  // The slot of the character or the free one where it would go; an empty slot has mask 0. Half of the slots stay free,
  // so the walk ends.
  [[nodiscard]] uint32_t slot_of(char16_t c) const noexcept {
    uint32_t slot = ((c * 40503U) >> 9U) % kSlots;  // multiplicative hash: 2^16 divided by the golden ratio
    while (masks_[slot] != 0 && keys_[slot] != c) slot = (slot + 1) % kSlots;
    return slot;
  }
  void fill(std::u16string_view text);

  std::array<uint64_t, kDirect> direct_{};
  std::array<uint64_t, kSlots> masks_{};
  std::array<char16_t, kSlots> keys_{};
};

/// A left string prepared for compares with many right ones. Holds a copy of the string (no borrow); starts as the
/// empty string. About 2.5 kB, so keep one per thread and assign it anew. assign() allocates only above 64 characters.
class CharPattern {
 public:
  CharPattern() = default;
  explicit CharPattern(std::u16string_view left) { assign(left); }
  /// About 45 ns for 14 characters.
  void assign(std::u16string_view left);

  /// Optimal string alignment distance: the fewest insertions, deletions, substitutions and swaps of neighbours, none
  /// of them inside another. Gives min(distance, limit + 1); the smaller the limit, the sooner far pairs are given up.
  [[nodiscard]] uint32_t osa_distance(std::u16string_view right, uint32_t limit) const;
  /// Length of the longest common subsequence.
  [[nodiscard]] uint32_t common_subsequence(std::u16string_view right) const;
  /// As the function of two strings.
  [[nodiscard]] double jaro_winkler(std::u16string_view right) const;

 private:
  static constexpr uint32_t kWordChars = 64;

  [[nodiscard]] bool is_word() const noexcept { return length_ <= kWordChars; }
  [[nodiscard]] std::u16string_view text() const noexcept {
    return is_word() ? std::u16string_view(short_.data(), length_) : std::u16string_view(long_);
  }

  CharMasks masks_;  // of the short form
  std::array<char16_t, kWordChars> short_{};
  std::u16string long_;  // used above kWordChars only
  uint32_t length_ = 0;
};

/// As CharPattern::osa_distance; symmetric. osa_distance(u"ca", u"abc", 9) is 3: the swapped pair ca -> ac is not
/// edited again (unrestricted Damerau-Levenshtein would give 2).
uint32_t osa_distance(std::u16string_view a, std::u16string_view b, uint32_t limit);

/// Jaro-Winkler similarity in [0, 1], 1 = equal; symmetric. Jaro looks for equal characters at most
/// max(length) / 2 - 1 (not below 0) places apart, each taken once, and counts half of those out of order, rounded
/// down. A Jaro above 0.7 is raised by 0.1 * (1 - Jaro) for each of the first four characters that agree. Conventions
/// of rapidfuzz: two empty strings are equal (1), an empty and a filled one have nothing in common (0). DuckDB, and
/// Splink on it, differs in one case: two empty strings give 0 there.
double jaro_winkler(std::u16string_view a, std::u16string_view b);

/// Whether osa_distance(a, b, 1) is 1: one character inserted, left out, replaced, or two neighbours swapped. Cost: one
/// walk over the shorter string; no table.
bool is_one_slip(std::u16string_view a, std::u16string_view b) noexcept;

/// Length of the longest common subsequence: common_subsequence(u"深圳华侨城股份", u"华侨城A股份") is 5. Symmetric.
uint32_t common_subsequence(std::u16string_view a, std::u16string_view b);

/// Whether the characters of `shorter` occur in `longer` in their order: 国图 in 国家图书馆. The empty string does in
/// every string. Cost: one walk over `longer`.
bool is_subsequence(std::u16string_view shorter, std::u16string_view longer) noexcept;

/// Number of equal characters at the start.
uint32_t common_prefix(std::u16string_view a, std::u16string_view b) noexcept;

/// A bit for each character that occurs, by a hash of the character; 0 for the empty string. popcount(sa & ~sb) is at
/// most the number of distinct characters of a that b lacks. Not for storing: the hash may change.
uint64_t char_signature(std::u16string_view a) noexcept;

/// Lower bound of the OSA distance from signatures and lengths of two strings, never above the true distance; about a
/// nanosecond. Symmetric. Signatures of 甲乙 and 丙 with lengths 2 and 1: 2, unless two of them share a bit.
///
/// Proof. Let a be at least as long as b, by D characters; let an alignment have d deletions, i insertions, s
/// substitutions and some swaps. A character of a that b lacks is deleted or substituted, for a kept or swapped one
/// occurs in b. Each bit of sa & ~sb stems from such a character, different bits from different ones, so their number
/// x <= d + s; likewise y, of sb & ~sa, is <= i + s. Lengths give d = i + D. The distance is at least
/// d + i + s, which is >= d + s >= x and = D + i + (i + s) >= D + y. The bound is max(x, D + y).
uint32_t osa_lower_bound(uint64_t sa, uint32_t length_a, uint64_t sb, uint32_t length_b) noexcept;

}  // namespace minglu::text
