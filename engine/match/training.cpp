#include "match/training.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

#include "base/parallel.hpp"
#include "base/rng.hpp"

namespace minglu::match {
namespace {

constexpr uint32_t kChunk = 4096;
constexpr size_t kPairsTogether = 1024;  // compared in one call
constexpr double kFloor = 1e-9;
constexpr double kRareCount = 50;     // fewer pairs at a level than this: not a measurement
constexpr double kJointCount = 20;    // fewer pairs at two levels together than this: no dependence is concluded
constexpr double kJointBitsMax = 12;  // a dependence takes away or adds no more than this
constexpr double kRarityBitsMax = 20;
constexpr double kGuessWeight = 10;  // pairs that weigh as much as the first guess
constexpr double kKnownWeight = 5;   // known pairs of a pattern that weigh as much as the model

using Table = std::vector<std::vector<double>>;

double total_pairs(const Records& records) {
  const double n = records.size();
  if (!records.has_two_sides()) return n * (n - 1) / 2;
  double left = 0;
  for (uint32_t i = 0; i < records.size(); ++i) left += records.side(i) == Side::kLeft ? 1 : 0;
  return left * (n - left);
}

/// Counts patterns, one map a thread; sums do not depend on who counted what.
class PatternCounter {
 public:
  PatternCounter(const Records& records, size_t threads) : records_(records), maps_(threads) {}
  void count(const PairLikeness& pair, size_t thread) {
    PatternCount& entry = maps_[thread][pair.pattern];
    ++entry.count;
    entry.same += pair.identity == Verdict::kSame ? 1 : 0;
    entry.different += pair.identity == Verdict::kDifferent ? 1 : 0;
    for (size_t at = 0; at < records_.comparison_count(); ++at) {
      if (pair.terms[at] != kNoTerm) ++entry.rarity[at][rarity_class(pair.counts[at])];
    }
  }
  std::vector<PatternCount> sorted() {
    std::unordered_map<Pattern, PatternCount>& all = maps_[0];
    for (size_t thread = 1; thread < maps_.size(); ++thread) {
      for (const auto& [pattern, from] : maps_[thread]) {
        PatternCount& into = all[pattern];
        into.count += from.count;
        into.same += from.same;
        into.different += from.different;
        for (size_t at = 0; at < kComparisonsMax; ++at) {
          for (size_t c = 0; c < kRarityClasses; ++c) into.rarity[at][c] += from.rarity[at][c];
        }
      }
    }
    std::vector<PatternCount> out;
    for (auto& [pattern, entry] : all) {
      entry.pattern = pattern;
      out.push_back(entry);
    }
    std::sort(out.begin(), out.end(),
              [](const PatternCount& a, const PatternCount& b) { return a.pattern < b.pattern; });
    return out;
  }

