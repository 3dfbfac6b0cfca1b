#include "match/scoring.hpp"

#include <algorithm>
#include <cmath>

namespace minglu::match {

int32_t to_weight(double bits) { return static_cast<int32_t>(std::llround(bits * kBit)); }

namespace {

bool better(const Outcome& a, const Outcome& b) { return a.level > b.level; }

/// The best outcome over the alternatives of both records.
Outcome best_of_alternatives(const Comparison& comparison, std::span<const uint32_t> lefts,
                             std::span<const uint32_t> rights, CompareScratch& scratch, bool& missing) {
  Outcome best;
  missing = true;
  bool different = true;
  for (const uint32_t left : lefts) {
    for (const uint32_t right : rights) {
      if (left == 0 || right == 0) continue;
      Outcome outcome;
      comparison.compare(left, std::span(&right, 1), std::span(&outcome, 1), scratch);
      if (missing || better(outcome, best)) best = outcome;
      different = different && outcome.verdict == Verdict::kDifferent;
      missing = false;
    }
  }
  if (!missing && different) best.verdict = Verdict::kDifferent;
  if (best.verdict == Verdict::kDifferent && !different) best.verdict = Verdict::kNone;
  return best;
}

void record_outcome(const Records& records, PairLikeness& pair, size_t at, const Outcome& outcome) {
  pair.pattern |= static_cast<Pattern>(outcome.level + 1) << (4 * at);
  pair.verdict = std::max(pair.verdict, outcome.verdict);
  if (records.comparison(at).gives_identity()) pair.identity = std::max(pair.identity, outcome.verdict);
  pair.terms[at] = outcome.term;
  if (outcome.term != kNoTerm) pair.counts[at] = records.term_count(at, outcome.term);
  if (outcome.other == kNoTerm) return;
  const uint32_t other = records.term_count(at, outcome.other);
  if (other <= records.term_count(at, outcome.term)) return;
  pair.terms[at] = outcome.other;
  pair.counts[at] = other;
}

void compare_alternatives(const Records& records, std::span<const RecordPair> pairs, size_t at, PairScratch& scratch,
                          std::vector<PairLikeness>& out) {
  for (size_t i = 0; i < pairs.size(); ++i) {
    bool missing = true;
    const Outcome outcome = best_of_alternatives(records.comparison(at), records.values(pairs[i].left, at),
                                                 records.values(pairs[i].right, at), scratch.comparisons[at], missing);
    if (!missing) record_outcome(records, out[i], at, outcome);
  }
}

void compare_values(const Records& records, std::span<const RecordPair> pairs, size_t at, PairScratch& scratch,
                    std::vector<PairLikeness>& out) {
  constexpr size_t kAhead = 16;
  scratch.values.clear();
  scratch.positions.clear();
  for (size_t i = 0; i < pairs.size(); ++i) {
    const ValuePair values{records.values(pairs[i].left, at)[0], records.values(pairs[i].right, at)[0]};
    if (values.left == 0 || values.right == 0) continue;
    scratch.values.push_back(values);
    scratch.positions.push_back(static_cast<uint32_t>(i));
  }
  scratch.outcomes.resize(scratch.values.size());
  records.comparison(at).compare(scratch.values, scratch.outcomes, scratch.comparisons[at]);
  for (size_t i = 0; i < scratch.values.size(); ++i) {
    if (i + kAhead < scratch.values.size()) {
      const Outcome& ahead = scratch.outcomes[i + kAhead];
      if (ahead.term != kNoTerm) records.prefetch_term(at, ahead.term);
      if (ahead.other != kNoTerm) records.prefetch_term(at, ahead.other);
    }
    record_outcome(records, out[scratch.positions[i]], at, scratch.outcomes[i]);
  }
}

}  // namespace

void compare_pairs(const Records& records, std::span<const RecordPair> pairs, PairScratch& scratch,
                   std::vector<PairLikeness>& out) {
  constexpr size_t kAhead = 16;
  out.resize(pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (i + kAhead < pairs.size()) {
      records.prefetch(pairs[i + kAhead].left);
      records.prefetch(pairs[i + kAhead].right);
    }
    out[i].clear(records.comparison_count());
  }
  scratch.comparisons.resize(records.comparison_count());
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    if (records.width(at) > 1) {
      compare_alternatives(records, pairs, at, scratch, out);
    } else {
      compare_values(records, pairs, at, scratch, out);
    }
  }
}

