// The words of each value: Latin words as written, runs of Han as overlapping pairs of characters. A word's weight is
// its rarity among the distinct values of the field: log2(values / values with the word), fixed by freeze(). Internal
// to match/comparisons. Thread-safety: as Comparison.
#pragma once

#include <algorithm>
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
  /// Fixes the weights; words first seen later weigh as much as a word of one value.
  void freeze();
  [[nodiscard]] std::span<const uint32_t> words(uint32_t value) const {  // ascending, each once
    return std::span(list_).subspan(begin_[value], begin_[value + 1] - begin_[value]);
  }
  [[nodiscard]] std::u16string_view word(uint32_t id) const { return words_.view(id); }
  [[nodiscard]] uint32_t word_count() const { return words_.size(); }
  /// Precondition: freeze() was called.
  [[nodiscard]] WordMatch match(uint32_t left, uint32_t right) const;
  /// The rarest words of a value, rarest first, ties by text.
  void rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const;

 private:
  [[nodiscard]] int32_t weight(uint32_t word) const { return word < weight_.size() ? weight_[word] : rare_weight_; }
  [[nodiscard]] int32_t total(uint32_t value) const;
  [[nodiscard]] bool one_slip(uint32_t a, uint32_t b) const;
  [[nodiscard]] int32_t slipped(std::span<uint32_t> lefts, std::span<uint32_t> rights) const;
  uint32_t take(std::u16string_view word);
  uint32_t take_pair(char16_t a, char16_t b);
  Interner words_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;  // Han pair as one number, word: most words are such pairs
  size_t pairs_used_ = 0;
  std::vector<uint32_t> frequency_;
  std::vector<uint64_t> word_signature_;
  std::vector<uint32_t> list_;
  std::vector<uint64_t> begin_;
  std::vector<uint64_t> value_signature_;  // one bit a word
  std::vector<bool> has_long_word_;        // a slip is possible
  std::vector<int32_t> weight_;
  std::vector<int32_t> total_;
  int32_t rare_weight_ = 1;
};

}  // namespace minglu::match
