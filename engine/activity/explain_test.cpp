// Contributions against cases worked by hand, and their sums on random tables.
#include "activity/explain.hpp"

#include <random>

#include "activity/activity_test_support.hpp"

namespace minglu::activity {
namespace {

std::vector<double> points_of(const std::string& text, const Table& table, size_t row, double* score_out = nullptr) {
  const auto model = model_of(text);
  EXPECT_TRUE(model.ok()) << model.error().message;
  const auto scores = score(*model, data_of(*model, table), {});
  EXPECT_TRUE(scores.ok()) << scores.error().message;
  if (score_out != nullptr) *score_out = scores->groups.back()[row];
  return contributions(*model, scores->frozen, *scores, row);
}

double sum_of(const std::vector<double>& points) {
  double sum = 0;
  for (const double point : points) sum += is_null(point) ? 0 : point;
  return sum;
}

TEST(Contributions, WeightsThreeAndOneGiveSixtyAndTenPoints) {
  const std::string text =
      R"({"normalise": "none", "indicators": [{"code": "a", "weight": 3}, {"code": "b", "weight": 1}]})";
  expect_near(points_of(text, {{"a", {80}}, {"b", {40}}}, 0), {60, 10}, 1e-12);
  expect_near(points_of(text, {{"a", {kNull}}, {"b", {40}}}, 0), {kNull, 40}, 1e-12);
}

TEST(Contributions, AddUpToTheScoreThroughAnyTree) {
  const std::string text = R"({"preset": "oecd", "normalise": {"method": "minmax", "lower": 1, "upper": 100},
    "indicators": [{"code": "a", "parent": "g", "weight": 2}, {"code": "b", "parent": "g", "weight": 1},
                   {"code": "c", "weight": 1, "parent": "top"}],
    "groups": [{"code": "top"}, {"code": "g", "parent": "top", "weight": 3, "aggregate": "geometric"}]})";
  std::mt19937 random(4);
  Table table;
  for (const char* name : {"a", "b", "c"}) {
    for (int i = 0; i < 50; ++i) table[name].push_back(i % 11 == 3 ? kNull : static_cast<double>(random() % 1000));
  }
  for (size_t row = 0; row < 50; ++row) {
    double score = 0;
    const std::vector<double> points = points_of(text, table, row, &score);
    if (is_null(score)) continue;
    EXPECT_NEAR(sum_of(points), score, 1e-9) << row;
  }
}

TEST(Contributions, ComparisonsOfUnitsHaveNoPoints) {
  const auto points = points_of(R"({"aggregate": "borda", "indicators": [{"code": "a"}, {"code": "b"}]})",
                                {{"a", {1, 2}}, {"b", {2, 1}}}, 0);
  expect_near(points, {kNull, kNull}, 0);
}

TEST(Factors, MultiplyTheTreatedValueByWordAndByGroupMean) {
  const std::string text = R"({"normalise": "none", "peers": {"columns": [], "units_min": 2}, "indicators":
    [{"code": "x"}, {"code": "state"}], "factors": [{"column": "status", "values": {"closed": 0.5}},
     {"column": "branch", "method": "group_means", "except": ["state"]}]})";
  const auto model = model_of(text);
  ASSERT_TRUE(model.ok()) << model.error().message;
  ActivityData data = data_of(*model, {{"x", {10, 30, 5, 15}}, {"state", {1, 1, 1, 1}}});
  data.factors = {{{"open", "closed"}, {0, 1, 0, 0}}, {{"C", "F"}, {0, 0, 1, 1}}};
  const auto scores = score(*model, data, {});
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  // mean 15; C: 20, factor 0.75; F: 10, factor 1.5
  expect_near(scores->normalised[0], {7.5, 11.25, 7.5, 22.5}, 1e-12);
  expect_near(scores->normalised[1], {1, 0.5, 1, 1}, 1e-12);
  const auto frozen = parse_frozen(*model, frozen_json(*model, scores->frozen));
  ASSERT_TRUE(frozen.ok()) << frozen.error().message;
  const auto again = score(*model, data, {.frozen = &*frozen});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->score, scores->score);
  EXPECT_FALSE(model_of(R"({"indicators": [{"code": "x"}], "factors": [{"column": "s", "values": {"a": 0}}]})").ok());
}

TEST(Minmax, PercentilesTakeThePlaceOfTheEnds) {
  Table table;
  for (int i = 0; i <= 100; ++i) table["x"].push_back(i);
  const auto scores = score_text(
      R"({"indicators": [{"code": "x", "normalise": {"method": "minmax", "percentiles": [10, 90]}}]})", table);
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  EXPECT_EQ(scores->normalised[0][10], 0);
  EXPECT_EQ(scores->normalised[0][50], 50);
  EXPECT_EQ(scores->normalised[0][95], 100);
}

TEST(DistanceToReference, TheReferenceIsAUnitOfTheData) {
  const auto model = model_of(R"({"preset": "oecd", "indicators": [{"code": "x", "normalise":
    {"method": "distance_to_reference", "reference": {"unit": "b"}}}]})");
  ASSERT_TRUE(model.ok()) << model.error().message;
  ActivityData data = data_of(*model, {{"x", {5, 10, 20}}});
  data.ids = {"a", "b", "c"};
  const auto scores = score(*model, data, {});
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  expect_near(scores->normalised[0], {0.5, 1, 2}, 1e-12);
}

TEST(Goalposts, AreStatedInUntreatedUnits) {
  const std::string method = R"({"preset": "oecd", "indicators": [{"code": "x", "treat": ["log"], "normalise":
    {"method": "goalposts", "min": 1, "max": 100}}]})";
  const auto scores = score_text(method, {{"x", {1, 10, 100, 1000}}});
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  expect_near(scores->normalised[0], {0, 0.5, 1, 1}, 1e-12);
  const auto refused = score_text(R"({"indicators": [{"code": "x", "treat": ["log"], "normalise":
    {"method": "goalposts", "min": 0, "max": 100}}]})",
                                  {{"x", {1, 2}}});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("no logarithm"), std::string::npos);
}

}  // namespace
}  // namespace minglu::activity
