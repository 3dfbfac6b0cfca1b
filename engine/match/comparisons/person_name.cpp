// Names of persons, whole or a part (given name, surname). Latin names by their words in any order, with slips; Han
// names by reading and by character.
#include <array>

#include "match/comparisons/family.hpp"
#include "match/comparisons/word_table.hpp"

namespace minglu::match {
namespace {

constexpr std::array<Level, 7> kLevels{{{"different", 0},
                                        {"same surname or faintly alike", 0.25},
                                        {"alike", 0.25},
                                        {"every part alike", 0.5},
                                        {"one slip or one inside the other", 0.5},
                                        {"same parts or same sound", 0.5},
                                        {"equal", 1}}};
constexpr size_t kPartsMax = 8;

/// American Soundex of a Latin word; other characters pass.
std::u16string soundex(std::u16string_view word) {
  constexpr std::string_view kCodes = "01230120022455012623010202";
  std::u16string out(1, word[0]);
  char last = word[0] >= u'A' && word[0] <= u'Z' ? kCodes[word[0] - u'A'] : '0';
  for (const char16_t c : word.substr(1)) {
    if (c < u'A' || c > u'Z') continue;
    const char code = kCodes[c - u'A'];
    if (code != '0' && code != last) out.push_back(static_cast<char16_t>(code));
    if (c != u'H' && c != u'W') last = code;
    if (out.size() == 4) break;
  }
  return out;
}

class PersonNameComparison final : public Family<PersonNameComparison> {
 public:
  explicit PersonNameComparison(const LanguageTables& tables)
      : chars_(tables.chars), fold_(fold_table_of(tables.chars)), features_(1) {}

  uint32_t add(std::string_view utf8) override {
    std::u16string folded = fold_words(utf8, *fold_);
    if (has_han(folded)) std::erase(folded, u' ');
    const auto [value, is_new] = intern(folded);
    if (is_new) append_features(folded);
    return value;
  }
  void freeze() override { words_.freeze(); }
  [[nodiscard]] std::span<const Level> levels() const override { return kLevels; }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const { return {.level = 6, .term = 2 * value}; }

  [[nodiscard]] Outcome level_of(uint32_t left, uint32_t right, CompareScratch&) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    if (a.sound != 0 && b.sound != 0) return han_level(left, right);
    const std::u16string_view x = view(left);
    const std::u16string_view y = view(right);
    if (a.parts_sorted == b.parts_sorted) return {.level = 5, .term = 2 * left, .other = 2 * right};
    if (std::min(x.size(), y.size()) >= 4 && one_slip(left, right))
      return {.level = 4, .term = 2 * left, .other = 2 * right};
    return latin_level(left, right);
  }

  void prefetch_features(uint32_t value) const {
    __builtin_prefetch(&features_[value]);
    if (has_latin_) Family::prefetch_features(value);
  }
  void prefetch_texts(uint32_t value) const {
    if (has_latin_) Family::prefetch_texts(value);
  }

  void terms(uint32_t value, std::vector<Term>& out) const override {
    out.push_back({2 * value, 0});
    for (const uint32_t part : words_.words(value)) out.push_back({2 * part + 1, 1});
  }
  [[nodiscard]] uint32_t term_count() const override { return 2 * std::max(size(), words_.word_count()) + 2; }

  void keys(uint32_t value, std::vector<uint64_t>& out) const override {
    const std::u16string_view name = view(value);
    out.push_back(key_of(KeyTag::kPersonWhole, name));
    if (has_han(name)) {
      out.push_back(key_of(KeyTag::kPersonSound, sound_of(name, *chars_)));
      return;
    }
    const auto parts = split_words(name);
    for (const std::u16string_view part : parts) {
      if (part.size() < 2) continue;
      if (parts.size() > 1) out.push_back(key_of(KeyTag::kPersonWhole, part));
      out.push_back(key_of(KeyTag::kPersonSound, soundex(part)));
    }
  }

 private:
  struct alignas(32) Features {
    uint64_t parts_sorted = 0;
    uint64_t sound = 0;  // 0 = no Han
    uint64_t signature = 0;
    uint32_t chars = 0;
    char16_t first = 0;
  };

  void append_features(std::u16string_view folded) {
    std::vector<std::u16string_view> parts = split_words(folded);
    std::sort(parts.begin(), parts.end());
    Features features{
        .signature = signatures_[features_.size()], .chars = static_cast<uint32_t>(folded.size()), .first = folded[0]};
    for (const auto part : parts)
      features.parts_sorted = base::mix64(features.parts_sorted) ^ key_of(KeyTag::kPersonToken, part);
    const std::u16string sound = has_han(folded) ? sound_of(folded, *chars_) : std::u16string();
    if (!sound.empty()) features.sound = key_of(KeyTag::kPersonSound, sound);
    has_latin_ = has_latin_ || sound.empty();
    features_.push_back(features);
    words_.append(has_han(folded) ? std::u16string_view() : folded);
  }

  [[nodiscard]] Outcome han_level(uint32_t left, uint32_t right) const {
    const Features& a = features_[left];
    const Features& b = features_[right];
    if (a.sound == b.sound) return {.level = 5, .term = 2 * left, .other = 2 * right};
    const bool may_slip =
        std::max(a.chars, b.chars) >= 3 && text::osa_lower_bound(a.signature, a.chars, b.signature, b.chars) <= 1;
    if (may_slip && text::is_one_slip(view(left), view(right)))
      return {.level = 4, .term = 2 * left, .other = 2 * right};
    return {.level = static_cast<uint8_t>(a.first == b.first ? 1 : 0)};
  }

  [[nodiscard]] Outcome latin_level(uint32_t left, uint32_t right) const {
    const double whole = symmetric_jaro_winkler(view(left), view(right));
    const auto a = words_.words(left);
    const auto b = words_.words(right);
    if (a.size() == 1 && b.size() == 1) {
      const auto level = static_cast<uint8_t>(whole >= 0.92 ? 3 : whole >= 0.86 ? 2 : whole >= 0.76 ? 1 : 0);
      if (level < 2) return {.level = level};
      return {.level = level, .term = 2 * left, .other = 2 * right};
    }
    const WordMatch match = words_.match(left, right);
    const uint32_t term = match.rarest == 0 ? kNoTerm : 2 * match.rarest + 1;
    if (match.containment() > 0.99F) return {.level = 4, .term = term};
    if (match.containment() > 0.75F || whole >= 0.92) return {.level = 3, .term = term};
    if (match.overlap() > 0.4F || whole >= 0.86) return {.level = 2, .term = term};
    if (match.common > 0 || whole >= 0.76) return {.level = 1, .term = term};
    return {};
  }

  std::shared_ptr<const text::CharTables> chars_;
  std::shared_ptr<const FoldTable> fold_;
  std::vector<Features> features_;
  WordTable words_;
  bool has_latin_ = false;  // some name without Han: its text is looked at
};

}  // namespace

std::unique_ptr<Comparison> make_person_name(const LanguageTables& tables) {
  return std::make_unique<PersonNameComparison>(tables);
}

}  // namespace minglu::match
