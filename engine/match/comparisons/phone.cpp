// Telephone numbers by their digits, a country code 86 and leading zeros dropped. The last eight digits carry the
// number, whatever stands before them.
#include <array>

#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 4> kLevels{{{"different", 0}, {"one slip", 0.5}, {"same last eight", 1}, {"equal", 1}}};
constexpr size_t kTail = 8;
constexpr size_t kShortest = 5;

class PhoneComparison final : public Family<PhoneComparison> {
 public:
  explicit PhoneComparison(const LanguageTables& tables) : fold_(fold_table_of(tables.chars)) {}

  uint32_t add(std::string_view utf8) override {
    std::u16string digits = fold_tight(utf8, *fold_);
    std::erase_if(digits, [](char16_t c) { return c < u'0' || c > u'9'; });
    if (digits.size() > 11 && digits.starts_with(u"86")) digits.erase(0, 2);
    digits.erase(0, std::min(digits.find_first_not_of(u'0'), digits.size()));
    return digits.size() < kShortest ? 0 : intern(digits).first;
  }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    if (view(left).size() >= kTail && tail(left) == tail(right)) return {.level = 2, .term = left, .other = right};
    if (one_slip(left, right)) return {.level = 1, .term = left, .other = right};
    return {};
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    out.push_back(key_of(KeyTag::kPhone, tail(value)));
  }

 private:
  [[nodiscard]] std::u16string_view tail(uint32_t value) const {
    const std::u16string_view digits = view(value);
    return digits.size() <= kTail ? digits : digits.substr(digits.size() - kTail);
  }
  std::shared_ptr<const FoldTable> fold_;
};

}  // namespace

std::unique_ptr<Comparison> make_phone(const LanguageTables& tables) {
  return std::make_unique<PhoneComparison>(tables);
}

}  // namespace minglu::match