 private:
  const Records& records_;
  std::vector<std::unordered_map<Pattern, PatternCount>> maps_;
};

/// Patterns of pairs drawn at random, ascending, and how many pairs have each.
std::map<Pattern, uint64_t> random_patterns(const Records& records, const TrainingSpec& spec) {
  const uint64_t pairs =
      records.size() < 2 ? 0 : std::min<uint64_t>(spec.random_pairs, static_cast<uint64_t>(total_pairs(records)));
  const size_t chunks = (pairs + kChunk - 1) / kChunk;
  std::vector<std::unordered_map<Pattern, uint64_t>> counts(spec.threads);
  base::parallel_for(chunks, spec.threads, [&](size_t chunk, size_t thread) {
    PairScratch scratch;
    std::vector<RecordPair> drawn;
    std::vector<PairLikeness> out;
    base::Rng rng(chunk);
    for (uint64_t i = 0; i < kChunk; ++i) {
      const auto a = static_cast<uint32_t>(rng.below(records.size()));
      const auto b = static_cast<uint32_t>(rng.below(records.size()));
      if (a != b && records.may_pair(a, b)) drawn.push_back({a, b});
    }
    compare_pairs(records, drawn, scratch, out);
    for (const PairLikeness& pair : out) ++counts[thread][pair.pattern];
  });
  std::map<Pattern, uint64_t> all;
  for (const auto& of_thread : counts) {
    for (const auto& [pattern, count] : of_thread) all[pattern] += count;
  }
  return all;
}

/// Pairs of the whole file whose values are equal, per comparison.
double equal_pairs(const Records& records, size_t at) {
  std::vector<uint64_t> left(records.comparison(at).size(), 0);
  std::vector<uint64_t> right(records.comparison(at).size(), 0);
  for (uint32_t record = 0; record < records.size(); ++record) {
    auto& side = records.side(record) == Side::kLeft ? left : right;
    records.for_each_value(record, at, [&](uint32_t value) { ++side[value]; });
  }
  double pairs = 0;
  for (size_t value = 1; value < left.size(); ++value) {
    const auto l = static_cast<double>(left[value]);
    const auto r = static_cast<double>(right[value]);
    pairs += records.has_two_sides() ? l * r : l * (l - 1) / 2;
  }
  return pairs;
}

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Rises with the level: neighbours that fall are pooled.
void make_monotone(LearnedLevels& p) {
  struct Block {
    double m, u;
    size_t size;
  };
  std::vector<Block> blocks;
  for (size_t level = 0; level < p.m.size(); ++level) {
    blocks.push_back({p.m[level], p.u[level], 1});
    while (blocks.size() > 1) {
      const Block& last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      if (before.m / before.u <= last.m / last.u) break;
      before = {before.m + last.m, before.u + last.u, before.size + last.size};
      blocks.pop_back();
    }
  }
  size_t level = 0;
  for (const Block& block : blocks) {
    for (size_t i = 0; i < block.size; ++i, ++level) p.m[level] = p.u[level] * (block.m / block.u);
  }
}

/// Expected counts of one population at the levels of each comparison, and of each two comparisons together.
struct Levels {
  std::vector<std::vector<double>> one;  // [comparison][level]
  std::vector<Table> two;  // [first * comparisons + second][level of first][level of second], first < second

  explicit Levels(const Records& records) {
    const size_t n = records.comparison_count();
    two.resize(n * n);
    for (size_t i = 0; i < n; ++i) {
      one.emplace_back(records.comparison(i).levels().size(), 0.0);
      for (size_t j = i + 1; j < n; ++j) {
        two[i * n + j].assign(records.comparison(i).levels().size(),
                              std::vector<double>(records.comparison(j).levels().size(), 0.0));
      }
    }
  }
  void add(Pattern pattern, double count) {
    const size_t n = one.size();
    for (size_t i = 0; i < n; ++i) {
      const uint32_t a = level_code(pattern, i);
      if (a == 0) continue;
      one[i][a - 1] += count;
      for (size_t j = i + 1; j < n; ++j) {
        const uint32_t b = level_code(pattern, j);
        if (b != 0) two[i * n + j][a - 1][b - 1] += count;
      }
    }
  }
};

class Trainer {
 public:
  Trainer(const Records& records, std::vector<PatternCount> candidates, double scale, const TrainingSpec& spec)
      : records_(records),
        candidates_(std::move(candidates)),
        scale_(scale),
        total_(total_pairs(records)),
        drawn_(records),
        known_apart_(records) {
    for (const auto& [pattern, count] : random_patterns(records, spec)) drawn_.add(pattern, static_cast<double>(count));
    for (size_t at = 0; at < records.comparison_count(); ++at) equal_.push_back(equal_pairs(records, at));
    posterior_.assign(candidates_.size(), 0);
    collect_known();
    start();
  }

  LearnedModel run(uint32_t rounds_max, TrainingReport& report) {
    double matches = 0;
    for (report.rounds = 0; report.rounds < rounds_max; ++report.rounds) {
      const double before = matches;
      matches = expect();
      maximise(matches);
      if (std::fabs(matches - before) <= 1e-6 * std::max(1.0, matches)) break;
    }
    report.matches_expected = matches;
    for (size_t at = 0; at < model_.comparisons.size(); ++at) {
      if (records_.comparison(at).is_ordered()) make_monotone(model_.comparisons[at]);
    }
    learn_rarity();
    return model_;
  }

