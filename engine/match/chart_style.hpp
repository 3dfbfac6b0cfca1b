// Colours and scales that the charts of the linkage share. Internal to match.
// Colours differ in lightness as well as hue, so they stay apart in print and for most colour-blind readers.
// Thread-safety: constants and values.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "match/wording.hpp"

namespace minglu::match::chart {

inline constexpr double kWidth = 900;
inline constexpr std::string_view kFor = "#2b6cb0";
inline constexpr std::string_view kAgainst = "#dd8432";
inline constexpr std::string_view kTotal = "#1f2933";
inline constexpr std::string_view kInk = "#1f2933";
inline constexpr std::string_view kFaint = "#6b7785";
inline constexpr std::string_view kRule = "#e1e6eb";
inline constexpr std::string_view kBand = "#f6f8fa";
inline constexpr std::string_view kThreshold = "#b42318";
inline constexpr std::string_view kOther = "#9aa5b1";

/// "+7.21", "−0.40" with a true minus sign, "0".
inline std::string bits_text(double bits) {
  if (bits == 0) return "0";
  std::string text = signed_bits(bits);
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

/// Maps bits to pixels.
struct Scale {
  double low = 0;
  double high = 1;
  double left = 0;
  double right = 1;
  [[nodiscard]] double at(double bits) const {
    return left + (bits - low) / std::max(high - low, 1e-9) * (right - left);
  }
};

/// A round step (1, 2, 5, 10, ...), so that a scale has at most `ticks_max` of them.
inline double tick_step(double span, double ticks_max) {
  double decade = 1;
  while (span / (5 * decade) > ticks_max) decade *= 10;
  for (const double factor : {1.0, 2.0}) {
    if (span / (factor * decade) <= ticks_max) return factor * decade;
  }
  return 5 * decade;
}

}  // namespace minglu::match::chart
