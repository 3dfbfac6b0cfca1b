#include "match/comparisons/word_table.hpp"

#include <array>
#include <bit>

#include "base/rng.hpp"
#include "base/utf8.hpp"
#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr size_t kSlipFrom = 5;      // shorter words with one slip are often other words
constexpr size_t kLeftOversMax = 8;  // unmatched words of a side that are searched for slips
constexpr int32_t kSlipPercent = 80;
constexpr float kWeightOfBit = 1024;

}  // namespace

WordTable::WordTable() : frequency_{0}, word_signature_{0}, begin_{0, 0}, value_signature_{0}, has_long_word_{false} {}

uint32_t WordTable::take(std::u16string_view word) {
  const uint32_t id = words_.intern(word);
  if (id == frequency_.size()) {
    frequency_.push_back(0);
    word_signature_.push_back(text::char_signature(word));
  }
  return id;
}

uint32_t WordTable::take_pair(char16_t a, char16_t b) {
  const auto slot_of = [&](uint32_t pair) { return (pair * 2654435769U) >> (32 - std::bit_width(pairs_.size() - 1)); };
  const uint32_t pair = uint32_t{a} << 16 | b;
  if (pairs_used_ * 2 >= pairs_.size()) {
    std::vector<std::pair<uint32_t, uint32_t>> old(std::max<size_t>(pairs_.size() * 2, 1024));
    old.swap(pairs_);
    for (const auto& entry : old) {
      if (entry.first == 0) continue;
      size_t at = slot_of(entry.first);
      while (pairs_[at].first != 0) at = (at + 1) & (pairs_.size() - 1);
      pairs_[at] = entry;
    }
  }
  size_t at = slot_of(pair);
  while (pairs_[at].first != 0 && pairs_[at].first != pair) at = (at + 1) & (pairs_.size() - 1);
  if (pairs_[at].first == 0) {
    const std::array<char16_t, 2> word{a, b};
    pairs_[at] = {pair, take({word.data(), word.size()})};
    ++pairs_used_;
  }
  return pairs_[at].second;
}

void WordTable::append(std::u16string_view words) {
  const size_t begin = list_.size();
  bool has_long = false;
  for (const std::u16string_view word : split_words(words)) {
    size_t at = 0;
    while (at < word.size()) {
      size_t end = at;
      const bool han = base::is_han(word[at]);
      while (end < word.size() && base::is_han(word[end]) == han) ++end;
      if (!han || end - at == 1) {
        list_.push_back(take(word.substr(at, end - at)));
        has_long = has_long || end - at >= kSlipFrom;
      } else {
        for (size_t i = at; i + 1 < end; ++i) list_.push_back(take_pair(word[i], word[i + 1]));
      }
      at = end;
    }
  }
  std::sort(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end());
  list_.erase(std::unique(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end()), list_.end());
  uint64_t signature = 0;
  for (size_t i = begin; i < list_.size(); ++i) {
    if (weight_.empty()) ++frequency_[list_[i]];  // frequencies are those of the epoch
    signature |= uint64_t{1} << (base::mix64(list_[i]) >> 58);
  }
  begin_.push_back(list_.size());
  value_signature_.push_back(signature);
  has_long_word_.push_back(has_long);
}

void WordTable::freeze() {
  const auto values = static_cast<float>(begin_.size());
  weight_.resize(frequency_.size());
  for (size_t word = 1; word < weight_.size(); ++word) {
    weight_[word] =
        static_cast<int32_t>(std::log2(values / static_cast<float>(std::max(frequency_[word], 1U))) * kWeightOfBit);
  }
  rare_weight_ = static_cast<int32_t>(std::log2(values) * kWeightOfBit);
  total_.assign(begin_.size() - 1, 0);
  for (uint32_t value = 1; value < total_.size(); ++value) {
    for (const uint32_t word : words(value)) total_[value] += weight_[word];
  }
}

int32_t WordTable::total(uint32_t value) const {
  if (value < total_.size()) return total_[value];
  int32_t sum = 0;
  for (const uint32_t word : words(value)) sum += weight(word);
  return sum;
}

bool WordTable::one_slip(uint32_t a, uint32_t b) const {
  const std::u16string_view x = words_.view(a);
  const std::u16string_view y = words_.view(b);
  if (std::min(x.size(), y.size()) < kSlipFrom) return false;
  const auto length_x = static_cast<uint32_t>(x.size());
  const auto length_y = static_cast<uint32_t>(y.size());
  if (text::osa_lower_bound(word_signature_[a], length_x, word_signature_[b], length_y) > 1) return false;
  return text::osa_distance(x, y, 1) == 1;
}

int32_t WordTable::slipped(std::span<uint32_t> lefts, std::span<uint32_t> rights) const {
  const auto by_text = [&](uint32_t a, uint32_t b) { return words_.view(a) < words_.view(b); };
  std::sort(lefts.begin(), lefts.end(), by_text);
  std::sort(rights.begin(), rights.end(), by_text);
  std::array<bool, kLeftOversMax> used{};
  int32_t sum = 0;
  for (const uint32_t left : lefts) {
    for (size_t i = 0; i < rights.size(); ++i) {
      if (used[i] || !one_slip(left, rights[i])) continue;
      sum += std::min(weight(left), weight(rights[i])) * kSlipPercent / 100;
      used[i] = true;
      break;
    }
  }
  return sum;
}

WordMatch WordTable::match(uint32_t left, uint32_t right) const {
  WordMatch match{.common = 0, .left = total(left), .right = total(right), .rarest = 0};
  const bool may_slip = has_long_word_[left] && has_long_word_[right];
  if (!may_slip && (value_signature_[left] & value_signature_[right]) == 0) return match;
  std::array<uint32_t, kLeftOversMax> only_left;
  std::array<uint32_t, kLeftOversMax> only_right;
  size_t lefts = 0;
  size_t rights = 0;
  const auto a = words(left);
  const auto b = words(right);
  int32_t best = -1;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      const int32_t shared = weight(a[i]);
      match.common += shared;
      if (shared > best || (shared == best && word(a[i]) < word(match.rarest))) {
        best = shared;
        match.rarest = a[i];
      }
      ++i;
      ++j;
    } else if (a[i] < b[j]) {
      if (lefts < kLeftOversMax) only_left[lefts++] = a[i];
      ++i;
    } else {
      if (rights < kLeftOversMax) only_right[rights++] = b[j];
      ++j;
    }
  }
  if (!may_slip) return match;
  for (; i < a.size() && lefts < kLeftOversMax; ++i) only_left[lefts++] = a[i];
  for (; j < b.size() && rights < kLeftOversMax; ++j) only_right[rights++] = b[j];
  match.common += slipped(std::span(only_left.data(), lefts), std::span(only_right.data(), rights));
  return match;
}

void WordTable::rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const {
  const auto all = words(value);
  out.assign(all.begin(), all.end());
  const auto rarer = [&](uint32_t a, uint32_t b) {
    if (frequency_[a] != frequency_[b]) return frequency_[a] < frequency_[b];
    return words_.view(a) < words_.view(b);
  };
  const size_t count = std::min(count_max, out.size());
  std::partial_sort(out.begin(), out.begin() + static_cast<ptrdiff_t>(count), out.end(), rarer);
  out.resize(count);
}

}  // namespace minglu::match