void compare_records(const Records& records, uint32_t left, std::span<const uint32_t> rights, PairScratch& scratch,
                     std::vector<PairLikeness>& out) {
  scratch.pairs.clear();
  for (const uint32_t right : rights) scratch.pairs.push_back({left, right});
  compare_pairs(records, scratch.pairs, scratch, out);
}

/// Bits of the counts that occur; also of a term that no record had when they were counted, which is one record's.
void Weights::take_counts(const Records& records, size_t at) {
  constexpr int32_t kUnset = INT32_MIN;
  const auto counts = records.term_counts(at);
  const double present = static_cast<double>(std::max<uint64_t>(records.present(at), 1));
  const uint32_t most = counts.empty() ? 1 : std::max(1U, *std::max_element(counts.begin(), counts.end()));
  std::vector<int32_t>& bits = tables_[at].count_bits;
  bits.assign(size_t{most} + 1, kUnset);
  const auto take = [&](uint32_t count) {
    if (bits[count] != kUnset) return;
    bits[count] = to_weight(-std::log2(std::min(1.0, std::max(count, 1U) / present)));
  };
  take(0);
  take(1);
  for (const uint32_t count : counts) take(count);
}

Weights::Weights(const LearnedModel& learned, const Records& records) : tables_(records.comparison_count()) {
  prior_ = to_weight(std::log2(learned.prior / (1 - learned.prior)));
  for (size_t at = 0; at < tables_.size(); ++at) {
    Table& table = tables_[at];
    const LearnedLevels& p = learned.comparisons[at];
    const auto levels = records.comparison(at).levels();
    for (size_t level = 0; level < levels.size(); ++level) {
      const double w = levels[level].term_weight;
      table.plain[level + 1] = to_weight(std::log2(p.m[level] / p.u[level]));
      table.with_term[level + 1] = to_weight(std::log2(p.m[level]) - (1 - w) * std::log2(p.u[level]));
      table.share[level + 1] = static_cast<int32_t>(w * 256);
      for (size_t c = 0; c < kRarityClasses; ++c) table.rarity[level + 1][c] = to_weight(p.rarity[level][c]);
    }
    take_counts(records, at);
  }
  for (const Dependence& dependence : learned.dependences) {
    Joint joint{.first = dependence.first, .second = dependence.second, .bits = {}};
    for (size_t i = 0; i < dependence.bits.size(); ++i) {
      for (size_t j = 0; j < dependence.bits[i].size(); ++j)
        joint.bits[i + 1][j + 1] = to_weight(dependence.bits[i][j]);
    }
    joints_.push_back(joint);
  }
}

int32_t Weights::of_dependences(Pattern pattern) const {
  int32_t sum = 0;
  for (const Joint& joint : joints_)
    sum += joint.bits[level_code(pattern, joint.first)][level_code(pattern, joint.second)];
  return sum;
}

int32_t Weights::of_comparison(const PairLikeness& pair, size_t at) const {
  const uint32_t code = level_code(pair.pattern, at);
  const Table& table = tables_[at];
  const uint32_t term = pair.terms[at];
  if (code == 0 || term == kNoTerm || table.share[code] == 0) return table.plain[code];
  const uint32_t count = pair.counts[at];
  const int64_t term_bits = (int64_t{table.count_bits[count]} * table.share[code]) >> 8;
  const size_t rarity = rarity_class(count);
  const int32_t weight = table.with_term[code] + static_cast<int32_t>(term_bits) + table.rarity[code][rarity];
  // A term that only these two carry proves no less than the level does on average, however few records there are.
  return rarity == 0 ? std::max(weight, table.plain[code]) : weight;
}

int32_t Weights::weigh(const PairLikeness& pair) const {
  if (pair.verdict == Verdict::kDifferent) return kForbidden;
  int32_t sum = prior_ + of_dependences(pair.pattern);
  for (size_t at = 0; at < tables_.size(); ++at) sum += of_comparison(pair, at);
  return sum;
}

}  // namespace minglu::match