 private:
  /// Patterns without the comparisons that gave the verdicts, and how many pairs of each were known to be what.
  struct Known {
    double same = 0;
    double different = 0;
  };
  void collect_known() {
    for (size_t at = 0; at < records_.comparison_count(); ++at) {
      if (records_.comparison(at).gives_identity()) identity_mask_ |= Pattern{0xF} << (4 * at);
    }
    std::unordered_map<Pattern, Known> known;
    for (const PatternCount& entry : candidates_) {
      Known& sum = known[entry.pattern & ~identity_mask_];
      sum.same += static_cast<double>(entry.same);
      sum.different += static_cast<double>(entry.different);
    }
    for (const PatternCount& entry : candidates_) {
      known_.push_back(known[entry.pattern & ~identity_mask_]);
      if ((entry.pattern & identity_mask_) != 0) {
        known_apart_.add(entry.pattern & ~identity_mask_, static_cast<double>(entry.different) * scale_);
      }
    }
    for (size_t at = 0; at < records_.comparison_count(); ++at) {
      if (records_.comparison(at).gives_identity()) known_share_ = std::max(known_share_, present_pairs(at) / total_);
    }
  }

  /// Expectation for one pattern: the model's, drawn towards what is known of such pairs; known pairs count as known.
  [[nodiscard]] double with_known(size_t i, double model) const {
    const PatternCount& entry = candidates_[i];
    const Known& known = known_[i];
    const double drawn = (kKnownWeight * model + known.same) / (kKnownWeight + known.same + known.different);
    const auto count = static_cast<double>(entry.count);
    const double unknown = count - static_cast<double>(entry.same + entry.different);
    return (static_cast<double>(entry.same) + unknown * drawn) / count;
  }

  void start() {
    const double n = records_.size();
    model_.prior = std::clamp(0.3 * n / std::max(total_, 1.0), kFloor, 0.5);
    for (size_t at = 0; at < records_.comparison_count(); ++at) {
      const size_t levels = drawn_.one[at].size();
      LearnedLevels p{std::vector<double>(levels), std::vector<double>(levels),
                      std::vector<RarityBits>(levels, RarityBits{})};
      for (size_t level = 0; level < levels; ++level) {
        const double rank = static_cast<double>(level) / std::max<double>(static_cast<double>(levels - 1), 1);
        p.m[level] = level + 1 == levels ? 0.75 : 0.02 + 0.15 * rank;
      }
      const double sum = sum_of(p.m);
      for (double& m : p.m) m /= sum;
      guess_.push_back(p.m);
      model_.comparisons.push_back(std::move(p));
    }
    const Levels none(records_);
    for (size_t at = 0; at < records_.comparison_count(); ++at) estimate_u(at, none.one[at], 0);
    learn_dependences();
  }

  /// Share of all pairs that are taken to be one unit when their part in drawn pairs is taken off. Never below one
  /// partner a record: an expectation that starts too low would otherwise explain its own matches as chance, and
  /// vanish.
  [[nodiscard]] double match_share() const {
    return std::max(model_.prior, std::min(0.5, records_.size() / std::max(total_, 1.0)));
  }
  [[nodiscard]] double present_pairs(size_t at) const {
    const double share = static_cast<double>(records_.present(at)) / std::max<double>(records_.size(), 1);
    return std::max(total_ * share * share, 1.0);
  }

  /// `apart`: candidates that are two units, by level; `equal_together`: candidates that are one unit and equal.
  void estimate_u(size_t at, const std::vector<double>& apart, double equal_together) {
    std::vector<double>& u = model_.comparisons[at].u;
    const double drawn = std::max(sum_of(drawn_.one[at]), 1.0);
    const double present = present_pairs(at);
    const size_t top = u.size() - 1;
    for (size_t level = 1; level < u.size(); ++level) {
      const double in_draw = drawn_.one[at][level] - match_share() * drawn * model_.comparisons[at].m[level];
      const double by_draw = in_draw >= kRareCount ? in_draw / drawn : 0;
      u[level] = std::max({apart[level] / present, by_draw, 0.5 / present, kFloor});
    }
    u[top] = std::max({(equal_[at] - equal_together) / present, apart[top] / present, 0.5 / present, kFloor});
    double above = sum_of(u) - u[0];
    if (above > 0.99) {
      for (size_t level = 1; level < u.size(); ++level) u[level] *= 0.99 / above;
      above = 0.99;
    }
    u[0] = 1 - above;
  }

