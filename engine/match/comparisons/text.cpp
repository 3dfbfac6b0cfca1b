// Free text: titles, places, occupations, activities. Compared by words weighted by rarity, with slips of one letter,
// and as a whole when short.
#include <array>

#include "match/comparisons/family.hpp"
#include "match/comparisons/word_table.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 7> kLevels{{{"different", 0},
                                        {"some words", 0.25},
                                        {"alike", 0.25},
                                        {"mostly equal", 0.5},
                                        {"one inside the other", 0.5},
                                        {"one slip or other order", 0.5},
                                        {"equal", 1}}};
constexpr size_t kWholeMax = 32;  // longer texts are compared by words only
constexpr size_t kKeysMax = 4;

class TextComparison final : public Family<TextComparison> {
 public:
  explicit TextComparison(const LanguageTables& tables) : fold_(fold_table_of(tables.chars)) {}

  uint32_t add(std::string_view utf8) override {
    const auto [value, is_new] = intern(fold_words(utf8, *fold_));
    if (is_new) words_.append(view(value));
    return value;
  }
  void freeze() override { words_.freeze(); }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const { return {.level = 6, .term = 2 * value}; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const std::u16string_view a = view(left);
    const std::u16string_view b = view(right);
    const size_t shorter = std::min(a.size(), b.size());
    if (shorter >= 4 && one_slip(left, right)) return {.level = 5, .term = 2 * left, .other = 2 * right};
    const WordMatch match = words_.match(left, right);
    const uint32_t term = match.rarest == 0 ? kNoTerm : 2 * match.rarest + 1;
    if (match.overlap() > 0.99F) return {.level = 5, .term = term};
    if (match.containment() > 0.95F && shorter >= 3) return {.level = 4, .term = term};
    const double whole = std::max(a.size(), b.size()) <= kWholeMax ? symmetric_jaro_winkler(a, b) : 0.0;
    const float overlap = match.overlap();
    if (overlap >= 0.75F || whole >= 0.92) return {.level = 3, .term = term};
    if (overlap >= 0.5F || whole >= 0.84) return {.level = 2, .term = term};
    if (overlap >= 0.25F) return {.level = 1, .term = term};
    return {};
  }

  void terms(uint32_t value, std::vector<Term>& out) const override {
    out.push_back({2 * value, 0});
    for (const uint32_t word : words_.words(value)) out.push_back({2 * word + 1, 1});
  }
  [[nodiscard]] uint32_t term_count() const override { return 2 * std::max(size(), words_.word_count()) + 2; }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    out.push_back(key_of(KeyTag::kText, view(value)));
    thread_local std::vector<uint32_t> rare;
    words_.rarest(value, kKeysMax, rare);
    for (const uint32_t word : rare) out.push_back(key_of(KeyTag::kToken, words_.word(word)));
  }

 private:
  std::shared_ptr<const FoldTable> fold_;
  WordTable words_;
};

}  // namespace

std::unique_ptr<Comparison> make_text(const LanguageTables& tables) { return std::make_unique<TextComparison>(tables); }

}  // namespace minglu::match
