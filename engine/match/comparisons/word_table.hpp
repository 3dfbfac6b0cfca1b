// The words of each value: Latin words as written, runs of Han as overlapping pairs of characters. A word's weight is
// its rarity among the distinct values of the field: log2(values / values with the word), fixed by freeze(). Internal
// to match/comparisons. Thread-safety: as Comparison.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "match/interner.hpp"
#include "text/similarity.hpp"

namespace minglu::match {

struct WordMatch {
  // Weights are whole numbers, so that sums do not depend on the order of words.
  int32_t common = 0;  // weight of words in both, words with one slip at 0.8
  int32_t left = 0;    // weight of all words of the left value
  int32_t right = 0;
  uint32_t rarest = 0;  // rarest word in both; 0 = none
  [[nodiscard]] float overlap() const {
    return static_cast<float>(common) / static_cast<float>(std::max({left, right, 1}));
  }
  [[nodiscard]] float containment() const {
    return static_cast<float>(common) / static_cast<float>(std::max(std::min(left, right), 1));
  }
};

class WordTable {
 public:
  WordTable();
  /// Words of the next value, in the order of values from 1.
  void append(std::u16string_view words);
  /// Hints to the processor for append(words): where the table has the words, then what it knows of them.
  void prefetch_slots(std::u16string_view words) const;
  void prefetch_found(std::u16string_view words) const;
  /// Fixes the weights; words first seen later weigh as much as a word of one value.
  void freeze();
  [[nodiscard]] std::span<const uint32_t> words(uint32_t value) const {  // ascending, each once
    return std::span(list_).subspan(values_[value].begin(), values_[value].count);
  }
  /// Hints to the processor: where the words of a value stand, and the words.
  void prefetch(uint32_t value) const { __builtin_prefetch(&values_[value]); }
  void prefetch_words(uint32_t value) const {
    __builtin_prefetch(list_.data() + values_[value].begin());
    __builtin_prefetch(list_.data() + values_[value].begin() + values_[value].count);
  }
  [[nodiscard]] std::u16string_view word(uint32_t id) const { return words_.view(id); }
  /// The same; a short word is put into the buffer, without a look at the pool of texts.
  [[nodiscard]] std::u16string_view word(uint32_t id, std::array<char16_t, 4>& buffer) const {
    const Word& about = about_[id];
    if (about.size > buffer.size()) return words_.view(id);
    for (size_t i = 0; i < about.size; ++i) buffer[i] = static_cast<char16_t>(about.front >> (48 - 16 * i));
    return {buffer.data(), about.size};
  }
  [[nodiscard]] uint32_t word_count() const { return words_.size(); }
  /// Precondition: freeze() was called.
  [[nodiscard]] WordMatch match(uint32_t left, uint32_t right) const;
  /// The rarest words of a value, rarest first, ties by text.
  void rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const;

 private:
  [[nodiscard]] int32_t weight(uint32_t word) const { return word < weight_.size() ? weight_[word] : rare_weight_; }
  [[nodiscard]] int32_t total(uint32_t value) const {
    return value < frozen_ ? values_[value].total : late_total(value);
  }
  [[nodiscard]] int32_t late_total(uint32_t value) const;
  void take_shared(uint32_t word, int32_t& best, WordMatch& match) const;
  void match_with_slips(std::span<const uint32_t> a, std::span<const uint32_t> b, WordMatch& match) const;
  [[nodiscard]] bool one_slip(uint32_t a, uint32_t b) const;
  [[nodiscard]] int32_t slipped(std::span<uint32_t> lefts, std::span<uint32_t> rights) const;
  uint32_t take(std::u16string_view word);
  [[nodiscard]] size_t slot_of(uint32_t pair) const;
  void grow_pairs();
  template <typename Take>
  static void for_each_pair(std::u16string_view words, Take&& take);
  uint32_t take_pair(uint32_t pair);
  bool take_words(std::u16string_view text);
  Interner words_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;  // Han pair as one number, word: most words are such pairs
  size_t pairs_used_ = 0;
  struct Word {
    uint64_t front = 0;  // its first four characters, so that they compare as the text does
    uint32_t frequency = 0;
    uint32_t size = 0;
  };
  [[nodiscard]] bool rarer(uint32_t a, uint32_t b) const;
  std::vector<Word> about_;          // by word
  std::vector<uint32_t> new_pairs_;  // of the value that is being appended
  std::vector<uint64_t> word_signature_;
  std::vector<uint32_t> list_;
  struct Value {
    uint64_t signature = 0;  // one bit a word
    uint64_t place = 0;      // where its words begin in list_, times two; plus one when a slip is possible
    uint32_t count = 0;
    int32_t total = 0;  // weight of all words; fixed by freeze()
    [[nodiscard]] size_t begin() const noexcept { return place >> 1; }
    [[nodiscard]] bool has_long_word() const noexcept { return (place & 1) != 0; }
  };
  std::vector<Value> values_;
  uint32_t frozen_ = 0;  // values below have a total
  std::vector<int32_t> weight_;
  int32_t rare_weight_ = 1;
};

}  // namespace minglu::match
