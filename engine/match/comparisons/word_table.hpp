// The words of each value: Latin words as written, runs of Han as overlapping pairs of characters. A word's weight is its
// rarity among the distinct values of the field: log2(values / values with the word).
// Internal to match/comparisons. Thread-safety: as Comparison.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "match/interner.hpp"
#include "text/similarity.hpp"

namespace minglu::match {

struct WordMatch {
  float common = 0;   // weight of words in both, slips included at half weight
  float left = 0;     // weight of all words of the left value
  float right = 0;
  uint32_t rarest = 0;  // rarest word in both; 0 = none
  [[nodiscard]] float overlap() const { return common / std::max({left, right, 1e-6F}); }
  [[nodiscard]] float containment() const { return common / std::max(std::min(left, right), 1e-6F); }
};

class WordTable {
 public:
  WordTable();
  /// Words of the next value, in the order of values from 1.
  void append(std::u16string_view words);
  [[nodiscard]] std::span<const uint32_t> words(uint32_t value) const {  // ascending, each once
    return std::span(list_).subspan(begin_[value], begin_[value + 1] - begin_[value]);
  }
  [[nodiscard]] std::u16string_view word(uint32_t id) const { return words_.view(id); }
  [[nodiscard]] uint32_t word_count() const { return words_.size(); }
  /// Number of distinct values that hold the word.
  [[nodiscard]] uint32_t frequency(uint32_t word) const { return frequency_[word]; }
  [[nodiscard]] float weight(uint32_t word) const {
    return std::log2(static_cast<float>(begin_.size()) / static_cast<float>(std::max(frequency_[word], 1U)));
  }
  [[nodiscard]] WordMatch match(uint32_t left, uint32_t right) const;
  /// The rarest words of a value, rarest first, ties by text.
  void rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const;

 private:
  [[nodiscard]] bool one_slip(uint32_t a, uint32_t b) const;
  Interner words_;
  std::vector<uint32_t> frequency_;
  std::vector<uint64_t> signature_;
  std::vector<uint32_t> list_;
  std::vector<uint64_t> begin_;
};

}  // namespace minglu::match