  double expect() {
    const double prior = std::log(model_.prior / (1 - model_.prior));
    std::vector<std::vector<double>> logs;
    for (const LearnedLevels& p : model_.comparisons) {
      logs.emplace_back(1, 0.0);
      for (size_t level = 0; level < p.m.size(); ++level) logs.back().push_back(std::log(p.m[level] / p.u[level]));
    }
    double matches = 0;
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const Pattern pattern = candidates_[i].pattern;
      double odds = prior;
      for (size_t at = 0; at < logs.size(); ++at) odds += logs[at][level_code(pattern, at)];
      for (const Dependence& d : model_.dependences) {
        const uint32_t a = level_code(pattern, d.first);
        const uint32_t b = level_code(pattern, d.second);
        if (a != 0 && b != 0) odds += d.bits[a - 1][b - 1] * std::log(2.0);
      }
      posterior_[i] = with_known(i, 1 / (1 + std::exp(-odds)));
      matches += posterior_[i] * static_cast<double>(candidates_[i].count) * scale_;
    }
    return matches;
  }

  void maximise(double matches) {
    model_.prior = std::clamp(matches / std::max(total_, 1.0), kFloor / 10, 0.5);
    Levels together(records_);
    Levels apart(records_);
    for (size_t i = 0; i < candidates_.size(); ++i) {
      const double count = static_cast<double>(candidates_[i].count) * scale_;
      together.add(candidates_[i].pattern, posterior_[i] * count);
      apart.add(candidates_[i].pattern, (1 - posterior_[i]) * count);
    }
    for (size_t at = 0; at < model_.comparisons.size(); ++at) {
      std::vector<double>& m = model_.comparisons[at].m;
      const double sum = sum_of(together.one[at]) + kGuessWeight;
      for (size_t level = 0; level < m.size(); ++level) {
        m[level] = (together.one[at][level] + kGuessWeight * guess_[at][level]) / sum;
      }
      estimate_u(at, apart.one[at], together.one[at].back());
    }
    learn_dependences();
  }

