// Which records say too little to be linked at all: weighed against an identical copy of itself, such a record stays
// below the threshold, so no other record can ever be linked to it by evidence. Their share is a floor of the missed
// links that no threshold repairs; more columns or fuller ones do. Source: the unlinkables chart of Splink (Ministry of
// Justice, UK), on bits instead of probabilities.
//
//   Unlinkable report = find_unlinkable(records, weights, {.link_bits = 0, .review_bits = -6, .threads = 2});
//
// Deterministic at any number of threads. Thread-safety: pure. Cost: one comparison a record.
#pragma once

#include <cstdint>
#include <vector>

#include "match/scoring.hpp"

namespace minglu::match {

struct UnlinkableSpec {
  double link_bits = 0;
  double review_bits = 0;
  size_t threads = 2;
};

struct UnlinkablePoint {
  double bits = 0;   // threshold
  double share = 0;  // records that weigh less, 0 to 1
};

struct Unlinkable {
  uint64_t records = 0;
  uint64_t below_link = 0;
  uint64_t below_review = 0;
  std::vector<UnlinkablePoint> curve;  // ascending thresholds in whole bits, from share 0 to 1; empty without records
};

Unlinkable find_unlinkable(const Records& records, const Weights& weights, const UnlinkableSpec& spec);

}  // namespace minglu::match
