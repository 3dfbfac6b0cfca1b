// How well a clustering agrees with the truth: pairwise and B-cubed precision, recall and F1.
//
// pairwise: over pairs of records; precision = pairs together in both / pairs together in the clustering.
// B-cubed: per record, the share of its cluster that belongs with it (precision) and of its true cluster that was found
// (recall), averaged over records. Source: Bagga and Baldwin (1998). Pure. Cost O(n log n), exact 64-bit counts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace minglu::match {

struct Labelled {
  uint64_t cluster = 0;  // as found
  uint64_t truth = 0;
};

struct Agreement {
  double precision = 1;  // 1 when nothing was claimed
  double recall = 1;     // 1 when there was nothing to find
  double f1 = 1;
};

struct Evaluation {
  Agreement pairwise;
  Agreement bcubed;
  uint64_t records = 0;
  uint64_t pairs_found = 0;
  uint64_t pairs_true = 0;
  uint64_t pairs_both = 0;
};

Evaluation evaluate(std::vector<Labelled> records);

}  // namespace minglu::match
