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

WordTable::WordTable() : about_(1), word_signature_{0}, values_(1) {}

uint32_t WordTable::take(std::u16string_view word) {
  const uint32_t id = words_.intern(word);
  if (id == about_.size()) {
    Word about{.size = static_cast<uint32_t>(word.size())};
    for (size_t i = 0; i < 4; ++i) about.front = about.front << 16 | (i < word.size() ? word[i] : 0U);
    about_.push_back(about);
    word_signature_.push_back(text::char_signature(word));
  }
  return id;
}

size_t WordTable::slot_of(uint32_t pair) const {
  return (pair * 2654435769U) >> (32 - std::bit_width(pairs_.size() - 1));
}

void WordTable::grow_pairs() {
  std::vector<std::pair<uint32_t, uint32_t>> old(std::max<size_t>(pairs_.size() * 2, 1024));
  old.swap(pairs_);
  for (const auto& entry : old) {
    if (entry.first == 0) continue;
    size_t at = slot_of(entry.first);
    while (pairs_[at].first != 0) at = (at + 1) & (pairs_.size() - 1);
    pairs_[at] = entry;
  }
}

uint32_t WordTable::take_pair(uint32_t pair) {
  if (pairs_used_ * 2 >= pairs_.size()) grow_pairs();
  size_t at = slot_of(pair);
  while (pairs_[at].first != 0 && pairs_[at].first != pair) at = (at + 1) & (pairs_.size() - 1);
  if (pairs_[at].first == 0) {
    const std::array<char16_t, 2> word{static_cast<char16_t>(pair >> 16), static_cast<char16_t>(pair)};
    pairs_[at] = {pair, take({word.data(), word.size()})};
    ++pairs_used_;
  }
  return pairs_[at].second;
}

/// Two units of text that follow each other, as one number: Han pairs, and some that are none, which only cost a hint.
template <typename Take>
void WordTable::for_each_pair(std::u16string_view words, Take&& take) {
  for (size_t i = 0; i + 1 < words.size(); ++i) take(uint32_t{words[i]} << 16 | words[i + 1]);
}

void WordTable::prefetch_slots(std::u16string_view words) const {
  if (pairs_.empty()) return;
  for_each_pair(words, [&](uint32_t pair) { __builtin_prefetch(&pairs_[slot_of(pair)]); });
}

void WordTable::prefetch_found(std::u16string_view words) const {
  if (pairs_.empty()) return;
  for_each_pair(words, [&](uint32_t pair) {
    const auto& [found, word] = pairs_[slot_of(pair)];
    if (found == pair) __builtin_prefetch(&about_[word], 1);
  });
}

bool WordTable::take_words(std::u16string_view text) {
  bool has_long = false;
  new_pairs_.clear();
  for (size_t at = 0; at < text.size();) {
    if (text[at] == u' ') {
      ++at;
      continue;
    }
    size_t end = at;
    const bool han = base::is_han(text[at]);
    while (end < text.size() && text[end] != u' ' && base::is_han(text[end]) == han) ++end;
    if (!han || end - at == 1) {
      list_.push_back(take(text.substr(at, end - at)));
      has_long = has_long || end - at >= kSlipFrom;
    } else {
      for (size_t i = at; i + 1 < end; ++i) new_pairs_.push_back(uint32_t{text[i]} << 16 | text[i + 1]);
    }
    at = end;
  }
  for (const uint32_t pair : new_pairs_) list_.push_back(take_pair(pair));
  return has_long;
}

void WordTable::append(std::u16string_view words) {
  const size_t begin = list_.size();
  const bool has_long = take_words(words);
  std::sort(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end());
  list_.erase(std::unique(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end()), list_.end());
  uint64_t signature = 0;
  for (size_t i = begin; i < list_.size(); ++i) {
    if (weight_.empty()) ++about_[list_[i]].frequency;  // frequencies are those of the epoch
    signature |= uint64_t{1} << (base::mix64(list_[i]) >> 58);
  }
  values_.push_back({.signature = signature,
                     .place = begin << 1 | (has_long ? 1 : 0),
                     .count = static_cast<uint32_t>(list_.size() - begin)});
}

void WordTable::freeze() {
  const auto values = static_cast<float>(values_.size() + 1);
  weight_.resize(about_.size());
  for (size_t word = 1; word < weight_.size(); ++word) {
    weight_[word] = static_cast<int32_t>(std::log2(values / static_cast<float>(std::max(about_[word].frequency, 1U))) *
                                         kWeightOfBit);
  }
  rare_weight_ = static_cast<int32_t>(std::log2(values) * kWeightOfBit);
  frozen_ = static_cast<uint32_t>(values_.size());
  for (uint32_t value = 1; value < frozen_; ++value) {
    for (const uint32_t word : words(value)) values_[value].total += weight_[word];
  }
}

int32_t WordTable::late_total(uint32_t value) const {
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
  return text::is_one_slip(x, y);
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

void WordTable::take_shared(uint32_t word, int32_t& best, WordMatch& match) const {
  const int32_t shared = weight(word);
  match.common += shared;
  if (shared < best || (shared == best && this->word(word) >= this->word(match.rarest))) return;
  best = shared;
  match.rarest = word;
}

WordMatch WordTable::match(uint32_t left, uint32_t right) const {
  WordMatch match{.common = 0, .left = total(left), .right = total(right), .rarest = 0};
  if (values_[left].has_long_word() && values_[right].has_long_word()) {
    match_with_slips(words(left), words(right), match);
    return match;
  }
  if ((values_[left].signature & values_[right].signature) == 0) return match;
  const auto a = words(left);
  const auto b = words(right);
  int32_t best = -1;
  // Which list goes on cannot be foreseen, so it is computed instead of branched on.
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const uint32_t x = a[i];
    const uint32_t y = b[j];
    if (x == y) take_shared(x, best, match);
    i += x <= y ? 1 : 0;
    j += y <= x ? 1 : 0;
  }
  return match;
}

void WordTable::match_with_slips(std::span<const uint32_t> a, std::span<const uint32_t> b, WordMatch& match) const {
  std::array<uint32_t, kLeftOversMax> only_left;
  std::array<uint32_t, kLeftOversMax> only_right;
  size_t lefts = 0;
  size_t rights = 0;
  int32_t best = -1;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] == b[j]) {
      take_shared(a[i], best, match);
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
  for (; i < a.size() && lefts < kLeftOversMax; ++i) only_left[lefts++] = a[i];
  for (; j < b.size() && rights < kLeftOversMax; ++j) only_right[rights++] = b[j];
  match.common += slipped(std::span(only_left.data(), lefts), std::span(only_right.data(), rights));
}

bool WordTable::rarer(uint32_t a, uint32_t b) const {
  const Word& x = about_[a];
  const Word& y = about_[b];
  if (x.frequency != y.frequency) return x.frequency < y.frequency;
  if (x.front != y.front) return x.front < y.front;
  if (x.size <= 4 && y.size <= 4) return x.size < y.size;
  return words_.view(a) < words_.view(b);
}

void WordTable::rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const {
  const auto all = words(value);
  for (const uint32_t word : all) __builtin_prefetch(&about_[word]);
  out.clear();
  for (const uint32_t word : all) {
    if (out.size() == count_max && !rarer(word, out.back())) continue;
    const auto at = std::find_if(out.begin(), out.end(), [&](uint32_t other) { return rarer(word, other); });
    out.insert(at, word);
    if (out.size() > count_max) out.pop_back();
  }
}

}  // namespace minglu::match
