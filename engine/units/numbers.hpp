// Whole numbers and decimals, exactly (no floating point). Thousand separators in groups of three, full-width digits,
// exponents ("1.2E+7") are read; percentages, units ("12人"), ranges and words are refused with a flag.
// Pure, thread-safe; some 50 ns for plain digits.
#pragma once

#include <string_view>

#include "units/cleaned.hpp"

namespace minglu::units {

/// value: int64 as decimal text without leading zeros. "12.0" is 12; "12.5" is null with number_fraction.
/// Flags: thousands_removed (I), number_notation (I: exponent, plus sign, leading zeros or ".0" rewritten),
/// number_percent, number_format, number_fraction, number_overflow (M; value null, trusted false).
Cleaned clean_integer(std::string_view text);
/// value: plain notation, no trailing zeros after the point ("6.8000" is "6.8", not flagged). Flags as above.
Cleaned clean_decimal(std::string_view text);

}  // namespace minglu::units
