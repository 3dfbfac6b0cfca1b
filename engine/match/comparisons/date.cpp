// Dates, as eight digits YYYYMMDD; a missing month or day is 00. A date that does not exist (a slip of the pen) keeps
// its digits and is compared by them. Blocked by the whole, and by year+month, year+day, month+day: one wrong digit
// leaves at least one of them whole.
#include <array>

#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 7> kLevels{{{"different", 0},
                                        {"year within one", 0},
                                        {"same year", 0},
                                        {"two digits differ", 0.25},
                                        {"one part missing", 0.5},
                                        {"one slip", 0.5},
                                        {"equal", 1}}};
constexpr size_t kDigits = 8;

/// Digits of a date written in any order of the departments: year first (ISO, Chinese, plain) or year last (D/M/YYYY).
std::u16string digits_of(const std::u16string& words) {
  std::vector<std::u16string> runs;
  bool in_run = false;
  for (const char16_t c : words) {
    const bool digit = c >= u'0' && c <= u'9';
    if (digit && !in_run) runs.emplace_back();
    if (digit) runs.back().push_back(c);
    in_run = digit;
  }
  if (runs.empty()) return {};
  if (runs.size() == 1) {
    const size_t size = runs[0].size();
    if (size != 4 && size != 6 && size != kDigits) return runs[0];
    return runs[0] + std::u16string(kDigits - size, u'0');
  }
  if (runs[0].size() != 4 && runs.size() >= 3 && runs[2].size() == 4) std::swap(runs[0], runs[2]);
  std::u16string out = runs[0];
  for (size_t i = 1; i < 3; ++i) {
    if (i >= runs.size()) {
      out += u"00";
    } else {
      out += runs[i].size() == 1 ? u"0" + runs[i] : runs[i].substr(0, 2);
    }
  }
  return out;
}

class DateComparison final : public Family<DateComparison> {
 public:
  explicit DateComparison(const LanguageTables& tables) : fold_(fold_table_of(tables.chars)) {}

  uint32_t add(std::string_view utf8) override { return intern(digits_of(fold_words(utf8, *fold_))).first; }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const std::u16string_view a = view(left);
    const std::u16string_view b = view(right);
    if (a.size() != kDigits || b.size() != kDigits) {
      return one_slip(left, right) ? Outcome{.level = 5, .term = left, .other = right} : Outcome{};
    }
    if (a.substr(0, 4) == b.substr(0, 4) && (part_missing(a, b, 4) || part_missing(a, b, 6))) {
      const bool month_agrees = part_missing(a, b, 4) || a.substr(4, 2) == b.substr(4, 2);
      return {.level = static_cast<uint8_t>(month_agrees ? 4 : 2), .term = left, .other = right};
    }
    int32_t wrong = 0;
    for (size_t i = 0; i < kDigits; ++i) wrong += a[i] != b[i] ? 1 : 0;
    const bool swapped_parts =
        a.substr(0, 4) == b.substr(0, 4) && a.substr(4, 2) == b.substr(6) && a.substr(6) == b.substr(4, 2);
    if (wrong <= 1 || swapped_parts || one_slip(left, right)) return {.level = 5, .term = left, .other = right};
    if (wrong == 2) return {.level = 3, .term = left, .other = right};
    if (a.substr(0, 4) == b.substr(0, 4)) return {.level = 2, .term = left, .other = right};
    const int32_t years = year(a) - year(b);
    return {.level = static_cast<uint8_t>(years >= -1 && years <= 1 ? 1 : 0)};
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    const std::u16string_view text = view(value);
    out.push_back(key_of(KeyTag::kDate, text));
    if (text.size() != kDigits) return;
    const uint64_t y = key_of(KeyTag::kDatePart, text.substr(0, 4));
    const uint64_t m = key_of(KeyTag::kDatePart, text.substr(4, 2));
    const uint64_t d = key_of(KeyTag::kDatePart, text.substr(6, 2));
    out.push_back(base::mix64(y) + m);
    out.push_back(base::mix64(base::mix64(y)) + d);
    out.push_back(base::mix64(base::mix64(m)) + d);
  }

 private:
  static bool part_missing(std::u16string_view a, std::u16string_view b, size_t at) {
    return a.substr(at, 2) == u"00" || b.substr(at, 2) == u"00";
  }
  static int32_t year(std::u16string_view digits) {
    int32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value * 10 + (digits[i] - u'0');
    return value;
  }

  std::shared_ptr<const FoldTable> fold_;
};

}  // namespace

std::unique_ptr<Comparison> make_date(const LanguageTables& tables) { return std::make_unique<DateComparison>(tables); }

}  // namespace minglu::match
