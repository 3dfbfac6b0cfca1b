// Learns a linkage model from the records themselves, without labels.
//
// Two populations of pairs: one unit (m) and two units (u). u of the top level is exact, from how often equal values
// meet in the whole file; u of the others comes from pairs drawn at random and, where those are too rare to be drawn,
// from the candidates that are not one unit. m and the prior come from expectation-maximisation over the distinct
// patterns of agreement among the candidates (hundreds, not millions), with u anchored to the whole population, so the
// bias of blocking does not reach the weights. Levels end up monotone: more alike never weighs less.
//
// Where records carry identifiers that can be checked, pairs with two of them are labelled for nothing: their patterns
// without the identifier tell how often such a pair is one unit, and pull the expectation of every pair with that
// pattern. A few thousand of them keep the two populations apart where firms of one owner or one building look alike.
//
// Comparisons that agree together by chance (place and postcode) would be counted twice. The strongest dependences form
// a forest (Chow and Liu 1968), and each of its edges carries the bits by which two levels together prove more or less
// than apart. Source: Winkler (1988), Jaro (1989); Enamorado, Fifield and Imai (2019).
//
// Deterministic: pairs are chosen by hash, sums run in fixed order. Cost: candidates of at most `records_max` records,
// `random_pairs` comparisons, and some ms of iterations.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "match/blocking.hpp"
#include "match/scoring.hpp"

namespace minglu::match {

struct TrainingSpec {
  uint32_t records_max = 60'000;
  uint64_t random_pairs = 500'000;
  size_t threads = 2;
  uint32_t rounds_max = 200;
};

/// Candidates with one pattern of agreement, and how rare the terms are that they agree on.
struct PatternCount {
  Pattern pattern = 0;
  uint64_t count = 0;
  uint64_t same = 0;       // of these, known to be one unit (Verdict)
  uint64_t different = 0;  // known to be two
  std::array<std::array<uint64_t, kRarityClasses>, kComparisonsMax> rarity{};
};

struct TrainingReport {
  uint64_t candidate_pairs = 0;
  uint32_t patterns = 0;
  uint32_t rounds = 0;
  double matches_expected = 0;
};

/// Distinct patterns among the candidates of the chosen records, ascending; exposed for charts and tests.
std::vector<PatternCount> count_patterns(const Records& records, const CandidateIndex& index, const TrainingSpec& spec);

LearnedModel train(const Records& records, const CandidateIndex& index, const TrainingSpec& spec,
                   TrainingReport& report);

}  // namespace minglu::match
