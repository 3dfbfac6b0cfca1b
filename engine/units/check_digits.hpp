// Check characters of the four identifiers, as pure arithmetic on canonical text.
//   GB 32100-2015  统一社会信用代码, 18 characters of an alphabet without I O S V Z, weights 3^(i-1) mod 31
//   GB 11714       组织机构代码, 8 + 1 characters, weights 3 7 9 10 5 8 4 2, modulus 11
//   GS 15-2006     工商注册号, 15 digits, ISO 7064 MOD 11,10
//   GB 11643       公民身份号码, 17 + 1, modulus 11
// Worked example: 914403001922038216 gives 831; 831 mod 31 = 25; 31 - 25 = 6, its last character.
// Each function returns null when the payload has the wrong length or a character outside the alphabet.
// Cost: one pass, no allocation. Thread-safety: pure.
#pragma once

#include <optional>
#include <string_view>

namespace minglu::units {

/// `payload`: the first 17 characters (upper case).
std::optional<char> uscc_check_char(std::string_view payload) noexcept;
/// `payload`: the first 8 characters (upper case, digits and all 26 letters).
std::optional<char> org_code_check_char(std::string_view payload) noexcept;
/// `payload`: the first 14 digits.
std::optional<char> reg_no_check_char(std::string_view payload) noexcept;
/// `payload`: the first 17 digits.
std::optional<char> personal_id_check_char(std::string_view payload) noexcept;

}  // namespace minglu::units
