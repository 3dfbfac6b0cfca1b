// Exact decimal numbers read from text: sign, digits, decimal point, thousand separators, exponent. No floating point.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace minglu::units::internal {

/// value = (-1)^negative * digits * 10^-scale. `digits` has no leading zeros ("0" for zero).
struct Decimal {
  bool negative = false;
  std::string digits;
  int scale = 0;  // may be negative after an exponent
  [[nodiscard]] bool is_zero() const noexcept { return digits == "0"; }
};

/// Reads a number at the start of `text` and advances it. Thousand separators must stand in groups of three
/// ("1,234,567.8"). Null, and `text` unchanged, when no number starts there or its grouping is wrong.
std::optional<Decimal> take_decimal(std::string_view& text);

/// digits * 10^(shift - scale) as an integer, rounded half away from zero. `exact` tells whether nothing was lost.
/// Null when it does not fit int64.
std::optional<int64_t> scaled_integer(const Decimal& decimal, int shift, bool& exact);

/// Plain notation without exponent and without trailing zeros after the point: "-12.5", "1000", "0".
std::string format_decimal(const Decimal& decimal);

}  // namespace minglu::units::internal
