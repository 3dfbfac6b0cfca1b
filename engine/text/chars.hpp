// One Chinese character at a time: width, simplified form, reading, shape, and the folded form used by comparison keys.
//
//   MINGLU_TRY(auto chars, text::CharTables::load(codes::catalog_directory()));
//   chars->to_simplified(U'國')  -> U'国'      chars->pinyin(U'深') -> "shen"      chars->fold(U'（') -> U'('
//
// Method: flat arrays indexed by code point over U+0000..U+FFFF, filled once from catalog/chars/*.csv (Unihan 15.0,
// Unicode licence). Every lookup is O(1) and allocates nothing; characters outside the plane fold to themselves.
// Simplification is by character, never by phrase: 乾 著 徵 瞭 藉 夥 覆 also live in simplified text and stay as they
// are; 後→后, 裡→里, 於→于 are mapped. 昇/升 and other pairs current in registered names stay apart.
// Thread-safety: immutable after load; share one `shared_ptr` between threads.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::text {

/// Full-width ASCII (U+FF01..FF5E) and the ideographic space to their half-width twins; every other character
/// unchanged.
constexpr char32_t to_half_width(char32_t c) noexcept {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  return c == 0x3000 ? U' ' : c;
}

/// What a shape comparison needs. Empty / 0 = not recorded.
struct CharShape {
  std::array<char, 6> four_corner{};  // NUL-terminated digits, e.g. "60153"
  std::array<char, 6> cangjie{};      // NUL-terminated capitals, e.g. "WIRM"
  uint8_t strokes = 0;
  char32_t component = 0;  // main component, e.g. 囗
};

class CharTables {
 public:
  /// Reads `catalog`/chars/{simplified,pinyin,shapes,folding}.csv. Errors: those of codes::load_catalog_file, and
  /// kInvalidArgument for a cell that is not one character or not a code point of the plane. Cost: about 30 ms, 1 MiB.
  static Result<std::shared_ptr<const CharTables>> load(const std::filesystem::path& catalog);

  [[nodiscard]] char32_t to_simplified(char32_t c) const noexcept { return c < kPlane ? simplified_[c] : c; }

  /// First Mandarin reading without tone in lower case, v for ü ("lv"); empty for a character without one.
  [[nodiscard]] std::string_view pinyin(char32_t c) const noexcept {
    return c < kPlane ? std::string_view(syllables_[syllable_of_[c]]) : std::string_view();
  }

  /// Null when no shape is recorded (anything but U+4E00..9FFF).
  [[nodiscard]] const CharShape* shape(char32_t c) const noexcept;

  /// Half width, simplified, A-Z in upper case, every bracket pair as ( and ). One character to one character, so
  /// offsets stay valid. Idempotent. Punctuation and spaces are kept.
  [[nodiscard]] char32_t fold(char32_t c) const noexcept { return c < kPlane ? folded_[c] : c; }

  /// fold(), but 0 for a character that a comparison key drops (spaces, dots, commas, quotes:
  /// catalog/chars/folding.csv).
  [[nodiscard]] char32_t key_char(char32_t c) const noexcept { return c < kPlane ? keyed_[c] : c; }

 private:
  static constexpr char32_t kPlane = 0x10000;
  CharTables();
  Status load_simplified(const std::filesystem::path& file);
  Status load_pinyin(const std::filesystem::path& file);
  Status load_shapes(const std::filesystem::path& file);
  Status load_folding(const std::filesystem::path& file);

  std::vector<char16_t> simplified_;
  std::vector<char16_t> folded_;
  std::vector<char16_t> keyed_;
  std::vector<uint16_t> syllable_of_;  // index into syllables_, 0 = none
  std::vector<std::string> syllables_;
  std::vector<uint16_t> shape_of_;  // 1 + index into shapes_, 0 = none
  std::vector<CharShape> shapes_;
};

}  // namespace minglu::text
