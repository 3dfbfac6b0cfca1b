// UTF-8 at the edge, code points inside. Chinese text compared by bytes deceives; everything above table/ works on
// code points. Text is checked with is_valid_utf8 first; decoding replaces each ill-formed byte by U+FFFD.
// Thread-safety: functions without state. Cost: O(bytes).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace minglu::base {

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool is_valid_utf8(std::string_view text) noexcept;

/// Decodes; each ill-formed byte becomes U+FFFD. Cost O(n).
std::u32string decode_utf8(std::string_view text);
/// Same into a caller's buffer (cleared first), to avoid allocation in loops.
void decode_utf8(std::string_view text, std::u32string& out);

std::string encode_utf8(std::u32string_view text);
void append_utf8(std::string& out, char32_t code_point);

/// Number of code points of valid UTF-8.
size_t count_code_points(std::string_view text) noexcept;

/// CJK ideograph (the Unified blocks and extension A).
constexpr bool is_han(char32_t c) noexcept {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x323AF) || c == 0x3007;
}

}  // namespace minglu::base
