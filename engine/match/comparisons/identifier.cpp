// Identifiers: codes, numbers of documents, mail addresses, years. Equal, one slip apart, one inside the other (97 in
// 1997, the organisation code in the 统一社会信用代码), or alike; blocked by the whole and, when long enough, by each
// half.
#include <array>

#include "match/comparisons/family.hpp"
#include "units/identifiers.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 6> kLevels{{{"different", 0},
                                        {"a few slips", 0.25},
                                        {"two slips", 0.5},
                                        {"one inside the other", 0.5},
                                        {"one slip", 0.5},
                                        {"equal", 1}}};
constexpr size_t kHalvesFrom = 6;
constexpr size_t kUsccChars = 18;
constexpr size_t kTwoSlipsFrom = 8;

class IdentifierComparison final : public Family<IdentifierComparison> {
 public:
  explicit IdentifierComparison(const LanguageTables& tables) : fold_(fold_table_of(tables.chars)) {}

  uint32_t add(std::string_view utf8) override {
    const auto [value, is_new] = intern(fold_tight(utf8, *fold_));
    if (is_new) is_uscc_.push_back(view(value).size() == kUsccChars && units::is_valid_uscc(to_utf8(view(value))));
    return value;
  }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const {
    return {.level = 5, .verdict = is_uscc_[value] ? Verdict::kSame : Verdict::kNone, .term = value};
  }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] bool gives_identity() const override { return true; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch& scratch) const {
    Outcome outcome = slips_level(left, right, scratch);
    if (is_uscc_[left] && is_uscc_[right]) outcome.verdict = Verdict::kDifferent;
    return outcome;
  }

  [[nodiscard]] Outcome slips_level(uint32_t left, uint32_t right, CompareScratch& scratch) const {
    const size_t longer = std::max(view(left).size(), view(right).size());
    const uint32_t slips = distance(left, right, static_cast<uint32_t>(std::max<size_t>(longer / 4, 1)), scratch);
    if (slips == 1 && longer >= 4) return {.level = 4, .term = left, .other = right};
    std::u16string_view shorter = view(left);
    std::u16string_view longest = view(right);
    if (shorter.size() > longest.size()) std::swap(shorter, longest);
    if (shorter.size() >= 2 && longest.find(shorter) != std::u16string_view::npos)
      return {.level = 3, .term = left, .other = right};
    if (slips == 2 && longer >= kTwoSlipsFrom) return {.level = 2, .term = left, .other = right};
    if (slips <= longer / 4) return {.level = 1, .term = left, .other = right};
    return {};
  }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    const std::u16string_view text = view(value);
    out.push_back(key_of(KeyTag::kIdentifier, text));
    if (text.size() < kHalvesFrom) return;
    out.push_back(key_of(KeyTag::kIdentifierPart, text.substr(0, text.size() / 2)));
    out.push_back(key_of(KeyTag::kIdentifierPart, text.substr(text.size() - text.size() / 2)) + 1);
  }

 private:
  std::shared_ptr<const FoldTable> fold_;
  std::vector<bool> is_uscc_{false};
};

}  // namespace

std::unique_ptr<Comparison> make_identifier(const LanguageTables& tables) {
  return std::make_unique<IdentifierComparison>(tables);
}

}  // namespace minglu::match
