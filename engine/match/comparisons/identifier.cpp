// Identifiers: codes, numbers of documents, mail addresses. Equal, one slip apart, or alike; blocked by the whole and, when
// long enough, by each half.
#include <array>

#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 5> kLevels{{{"different", 0},
                                        {"alike", 0.25},
                                        {"two slips", 0.5},
                                        {"one slip", 0.5},
                                        {"equal", 1}}};
constexpr size_t kHalvesFrom = 6;
constexpr size_t kTwoSlipsFrom = 8;

class IdentifierComparison final : public Family<IdentifierComparison> {
 public:
  explicit IdentifierComparison(const LanguageTables& tables) : chars_(tables.chars) {}

  uint32_t add(std::string_view utf8) override { return intern(fold_tight(utf8, *chars_)).first; }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch& scratch) const {
    const size_t longer = std::max(view(left).size(), view(right).size());
    const uint32_t slips = distance(left, right, longer >= kTwoSlipsFrom ? 2 : 1, scratch);
    if (slips == 1 && longer >= 4) return {.level = 3, .term = left};
    if (slips == 2 && longer >= kTwoSlipsFrom) return {.level = 2, .term = left};
    if (longer >= kHalvesFrom && text::jaro_winkler(view(left), view(right)) >= 0.88) return {.level = 1, .term = left};
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
  std::shared_ptr<const text::CharTables> chars_;
};

}  // namespace

std::unique_ptr<Comparison> make_identifier(const LanguageTables& tables) {
  return std::make_unique<IdentifierComparison>(tables);
}

}  // namespace minglu::match
