#include "match/comparisons/word_table.hpp"

#include <array>

#include "base/utf8.hpp"
#include "match/comparisons/family.hpp"

namespace minglu::match {
namespace {

constexpr size_t kSlipFrom = 5;      // shorter words with one slip are often other words
constexpr size_t kLeftOversMax = 8;  // unmatched words of a side that are searched for slips

}  // namespace

WordTable::WordTable() : frequency_{0}, signature_{0}, begin_{0, 0} {}

void WordTable::append(std::u16string_view words) {
  const size_t begin = list_.size();
  const auto take = [&](std::u16string_view word) {
    const uint32_t id = words_.intern(word);
    if (id == frequency_.size()) {
      frequency_.push_back(0);
      signature_.push_back(text::char_signature(word));
    }
    list_.push_back(id);
  };
  for (const std::u16string_view word : split_words(words)) {
    size_t at = 0;
    while (at < word.size()) {
      size_t end = at;
      const bool han = base::is_han(word[at]);
      while (end < word.size() && base::is_han(word[end]) == han) ++end;
      if (!han || end - at == 1) {
        take(word.substr(at, end - at));
      } else {
        for (size_t i = at; i + 1 < end; ++i) take(word.substr(i, 2));
      }
      at = end;
    }
  }
  std::sort(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end());
  list_.erase(std::unique(list_.begin() + static_cast<ptrdiff_t>(begin), list_.end()), list_.end());
  for (size_t i = begin; i < list_.size(); ++i) ++frequency_[list_[i]];
  begin_.push_back(list_.size());
}

bool WordTable::one_slip(uint32_t a, uint32_t b) const {
  const std::u16string_view x = words_.view(a);
  const std::u16string_view y = words_.view(b);
  if (std::min(x.size(), y.size()) < kSlipFrom) return false;
  if (text::osa_lower_bound(signature_[a], static_cast<uint32_t>(x.size()), signature_[b], static_cast<uint32_t>(y.size())) > 1) {
    return false;
  }
  return text::osa_distance(x, y, 1) == 1;
}

WordMatch WordTable::match(uint32_t left, uint32_t right) const {
  WordMatch match;
  std::array<uint32_t, kLeftOversMax> only_left{};
  std::array<uint32_t, kLeftOversMax> only_right{};
  size_t lefts = 0;
  size_t rights = 0;
  const auto a = words(left);
  const auto b = words(right);
  float best = 0;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (j == b.size() || (i < a.size() && a[i] < b[j])) {
      match.left += weight(a[i]);
      if (lefts < kLeftOversMax) only_left[lefts++] = a[i];
      ++i;
    } else if (i == a.size() || b[j] < a[i]) {
      match.right += weight(b[j]);
      if (rights < kLeftOversMax) only_right[rights++] = b[j];
      ++j;
    } else {
      const float shared = weight(a[i]);
      match.left += shared;
      match.right += shared;
      match.common += shared;
      if (match.rarest == 0 || shared > best) {
        best = shared;
        match.rarest = a[i];
      }
      ++i;
      ++j;
    }
  }
  for (size_t x = 0; x < lefts; ++x) {
    for (size_t y = 0; y < rights; ++y) {
      if (only_right[y] == 0 || !one_slip(only_left[x], only_right[y])) continue;
      match.common += 0.8F * std::min(weight(only_left[x]), weight(only_right[y]));
      only_right[y] = 0;
      break;
    }
  }
  return match;
}

void WordTable::rarest(uint32_t value, size_t count_max, std::vector<uint32_t>& out) const {
  const auto all = words(value);
  out.assign(all.begin(), all.end());
  std::sort(out.begin(), out.end(), [&](uint32_t a, uint32_t b) {
    if (frequency_[a] != frequency_[b]) return frequency_[a] < frequency_[b];
    return words_.view(a) < words_.view(b);
  });
  if (out.size() > count_max) out.resize(count_max);
}

}  // namespace minglu::match
