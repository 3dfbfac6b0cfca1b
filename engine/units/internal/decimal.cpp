#include "units/internal/decimal.hpp"

#include <algorithm>
#include <limits>

#include "units/internal/fold.hpp"

namespace minglu::units::internal {
namespace {

constexpr size_t kDigitsMax = 60;
constexpr int kExponentMax = 30;

// Integer digits with optional groups of three. False when the grouping is wrong.
bool take_integer_part(std::string_view& text, std::string& digits) {
  size_t at = 0;
  size_t group = 0;
  bool grouped = false;
  while (at < text.size()) {
    if (is_digit(text[at])) {
      digits.push_back(text[at]);
      ++group;
      ++at;
      continue;
    }
    const bool comma = text[at] == ',' && at + 1 < text.size() && is_digit(text[at + 1]);
    if (!comma) break;
    if (grouped ? group != 3 : group == 0 || group > 3) return false;
    grouped = true;
    group = 0;
    ++at;
  }
  if (grouped && group != 3) return false;
  text.remove_prefix(at);
  return true;
}

void take_fraction(std::string_view& text, Decimal& out) {
  if (text.empty() || text[0] != '.') return;
  size_t at = 1;
  while (at < text.size() && is_digit(text[at])) out.digits.push_back(text[at++]);
  out.scale = static_cast<int>(at) - 1;
  text.remove_prefix(at);
}

bool take_exponent(std::string_view& text, Decimal& out) {
  if (text.empty() || (text[0] != 'E' && text[0] != 'e')) return true;
  size_t at = 1;
  const bool minus = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (at >= text.size() || !is_digit(text[at])) return true;  // "5 e..." is not an exponent
  int exponent = 0;
  while (at < text.size() && is_digit(text[at]) && exponent <= kExponentMax)
    exponent = exponent * 10 + (text[at++] - '0');
  if (exponent > kExponentMax) return false;
  out.scale -= minus ? -exponent : exponent;
  text.remove_prefix(at);
  return true;
}

}  // namespace

std::optional<Decimal> take_decimal(std::string_view& text) {
  std::string_view rest = text;
  Decimal out;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    out.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  if (!take_integer_part(rest, out.digits)) return std::nullopt;
  take_fraction(rest, out);
  if (out.digits.empty() || out.digits.size() > kDigitsMax || !take_exponent(rest, out)) return std::nullopt;
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size() - 1));
  text = rest;
  return out;
}

std::optional<int64_t> scaled_integer(const Decimal& decimal, int shift, bool& exact) {
  std::string digits = decimal.digits;
  const int zeros = decimal.is_zero() ? 0 : shift - decimal.scale;
  char dropped = '0';
  exact = true;
  if (zeros >= 0) {
    digits.append(static_cast<size_t>(zeros), '0');
  } else {
    const size_t drop = static_cast<size_t>(-zeros);
    digits.insert(0, drop > digits.size() ? drop - digits.size() : 0, '0');
    const std::string tail = digits.substr(digits.size() - drop);
    dropped = tail.front();
    exact = tail.find_first_not_of('0') == std::string::npos;
    digits.resize(digits.size() - drop);
  }
  constexpr auto kLimit = static_cast<__int128>(std::numeric_limits<int64_t>::max());
  __int128 value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    if (value > kLimit) return std::nullopt;
  }
  if (dropped >= '5') ++value;
  if (value > kLimit) return std::nullopt;
  return static_cast<int64_t>(decimal.negative ? -value : value);
}

std::string format_decimal(const Decimal& decimal) {
  if (decimal.is_zero()) return "0";
  std::string digits = decimal.digits;
  int scale = decimal.scale;
  for (; scale < 0; ++scale) digits.push_back('0');
  for (; scale > 0 && digits.size() > 1 && digits.back() == '0'; --scale) digits.pop_back();
  if (scale > 0) {
    const auto places = static_cast<size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
  }
  return decimal.negative ? "-" + digits : digits;
}

}  // namespace minglu::units::internal
