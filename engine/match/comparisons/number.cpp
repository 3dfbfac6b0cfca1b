// Plain numbers: equal, within one per cent, within ten per cent. Signs, thousands and units are dropped; text without
// a number is missing.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/utf8.hpp"
#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 4> kLevels{
    {{"different", 0}, {"within ten per cent", 0}, {"within one per cent", 0.25}, {"equal", 1}}};

class NumberComparison final : public Family<NumberComparison> {
 public:
  explicit NumberComparison(const LanguageTables&) : numbers_{0} {}

  uint32_t add(std::string_view utf8) override {
    std::string digits;
    double unit = 1;
    for (const char32_t raw : base::decode_utf8(utf8)) {
      const char32_t c = text::to_half_width(raw);
      const bool digit = c >= U'0' && c <= U'9';
      if (digit || (c == U'.' && !digits.empty() && digits.find('.') == std::string::npos)) {
        digits.push_back(static_cast<char>(c));
      } else if (c == U'万' || c == U'亿') {
        unit = digits.empty() ? 1 : c == U'万' ? 1e4 : 1e8;
        break;
      } else if (c != U',' && c != U' ' && c != U'(' && !digits.empty()) {
        break;
      }
    }
    if (digits.empty()) return 0;
    const double number = std::strtod(digits.c_str(), nullptr) * unit;
    if (!std::isfinite(number)) return 0;
    char plain[32];
    const int length = std::snprintf(plain, sizeof plain, "%.10g", number);
    const auto [value, is_new] = intern(std::u16string(plain, plain + length));
    if (is_new) numbers_.push_back(number);
    return value;
  }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const double a = numbers_[left];
    const double b = numbers_[right];
    const double gap = std::fabs(a - b);
    const double size = std::max(std::fabs(a), std::fabs(b));
    if (gap <= 0.01 * size) return {.level = 2, .term = left, .other = right};
    return {.level = static_cast<uint8_t>(gap <= 0.1 * size ? 1 : 0)};
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    out.push_back(key_of(KeyTag::kNumber, view(value)));
  }

 private:
  std::vector<double> numbers_;
};

}  // namespace

std::unique_ptr<Comparison> make_number(const LanguageTables& tables) {
  return std::make_unique<NumberComparison>(tables);
}

}  // namespace minglu::match
