#include "match/evaluate.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"

namespace minglu::match {
namespace {

// Straight from the definitions, over all pairs of records.
Evaluation slow(const std::vector<Labelled>& r) {
  Evaluation out;
  double precision = 0;
  double recall = 0;
  for (size_t i = 0; i < r.size(); ++i) {
    double cluster = 0;
    double truth = 0;
    double both = 0;
    for (size_t j = 0; j < r.size(); ++j) {
      const bool c = r[i].cluster == r[j].cluster;
      const bool t = r[i].truth == r[j].truth;
      cluster += c;
      truth += t;
      both += c && t;
      if (j > i) {
        out.pairs_found += c;
        out.pairs_true += t;
        out.pairs_both += c && t;
      }
    }
    precision += both / cluster;
    recall += both / truth;
  }
  out.bcubed.precision = r.empty() ? 1 : precision / static_cast<double>(r.size());
  out.bcubed.recall = r.empty() ? 1 : recall / static_cast<double>(r.size());
  return out;
}

TEST(Evaluate, AgreesWithTheDefinitions) {
  base::Rng rng(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Labelled> records;
    for (uint64_t i = rng.below(40); i > 0; --i) records.push_back({rng.below(6), rng.below(6)});
    const Evaluation fast = evaluate(records);
    const Evaluation want = slow(records);
    EXPECT_EQ(fast.pairs_found, want.pairs_found);
    EXPECT_EQ(fast.pairs_true, want.pairs_true);
    EXPECT_EQ(fast.pairs_both, want.pairs_both);
    EXPECT_NEAR(fast.bcubed.precision, want.bcubed.precision, 1e-9);
    EXPECT_NEAR(fast.bcubed.recall, want.bcubed.recall, 1e-9);
  }
}

TEST(Evaluate, NothingClaimedIsPreciseAndFindsNothing) {
  const Evaluation e = evaluate({{1, 9}, {2, 9}});
  EXPECT_EQ(e.pairwise.precision, 1.0);
  EXPECT_EQ(e.pairwise.recall, 0.0);
}

}  // namespace
}  // namespace minglu::match
