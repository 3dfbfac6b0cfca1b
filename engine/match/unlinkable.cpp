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
  std::sort(own.begin(), own.end());
  const auto below = [&](double bits) {
    return static_cast<uint64_t>(std::lower_bound(own.begin(), own.end(), to_weight(bits)) - own.begin());
  };
  Unlinkable report;
  report.records = n;
  report.below_link = below(spec.link_bits);
  report.below_review = below(spec.review_bits);
  if (n == 0) return report;
  const double last = std::ceil(to_bits(own.back())) + 1;
  for (double bits = std::floor(to_bits(own.front())); bits <= last; bits += 1) {
    report.curve.push_back({bits, static_cast<double>(below(bits)) / n});
  }
  return report;
}

}  // namespace minglu::match
