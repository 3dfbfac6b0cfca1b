#include "match/linkage.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/parallel.hpp"

namespace minglu::match {
namespace {

constexpr uint32_t kChunk = 2048;
constexpr size_t kPairsTogether = 1024;  // compared in one call

class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

std::vector<Edge> score_all(const Records& records, const CandidateIndex& index, const Weights& weights, int32_t floor,
                            size_t threads, uint64_t& pairs) {
  const uint32_t n = records.size();
  const size_t chunks = (n + kChunk - 1) / kChunk;
  std::vector<std::vector<Edge>> edges(chunks);
  std::vector<uint64_t> counts(chunks, 0);
  std::vector<CandidateIndex::Scratch> seen(threads);
  base::parallel_for(chunks, threads, [&](size_t chunk, size_t thread) {
    PairScratch scratch;
    std::vector<uint32_t> candidates;
    std::vector<RecordPair> together;
    std::vector<PairLikeness> out;
    const auto flush = [&] {
      compare_pairs(records, together, scratch, out);
      for (size_t i = 0; i < together.size(); ++i) {
        const int32_t weight = weights.weigh(out[i]);
        if (weight >= floor) edges[chunk].push_back({together[i].right, together[i].left, weight});
      }
      counts[chunk] += together.size();
      together.clear();
    };
    for (auto record = static_cast<uint32_t>(chunk * kChunk); record < std::min<uint64_t>(n, (chunk + 1) * kChunk);
         ++record) {
      index.candidates(record, seen[thread], candidates);
      for (const uint32_t other : candidates) together.push_back({record, other});
      if (together.size() >= kPairsTogether) flush();
    }
    flush();
  });
  std::vector<Edge> all;
  for (size_t chunk = 0; chunk < chunks; ++chunk) {
    all.insert(all.end(), edges[chunk].begin(), edges[chunk].end());
    pairs += counts[chunk];
  }
  return all;
}

/// Small files can afford more candidates for the same time.
double pairs_per_record(uint32_t records, double asked) {
  if (asked > 0) return asked;
  return std::clamp(1e7 / std::max<double>(records, 1), 12.0, 400.0);
}

}  // namespace

Linkage link_records(const Records& records, const LinkModel& model, const LinkageSpec& spec, BlockingEpoch* epoch) {
  Linkage linkage;
  Stopwatch watch;
  const CandidateIndex index = CandidateIndex::build(
      records,
      {.pairs_per_record_max = pairs_per_record(records.size(), spec.pairs_per_record_max), .threads = spec.threads},
      epoch);
  linkage.blocking = index.report();
  linkage.seconds.block = watch.lap();
  linkage.learned = model.learned ? *model.learned : train(records, index, {.threads = spec.threads}, linkage.training);
  linkage.seconds.train = watch.lap();
  const Weights weights(linkage.learned, records);
  linkage.edges =
      score_all(records, index, weights, to_weight(model.thresholds.review_bits), spec.threads, linkage.pairs_scored);
  linkage.seconds.score = watch.lap();
  linkage.grouping = group_records(records, weights, linkage.edges,
                                   {.link = to_weight(model.thresholds.link_bits),
                                    .margin = to_weight(model.thresholds.margin_bits),
                                    .threads = spec.threads});
  linkage.seconds.group = watch.lap();
  return linkage;
}

}  // namespace minglu::match
