// What a pair of records proves: levels of likeness of every comparison, and their weight in bits as a whole number.
//
//   weight = prior + sum over comparisons of  log2(m / u)            for a level without a term
//                                             log2(m) - (1-w) log2(u) - w log2(p)   for a level that agreed on a term
//
// where p is the share of records that carry the term and w the level's term weight, plus a correction by the term's
// rarity and, for comparisons that depend on each other, by their levels together; a term that at most two records
// carry weighs no less than the level alone. Missing on either side adds nothing. Weights are integers (1/65536 bit),
// so sums do not depend on order and equal bytes come out at any thread count. Source: Fellegi and Sunter (1969);
// Winkler (1989) for term frequencies. Thread-safety: immutable; a PairScratch belongs to one thread. Cost: see
// Comparison::compare, plus 2 ns a comparison.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "match/link_model.hpp"
#include "match/records.hpp"

namespace minglu::match {

constexpr int32_t kBit = 65536;                // weight of one bit
constexpr int32_t kForbidden = -1'000 * kBit;  // the pair can never be one unit

/// Levels of one pair: four bits a comparison, 0 = missing, level + 1 otherwise.
using Pattern = uint64_t;
constexpr uint32_t level_code(Pattern pattern, size_t comparison) { return (pattern >> (4 * comparison)) & 0xF; }

struct RecordPair {
  uint32_t left = 0;
  uint32_t right = 0;
};

struct PairScratch {
  std::vector<RecordPair> pairs;
  std::vector<CompareScratch> comparisons;
  std::vector<ValuePair> values;
  std::vector<uint32_t> positions;
  std::vector<Outcome> outcomes;
};

/// One pair of a left record with one of its candidates.
struct PairLikeness {
  Pattern pattern = 0;
  Verdict verdict = Verdict::kNone;                // kDifferent wins over kSame
  Verdict identity = Verdict::kNone;               // the same, of comparisons that give identity only
  std::array<uint32_t, kComparisonsMax> terms{};   // of the commoner side where the two are alike
  std::array<uint32_t, kComparisonsMax> counts{};  // records that carry the term
  /// Of the first comparisons, which are all that are looked at.
  void clear(size_t comparisons) {
    pattern = 0;
    verdict = identity = Verdict::kNone;
    for (size_t at = 0; at < comparisons; ++at) terms[at] = counts[at] = 0;
  }
};

/// Fills `out[i]` for each pair. A thousand pairs in one call are several times as fast as one at a time: records and
/// values that come are fetched while others are compared.
void compare_pairs(const Records& records, std::span<const RecordPair> pairs, PairScratch& scratch,
                   std::vector<PairLikeness>& out);
/// Fills `out[i]` for left against rights[i].
void compare_records(const Records& records, uint32_t left, std::span<const uint32_t> rights, PairScratch& scratch,
                     std::vector<PairLikeness>& out);

class Weights {
 public:
  Weights(const LearnedModel& learned, const Records& records);
  [[nodiscard]] int32_t weigh(const PairLikeness& pair) const;
  /// Contribution of one comparison; 0 when missing.
  [[nodiscard]] int32_t of_comparison(const PairLikeness& pair, size_t at) const;
  /// Correction for what two comparisons prove together, summed over the dependences.
  [[nodiscard]] int32_t of_dependences(Pattern pattern) const;
  [[nodiscard]] int32_t prior() const noexcept { return prior_; }

 private:
  struct Table {
    std::array<int32_t, kLevelsMax + 2> plain{};  // by level code
    std::array<int32_t, kLevelsMax + 2> with_term{};
    std::array<int32_t, kLevelsMax + 2> share{};  // term weight, 1/256
    std::array<std::array<int32_t, kRarityClasses>, kLevelsMax + 2> rarity{};
    std::vector<int32_t> count_bits;  // -log2(p) by records that carry the term, of counts that occur
  };
  void take_counts(const Records& records, size_t at);
  struct Joint {
    uint8_t first = 0;
    uint8_t second = 0;
    std::array<std::array<int32_t, 16>, 16> bits{};  // by level codes
  };
  std::vector<Table> tables_;
  std::vector<Joint> joints_;
  int32_t prior_ = 0;
};

int32_t to_weight(double bits);
/// Probability of one unit, of log-odds in bits.
inline double probability_of(double bits) { return 1 / (1 + std::exp2(-bits)); }
inline double to_bits(int32_t weight) { return static_cast<double>(weight) / kBit; }

}  // namespace minglu::match
