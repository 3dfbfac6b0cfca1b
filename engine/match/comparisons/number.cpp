// Plain numbers: equal, within one per cent, within ten per cent. Signs, thousands and units are dropped; text without
// a number is missing.
#include <array>
#include <cmath>
#include <cstdlib>

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
    for (const char c : utf8) {
      const bool digit = c >= '0' && c <= '9';
      if (digit || (c == '.' && !digits.empty() && digits.find('.') == std::string::npos)) {
        digits.push_back(c);
      } else if (c != ',' && c != ' ' && !digits.empty()) {
        break;
      }
    }
    if (digits.empty()) return 0;
    const double number = std::strtod(digits.c_str(), nullptr);
    std::string plain = std::to_string(number);
    const auto [value, is_new] = intern(std::u16string(plain.begin(), plain.end()));
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
