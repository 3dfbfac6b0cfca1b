#include "match/unlinkable.hpp"

#include <algorithm>
#include <cmath>

#include "base/parallel.hpp"

namespace minglu::match {

Unlinkable find_unlinkable(const Records& records, const Weights& weights, const UnlinkableSpec& spec) {
  constexpr uint32_t kChunk = 4096;
  const uint32_t n = records.size();
  std::vector<int32_t> own(n);
  base::parallel_for((n + kChunk - 1) / kChunk, spec.threads, [&](size_t chunk, size_t) {
    PairScratch scratch;
    std::vector<PairLikeness> out;
    const uint64_t end = std::min<uint64_t>(n, (chunk + 1) * kChunk);
    const auto begin = static_cast<uint32_t>(chunk * kChunk);
    std::vector<RecordPair> pairs;
    for (uint32_t record = begin; record < end; ++record) pairs.push_back({record, record});
    compare_pairs(records, pairs, scratch, out);
    for (uint32_t record = begin; record < end; ++record) own[record] = weights.weigh(out[record - begin]);
  });
  Unlinkable report;
  report.records = n;
  if (n == 0) return report;
  const auto [least, most] = std::minmax_element(own.begin(), own.end());
  const double first = std::floor(to_bits(*least));
  // Records by the first whole number of bits above their weight.
  std::vector<uint64_t> counts(static_cast<size_t>(std::ceil(to_bits(*most)) + 1 - first) + 1, 0);
  const auto base = static_cast<int64_t>(first) * kBit;
  const int32_t link = to_weight(spec.link_bits);
  const int32_t review = to_weight(spec.review_bits);
  for (const int32_t weight : own) {
    ++counts[static_cast<size_t>((weight - base) / kBit) + 1];
    report.below_link += weight < link ? 1 : 0;
    report.below_review += weight < review ? 1 : 0;
  }
  uint64_t below = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    below += counts[i];
    report.curve.push_back({first + static_cast<double>(i), static_cast<double>(below) / n});
  }
  return report;
}

}  // namespace minglu::match
