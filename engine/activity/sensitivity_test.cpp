// Sobol indices against the closed form of the Ishigami function; rank shifts on small tables.
#include "activity/sensitivity.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <random>

namespace minglu::activity {
namespace {

// Ishigami and Homma (1990), a = 7, b = 0.1: first order 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437.
TEST(Sobol, AgreesWithTheClosedFormOfIshigami) {
  const auto ishigami = [](std::span<const double> u) {
    const auto x = [&](size_t i) { return (2 * u[i] - 1) * std::numbers::pi; };
    return std::sin(x(0)) + 7 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
  };
  const SobolIndices indices = sobol_indices(3, 100'000, 3, ishigami);
  EXPECT_NEAR(indices.first[0], 0.3139, 0.02);
  EXPECT_NEAR(indices.first[1], 0.4424, 0.02);
  EXPECT_NEAR(indices.first[2], 0, 0.02);
  EXPECT_NEAR(indices.total[0], 0.5576, 0.02);
  EXPECT_NEAR(indices.total[1], 0.4424, 0.02);
  EXPECT_NEAR(indices.total[2], 0.2437, 0.02);
}

TEST(Sobol, AConstantExplainsNothing) {
  const SobolIndices indices = sobol_indices(2, 10, 1, [](std::span<const double>) { return 1.0; });
  EXPECT_EQ(indices.first, std::vector<double>(2, 0.0));
  EXPECT_EQ(indices.total, std::vector<double>(2, 0.0));
}

SensitivityTable random_table(size_t units) {
  std::mt19937 random(8);
  SensitivityTable table{.normalised = std::vector<std::vector<double>>(3), .weights = {0.6, 0.3, 0.1}};
  for (auto& column : table.normalised) {
    for (size_t unit = 0; unit < units; ++unit)
      column.push_back(unit % 13 == 5 ? kNull : static_cast<double>(random() % 10'000) / 100);
  }
  return table;
}

TEST(Sensitivity, SameSeedSameAnswerAndIntervalsHoldTheirOrder) {
  const SensitivityTable table = random_table(60);
  const auto first = sensitivity(table, {.samples = 64});
  const auto second = sensitivity(table, {.samples = 64});
  ASSERT_TRUE(first.ok() && second.ok());
  ASSERT_EQ(first->inputs.size(), 4U);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(first->inputs[i].total_order, second->inputs[i].total_order);
  for (const RankInterval& interval : first->ranks) {
    EXPECT_LE(interval.low, interval.high);
    EXPECT_GE(interval.low, 1U);
    EXPECT_LE(interval.high, 60U);
  }
  EXPECT_GT(first->mean_shift, 0);
}

TEST(Sensitivity, OneIndicatorIsNeverMovedByItsWeight) {
  SensitivityTable table{.normalised = {{10, 30, 20}}, .weights = {1}};
  const auto found = sensitivity(table, {.samples = 16});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(found->mean_shift, 0);
  EXPECT_EQ(found->ranks[1].rank, 1U);
  EXPECT_EQ(found->ranks[1].high, 1U);
  EXPECT_FALSE(sensitivity({}, {}).ok());
  EXPECT_FALSE(sensitivity(table, {.weight_share = 1}).ok());
}

}  // namespace
}  // namespace minglu::activity