  /// log2 of how much more often two levels meet among pairs of two units than they would by chance; 0 when not
  /// measured. Measured on pairs drawn at random, as candidates were chosen for agreeing; where those are too few, on
  /// candidates known to be two units, nearly all of which are candidates when they agree twice.
  [[nodiscard]] double lift_apart(size_t i, size_t j, size_t a, size_t b) const {
    const size_t n = model_.comparisons.size();
    const double drawn = std::max(drawn_total(i, j), 1.0);
    // Pairs of one unit are drawn too; at most as many as the prior says may have come from them.
    const double in_draw = drawn_.two[i * n + j][a][b] - match_share() * drawn;
    const double in_known = known_apart_.two[i * n + j][a][b];
    double joint = 0;
    if (in_draw >= kJointCount) {
      joint = in_draw / drawn;
    } else if (in_known >= kJointCount) {
      joint = in_known / (known_share_ * std::sqrt(present_pairs(i) * present_pairs(j)));
    } else {
      return 0;
    }
    const double chance = model_.comparisons[i].u[a] * model_.comparisons[j].u[b];
    return std::clamp(std::log2(joint / chance), 0.0, kJointBitsMax);
  }
  [[nodiscard]] double drawn_total(size_t i, size_t j) const {
    double sum = 0;
    for (const auto& row : drawn_.two[i * model_.comparisons.size() + j]) sum += sum_of(row);
    return sum;
  }
  void learn_dependences() {
    const size_t n = model_.comparisons.size();
    std::vector<std::pair<double, Dependence>> found;
    for (size_t i = 0; i < n; ++i) {
      for (size_t j = i + 1; j < n; ++j) {
        Dependence d{static_cast<uint8_t>(i), static_cast<uint8_t>(j), {}};
        double gain = 0;
        for (size_t a = 0; a < model_.comparisons[i].m.size(); ++a) {
          d.bits.emplace_back();
          for (size_t b = 0; b < model_.comparisons[j].m.size(); ++b) {
            const double chance = a > 0 && b > 0 ? lift_apart(i, j, a, b) : 0;
            d.bits.back().push_back(-chance);
            gain += chance * (drawn_.two[i * n + j][a][b] + known_apart_.two[i * n + j][a][b]);
          }
        }
        found.emplace_back(gain, std::move(d));
      }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<size_t> tree(n);
    std::iota(tree.begin(), tree.end(), size_t{0});
    model_.dependences.clear();
    for (auto& [gain, d] : found) {
      if (gain <= 0 || tree[d.first] == tree[d.second]) continue;
      const size_t gone = tree[d.second];
      for (size_t& root : tree) root = root == gone ? tree[d.first] : root;
      model_.dependences.push_back(std::move(d));
    }
  }

  void learn_rarity() {
    for (size_t at = 0; at < model_.comparisons.size(); ++at) {
      LearnedLevels& p = model_.comparisons[at];
      const auto levels = records_.comparison(at).levels();
      std::vector<std::array<double, kRarityClasses>> all(levels.size()), together(levels.size());
      for (size_t i = 0; i < candidates_.size(); ++i) {
        const uint32_t code = level_code(candidates_[i].pattern, at);
        if (code == 0) continue;
        for (size_t c = 0; c < kRarityClasses; ++c) {
          const auto count = static_cast<double>(candidates_[i].rarity[at][c]);
          all[code - 1][c] += count;
          together[code - 1][c] += posterior_[i] * count;
        }
      }
      for (size_t level = 0; level < levels.size(); ++level) {
        for (size_t c = 0; c < kRarityClasses; ++c) {
          const double apart = (all[level][c] - together[level][c] + 1) / (all[level][c] + 1);
          p.rarity[level][c] = levels[level].term_weight * std::min(-std::log2(apart), kRarityBitsMax);
        }
      }
    }
  }

  const Records& records_;
  std::vector<PatternCount> candidates_;
  double scale_;
  double total_;
  Levels drawn_;
  Levels known_apart_;
  double known_share_ = 1e-9;  // of pairs: both have an identifier
  std::vector<double> equal_;
  std::vector<double> posterior_;
  Pattern identity_mask_ = 0;
  std::vector<Known> known_;                // by candidate pattern
  std::vector<std::vector<double>> guess_;  // m before anything was seen
  LearnedModel model_;
};

}  // namespace

std::vector<PatternCount> count_patterns(const Records& records, const CandidateIndex& index,
                                         const TrainingSpec& spec) {
  const uint32_t n = records.size();
  const size_t chunks = (n + kChunk - 1) / kChunk;
  const uint64_t chosen_below = n <= spec.records_max ? UINT64_MAX : UINT64_MAX / n * spec.records_max;
  PatternCounter counter(records, spec.threads);
  std::vector<CandidateIndex::Scratch> seen(spec.threads);
  base::parallel_for(chunks, spec.threads, [&](size_t chunk, size_t thread) {
    PairScratch scratch;
    std::vector<uint32_t> candidates;
    std::vector<RecordPair> chosen;
    std::vector<PairLikeness> out;
    const auto flush = [&] {
      compare_pairs(records, chosen, scratch, out);
      for (const PairLikeness& pair : out) {
        // A branch and its head agree on everything and are two units: they would teach that agreement proves nothing.
        const bool by_name_only = pair.verdict == Verdict::kDifferent && pair.identity != Verdict::kDifferent;
        if (!by_name_only) counter.count(pair, thread);
      }
      chosen.clear();
    };
    for (auto record = static_cast<uint32_t>(chunk * kChunk); record < std::min<uint64_t>(n, (chunk + 1) * kChunk);
         ++record) {
      if (base::mix64(record) > chosen_below) continue;
      index.candidates(record, seen[thread], candidates);
      for (const uint32_t other : candidates) chosen.push_back({record, other});
      if (chosen.size() >= kPairsTogether) flush();
    }
    flush();
  });
  return counter.sorted();
}

LearnedModel train(const Records& records, const CandidateIndex& index, const TrainingSpec& spec,
                   TrainingReport& report) {
  std::vector<PatternCount> candidates = count_patterns(records, index, spec);
  report.patterns = static_cast<uint32_t>(candidates.size());
  for (const PatternCount& entry : candidates) report.candidate_pairs += entry.count;
  const double scale = std::max(1.0, static_cast<double>(records.size()) / spec.records_max);
  return Trainer(records, std::move(candidates), scale, spec).run(spec.rounds_max, report);
}

}  // namespace minglu::match
