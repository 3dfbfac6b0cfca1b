// Spellings of bytes and keyed hashes that the parts of access/ share.
//   base64url("\xFB\xFF")   // "-_8": no padding
// Thread-safety: functions without state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace minglu::access {

std::string_view as_text(std::span<const uint8_t> bytes) noexcept;
/// The bits of the bytes, most significant first, `digit_bits` (5 or 6) a digit of the alphabet; without padding.
std::string spell(std::string_view bytes, std::string_view alphabet, int digit_bits);
/// RFC 4648 section 5, without padding.
std::string base64url(std::string_view bytes);
/// RFC 4648 section 4, without padding, as the text form of Argon2 hashes wants it.
std::string base64(std::string_view bytes);
/// As in a query or a form: everything but letters, digits and -._~ as %XX.
std::string percent_encoded(std::string_view text);
/// Bytes, not hex.
std::string hmac_sha256(std::string_view key, std::string_view message);
std::string hmac_sha1(std::string_view key, std::string_view message);
/// Time depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace minglu::access
