// What the comparison families share: standardised values under numbers, words, keys, and the loop over right values.
// A family derives from Family<Self>, gives level_of() for unequal values, and may replace equal_outcome().
// Internal to match/comparisons.
#pragma once

#include <array>

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "match/comparison.hpp"
#include "match/interner.hpp"

namespace minglu::match {

/// Tags keep keys of different meaning apart. Person names share one tag whatever column they come from, so that names
/// written in each other's column still meet.
enum class KeyTag : uint64_t {
  kPersonWhole = 1,
  kPersonToken,
  kPersonSound,
  kNameWhole,
  kNameCore,
  kNameBrand,
  kNameSound,
  kNameGram,
  kDoor,
  kBuilding = 11,  // 10 stood for places; the numbers are seeds of hashes
  kAddressWhole,
  kRoom,
  kIdentifier,
  kIdentifierPart,
  kDate,
  kDatePart,
  kPhone,
  kNumber,
  kText,
  kToken
};

inline uint64_t key_of(KeyTag tag, std::u16string_view text) {
  const auto* bytes = reinterpret_cast<const char*>(text.data());
  return base::hash64({bytes, text.size() * sizeof(char16_t)}, static_cast<uint64_t>(tag));
}

/// What one character becomes: folded and without marks, 0 for what parts words, kDropped for what vanishes (marks,
/// apostrophes). A table over the basic plane, made once for a set of character tables.
class FoldTable {
 public:
  static constexpr char16_t kDropped = 0xFFFF;
  static constexpr char16_t kGap = 0;
  explicit FoldTable(const text::CharTables& chars);
  [[nodiscard]] char16_t operator[](char32_t c) const noexcept { return c < plane_.size() ? plane_[c] : beyond(c); }

 private:
  static char16_t beyond(char32_t c) noexcept;
  std::vector<char16_t> plane_;
};
/// The table of these characters: made at the first call, shared by all families. Thread-safe. Null for null.
std::shared_ptr<const FoldTable> fold_table_of(const std::shared_ptr<const text::CharTables>& chars);

/// The code points of a text, and what each becomes; buffers that are kept from text to text.
struct FoldedText {
  std::u32string chars;
  std::u16string units;  // as long as chars: folded, FoldTable::kGap or kDropped
  std::u16string words;  // as fold_words, without spaces where there is Han
  bool has_han = false;

  void assign(std::string_view utf8, const FoldTable& fold);
  /// Appends the folded letters, digits and Han of some code points: fold_tight of that part of the text.
  void append_tight(size_t begin, size_t end, std::u16string& out) const {
    for (size_t i = begin; i < end; ++i) {
      if (units[i] != FoldTable::kGap && units[i] != FoldTable::kDropped) out.push_back(units[i]);
    }
  }
};

/// Folded letters, digits and Han; runs of anything else become one space.
std::u16string fold_words(std::string_view utf8, const FoldTable& fold);
/// Folded letters, digits and Han only.
std::u16string fold_tight(std::string_view utf8, const FoldTable& fold);
/// Jaro-Winkler whose matching does not depend on which text comes first.
inline double symmetric_jaro_winkler(std::u16string_view a, std::u16string_view b) {
  return a < b ? text::jaro_winkler(a, b) : text::jaro_winkler(b, a);
}
/// Readings of the Han characters joined by '; other characters as they are. Empty when there is no Han.
std::u16string sound_of(std::u16string_view folded, const text::CharTables& chars);
bool has_han(std::u16string_view text);
std::vector<std::u16string_view> split_words(std::u16string_view text);

/// What is added is taken in groups of this many, see GroupedFamily.
constexpr size_t kAddedTogether = 16;

/// Values with their text and signature; Derived::level_of(left, right, scratch) is called for unequal values.
template <typename Derived>
class Family : public Comparison {
 public:
  [[nodiscard]] uint32_t size() const override { return values_.size(); }
  [[nodiscard]] std::string text(uint32_t value) const override { return to_utf8(values_.view(value)); }
  using Comparison::compare;
  void compare(std::span<const ValuePair> pairs, std::span<Outcome> out, CompareScratch& scratch) const override {
    constexpr size_t kFar = 16;  // pairs ahead whose features are fetched
    constexpr size_t kNear = 8;  // pairs ahead whose features have come: what those point to is fetched
    const auto& self = static_cast<const Derived&>(*this);
    scratch.pattern_of = 0;
    for (size_t i = 0; i < pairs.size(); ++i) {
      if (i + kFar < pairs.size()) {
        const ValuePair far = pairs[i + kFar];
        if (far.left != pairs[i + kFar - 1].left) self.prefetch_features(far.left);
        if (far.left != far.right) self.prefetch_features(far.right);
      }
      if (i + kNear < pairs.size()) {
        const ValuePair near = pairs[i + kNear];
        if (near.left != pairs[i + kNear - 1].left) self.prefetch_texts(near.left);
        if (near.left != near.right) self.prefetch_texts(near.right);
      }
      const auto [left, right] = pairs[i];
      out[i] = left == right ? self.equal_outcome(left) : self.level_of(left, right, scratch);
    }
  }
  /// Hints to the processor, hidden by families that keep more of a value: first what lies under its number, then what
  /// that points to.
  void prefetch_features(uint32_t value) const {
    values_.prefetch(value);
    __builtin_prefetch(&signatures_[value]);
  }
  void prefetch_texts(uint32_t value) const { values_.prefetch_text(value); }
  [[nodiscard]] Outcome equal_outcome(uint32_t value) const {
    const auto top = static_cast<uint8_t>(levels().size() - 1);
    return {.level = top, .term = value};
  }
  void terms(uint32_t value, std::vector<Term>& out) const override { out.push_back({value, 0}); }
  [[nodiscard]] uint32_t term_count() const override { return values_.size(); }

