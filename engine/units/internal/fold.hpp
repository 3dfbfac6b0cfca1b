// The first step of every cleaner that reads codes, numbers or dates: full-width to half-width, outer blanks off,
// invisible characters out, every kind of dash to '-'. It remembers what it did, so that the cleaner can flag it.
#pragma once

#include <string>
#include <string_view>

#include "units/cleaned.hpp"

namespace minglu::units::internal {

struct Folded {
  std::string text;      // folded; Chinese stays Chinese
  bool trimmed = false;  // outer blanks were removed
  bool width = false;    // full-width forms, special blanks or dashes were replaced
  bool control = false;  // control or zero-width characters were removed
};

/// True when fold is sure to return `text` itself. False says nothing. Cost: one pass, no allocation.
bool is_folded(std::string_view text) noexcept;
Folded fold(std::string_view text);
/// kInfo flags "trimmed", "width_folded", "control_removed".
void add_fold_flags(const Folded& folded, Cleaned& cleaned);

/// "N/A", "NULL", "-", "无" ... of trimmed, folded text; case does not matter.
bool is_placeholder(std::string_view text) noexcept;
/// Null value with flag "placeholder" naming the text.
void set_placeholder(Cleaned& cleaned, std::string_view text);

/// Blank that is not a line end: U+3000, U+00A0, U+2000..U+200A, U+202F, U+205F, tab and space.
bool is_blank(char32_t c) noexcept;
/// C0 and C1 controls, zero-width and bidirectional marks, byte order mark, soft hyphen.
bool is_invisible(char32_t c) noexcept;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr char to_upper(char c) noexcept { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }
constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
bool all_digits(std::string_view text) noexcept;
/// One character repeated, e.g. "000000000": what clerks type to pass a form.
bool is_filler(std::string_view text) noexcept;
std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// starts_with whose first comparison is one byte: for trying many words in turn.
constexpr bool begins(std::string_view text, std::string_view word) noexcept {
  return text.size() >= word.size() && text[0] == word[0] && text[word.size() - 1] == word[word.size() - 1] &&
         text.substr(0, word.size()) == word;
}
/// For messages: at most 60 bytes of `text`, cut at a character, in Chinese quotation marks.
std::string quoted(std::string_view text);

}  // namespace minglu::units::internal
