// Moves, drift and back-tests on small cases worked by hand.
#include "activity/compare.hpp"

#include <gtest/gtest.h>

namespace minglu::activity {
namespace {

TEST(GradeMoves, AreCountedFromEachGradeToEach) {
  const std::vector<uint8_t> before{0, 0, 1, 2, kAbsent, 1};
  const std::vector<uint8_t> after{0, 1, 0, kAbsent, 1, 2};
  const GradeMoves moves = grade_moves(before, after, 3);  // A, B, U
  EXPECT_EQ(moves.counts, (std::vector<std::vector<uint64_t>>{{1, 1, 0, 0}, {1, 0, 1, 0}, {0, 0, 0, 1}, {0, 1, 0, 0}}));
  EXPECT_EQ(moves.up, 1U);
  EXPECT_EQ(moves.down, 1U);
  EXPECT_EQ(moves.same, 1U);
}

TEST(StabilityIndex, IsZeroForEqualSharesAndGrowsWithTheShift) {
  EXPECT_NEAR(stability_index(std::vector<uint64_t>{50, 50}, std::vector<uint64_t>{60, 40}), 0.040547, 1e-6);
  EXPECT_NEAR(stability_index(std::vector<uint64_t>{5, 10}, std::vector<uint64_t>{50, 100}), 0, 1e-15);
  EXPECT_EQ(stability_index(std::vector<uint64_t>{0, 0}, std::vector<uint64_t>{1, 2}), 0);
  EXPECT_GT(stability_index(std::vector<uint64_t>{100, 0}, std::vector<uint64_t>{0, 100}), 5);
}

TEST(ScoreClasses, TheEndsTakeWhatLiesOutside) {
  EXPECT_EQ(score_classes(std::vector<double>{-1, 0, 9.99, 10, 100, 250, kNull}),
            (std::vector<uint64_t>{3, 1, 0, 0, 0, 0, 0, 0, 0, 2}));
}

TEST(BackTest, LowerScoresThatDieFirstAreSeparated) {
  const std::vector<double> scores{90, 70, 30, 10, kNull};
  const std::vector<uint8_t> grades{0, 1, 2, 2, 3};
  const BackTest perfect = back_test(scores, grades, 4, std::vector<uint8_t>{0, 0, 1, 1, 1});
  EXPECT_EQ(perfect.lower_first, 1);
  EXPECT_EQ(perfect.units, (std::vector<uint64_t>{1, 1, 2, 1}));
  EXPECT_EQ(perfect.events, (std::vector<uint64_t>{0, 0, 2, 1}));
  EXPECT_EQ(back_test(scores, grades, 4, std::vector<uint8_t>{1, 1, 0, 0, 0}).lower_first, 0);
  EXPECT_EQ(back_test(std::vector<double>{5, 5}, std::vector<uint8_t>{0, 0}, 1, std::vector<uint8_t>{1, 0}).lower_first,
            0.5);
  EXPECT_TRUE(is_null(back_test(scores, grades, 4, std::vector<uint8_t>(5, 0)).lower_first));
}

}  // namespace
}  // namespace minglu::activity