 protected:
  /// The value's number, and whether it is new: then its features must be appended.
  std::pair<uint32_t, bool> intern(std::u16string_view text) { return intern(text, Interner::hash_of(text)); }
  std::pair<uint32_t, bool> intern(std::u16string_view text, uint32_t hash) {
    if (signatures_.empty()) signatures_.push_back(0);
    const uint32_t before = values_.size();
    const uint32_t value = values_.intern(text, hash);
    const bool is_new = value >= before && value != 0;
    if (is_new) signatures_.push_back(text::char_signature(text));
    return {value, is_new};
  }
  [[nodiscard]] std::u16string_view view(uint32_t value) const { return values_.view(value); }
  /// Whether the distance is 1.
  [[nodiscard]] bool one_slip(uint32_t left, uint32_t right) const {
    const std::u16string_view a = view(left);
    const std::u16string_view b = view(right);
    return text::osa_lower_bound(signatures_[left], static_cast<uint32_t>(a.size()), signatures_[right],
                                 static_cast<uint32_t>(b.size())) <= 1 &&
           text::is_one_slip(a, b);
  }
  /// Optimal string alignment distance, min(distance, limit + 1); the left pattern is built once.
  uint32_t distance(uint32_t left, uint32_t right, uint32_t limit, CompareScratch& scratch) const {
    const std::u16string_view a = view(left);
    const std::u16string_view b = view(right);
    if (text::osa_lower_bound(signatures_[left], static_cast<uint32_t>(a.size()), signatures_[right],
                              static_cast<uint32_t>(b.size())) > limit) {
      return limit + 1;
    }
    if (scratch.pattern_of != left) {
      scratch.pattern.assign(a);
      scratch.pattern_of = left;
    }
    return scratch.pattern.osa_distance(b, limit);
  }

  Interner values_;
  std::vector<uint64_t> signatures_;
};

/// A family that adds values in groups, step by step: what one step asks memory for, the next one needs. Derived has
///   struct Reading { FoldedText text; ... };
///   void read(std::string_view utf8, Reading&);    // of a new text; asks for the tables' slots
///   void prefetch_places(const Reading&) const;    // what the slots point to
///   void prefetch_known(const Reading&) const;     // and the texts there
///   void take(const Reading&);                     // appends the features of the value
template <typename Derived, typename Reading>
class GroupedFamily : public Family<Derived> {
 public:
  uint32_t add(std::string_view utf8) override {
    uint32_t value = 0;
    add_group(std::span(&utf8, 1), std::span(&value, 1));
    return value;
  }
  void add_many(std::span<const std::string_view> texts, std::span<uint32_t> values) override {
    for (size_t begin = 0; begin < texts.size(); begin += kAddedTogether) {
      const size_t count = std::min(kAddedTogether, texts.size() - begin);
      add_group(texts.subspan(begin, count), values.subspan(begin, count));
    }
  }

 protected:
  explicit GroupedFamily(std::shared_ptr<const FoldTable> fold) : fold_(std::move(fold)), group_(kAddedTogether) {}

  std::shared_ptr<const FoldTable> fold_;

 private:
  struct Added {
    Reading reading;
    uint32_t hash = 0;
  };

  void add_group(std::span<const std::string_view> texts, std::span<uint32_t> values) {
    auto& self = static_cast<Derived&>(*this);
    for (size_t i = 0; i < texts.size(); ++i) {
      Added& added = group_[i];
      added.reading.text.assign(texts[i], *fold_);
      added.hash = Interner::hash_of(added.reading.text.words);
      this->values_.prefetch_slot(added.hash);
    }
    for (size_t i = 0; i < texts.size(); ++i) this->values_.prefetch_place(group_[i].hash);
    for (size_t i = 0; i < texts.size(); ++i) this->values_.prefetch_known(group_[i].hash);
    std::array<size_t, kAddedTogether> fresh;
    size_t count = 0;
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto [value, is_new] = this->intern(group_[i].reading.text.words, group_[i].hash);
      values[i] = value;
      if (is_new) fresh[count++] = i;
    }
    const auto for_each_fresh = [&](auto&& step) {
      for (size_t at = 0; at < count; ++at) step(fresh[at]);
    };
    for_each_fresh([&](size_t i) { self.read(texts[i], group_[i].reading); });
    for_each_fresh([&](size_t i) { self.prefetch_places(group_[i].reading); });
    for_each_fresh([&](size_t i) { self.prefetch_known(group_[i].reading); });
    for_each_fresh([&](size_t i) { self.take(group_[i].reading); });
  }

  std::vector<Added> group_;
};

}  // namespace minglu::match
