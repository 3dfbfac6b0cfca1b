// The rule book's worked values, what every model promises, and the edges.
#include "activity/score.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "activity/activity_test_support.hpp"
#include "base/rng.hpp"
#include "reference/activity/score_twin.hpp"

namespace minglu::activity {

std::string presets_text() {
  std::ifstream file(std::string(MINGLU_SOURCE_DIR) + "/catalog/activity/presets.json");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

namespace {

const Table kFive{{"x", {10, 20, 30, 40, 100}}};

TEST(RuleBook, WorkedVector) {
  EXPECT_NEAR(normalised(R"("minmax")", kFive)[1], 11.111, 0.0005);
  EXPECT_NEAR(normalised(R"("zscore")", kFive)[1], 43.675, 0.0005);
  EXPECT_NEAR(normalised(R"({"method": "zscore", "mean": 0, "spread": 1, "clamp": null})", kFive)[1], -0.632456, 1e-6);
  EXPECT_NEAR(normalised(R"("base_period")", {{"x", {20}}, {"x_base", {16}}})[0], 125, 1e-9);
}

TEST(BasePeriod, DeclaredRulesForBasesOfZeroAndBelow) {
  const Table table{{"x", {5, 0, -50, 100, 900, kNull}}, {"x_base", {0, 0, -100, -100, 100, 5}}};
  expect_near(normalised(R"("base_period")", table), {200, 0, 150, 200, 200, kNull}, 1e-12);
  const Table reverse{{"x", {0, 5, 10, 20}}, {"x_base", {7, 0, 20, 10}}};
  expect_near(normalised(R"("base_period")", reverse, -1), {200, 0, 200, 50}, 1e-12);
  expect_near(normalised(R"("base_period")", table, 1, "oecd"), {kNull, kNull, kNull, kNull, 900, kNull}, 1e-12);
}

TEST(Score, ConstantMissingAndLoneColumnsAreDeclared) {
  expect_near(normalised(R"("minmax")", {{"x", {3, 3, 3}}}), {50, 50, 50}, 0);
  expect_near(normalised(R"("zscore")", {{"x", {0.1, 0.1, 0.1}}}), {50, 50, 50}, 0);
  expect_near(normalised(R"("minmax")", {{"x", {7}}}), {50}, 0);
  const auto none = score_text(R"({"indicators": [{"code": "x"}]})", {{"x", {kNull, kNull}}});
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(is_null(none->score[0]));
  EXPECT_EQ(none->grade_of(0), kNoGrade);
  EXPECT_EQ(none->rank[0], 0U);
  EXPECT_FALSE(none->notes.empty());
}

TEST(Score, ScoreOnACutBelongsToTheUpperGrade) {
  // 0.1 + 0.7 is 0.7999999999999999: the sum of a score of 80 by rounding.
  const auto scores = score_text(
      R"({"normalise": "none", "indicators": [{"code": "a", "weight": 1}, {"code": "b", "weight": 7},
          {"code": "c", "weight": 2}]})",
      {{"a", {100, 100}}, {"b", {100, 100}}, {"c", {0, -0.01}}});
  ASSERT_TRUE(scores.ok());
  EXPECT_EQ(scores->grade_of(0), "A");
  EXPECT_EQ(scores->grade_of(1), "B");
}

TEST(Score, CoverageBelowTheLeastHasNoScore) {
  const char* model =
      R"({"normalise": "none", "indicators": [{"code": "a", "weight": 60}, {"code": "b", "weight": 40}]})";
  const auto scores = score_text(model, {{"a", {50, kNull}}, {"b", {kNull, 50}}});
  ASSERT_TRUE(scores.ok());
  EXPECT_EQ(scores->score[0], 50);
  EXPECT_EQ(scores->grade_of(1), kNoGrade);
  EXPECT_NEAR(scores->coverage[0], 0.6, 1e-12);
}

TEST(Score, TreeOfThreeLevelsRescalesInsideEveryGroup) {
  const char* model = R"({"normalise": "none", "coverage_min": 0,
    "groups": [{"code": "top"}, {"code": "g", "parent": "top", "weight": 3, "aggregate": "geometric"},
               {"code": "h", "parent": "top", "weight": 1}],
    "indicators": [{"code": "a", "parent": "g"}, {"code": "b", "parent": "g"}, {"code": "c", "parent": "h"}]})";
  const auto scores = score_text(model, {{"a", {4, 4}}, {"b", {9, kNull}}, {"c", {2, kNull}}});
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  EXPECT_NEAR(scores->score[0], (3 * 6 + 2) / 4.0, 1e-12);
  EXPECT_NEAR(scores->score[1], 4, 1e-12);
  expect_near(scores->effective_weights, {0.375, 0.375, 0.25}, 1e-12);
}

TEST(Score, WrongModelsAndValuesAreRefusedInBothLanguages) {
  const Table table{{"a", {-1, 2}}, {"b", {1, 2}}};
  for (const char* text :
       {"[]", R"({"indicators": []})", R"({"indicators": [{"column": "a"}]})",
        R"({"indicators": [{"code": "a"}, {"code": "a"}]})", R"({"indicators": [{"code": "a", "parent": "nobody"}]})",
        R"({"indicators": [{"code": "a", "normalise": "magic"}]})",
        R"({"indicators": [{"code": "a", "direction": 3}]})", R"({"indicators": [{"code": "a", "weight": -3}]})",
        R"({"preset": "x", "indicators": [{"code": "a"}]})",
        R"({"indicators": [{"code": "a", "normalise": "base_period"}]})",
        R"({"aggregate": "geometric", "normalise": "none", "indicators": [{"code": "a"}]})",
        R"({"indicators": [{"code": "a", "weight": 1}, {"code": "b"}]})",
        R"({"weights_total": 100, "indicators": [{"code": "a", "weight": 1}, {"code": "b", "weight": 2}]})",
        R"({"groups": [{"code": "g", "parent": "h"}, {"code": "h", "parent": "g"}], "indicators": [{"code": "a"}]})"}) {
    const auto scores = score_text(text, table);
    ASSERT_FALSE(scores.ok()) << text;
    EXPECT_EQ(scores.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_NE(scores.error().message.find(" / "), std::string::npos) << scores.error().message;
  }
}

/// Random columns with gaps.
Table random_table(uint64_t seed, size_t rows) {
  base::Rng rng(seed);
  Table table;
  for (const char* name : {"a", "b", "c"}) {
    for (size_t row = 0; row < rows; ++row) table[name].push_back(rng.chance(0.1) ? kNull : rng.uniform() * 1000);
  }
  return table;
}

const std::string kThree = R"("coverage_min": 0, "indicators": [{"code": "a", "weight": 5},
  {"code": "b", "weight": 3, "direction": -1}, {"code": "c", "weight": 2}]})";
const std::string kModel = R"({"preset": "oecd", )" + kThree;

TEST(Score, AgreesWithTheSlowTwin) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const Table table = random_table(seed, 60);
    const Columns columns{table.at("a"), table.at("b"), table.at("c")};
    const auto fast = score_text(kModel, table);
    ASSERT_TRUE(fast.ok());
    expect_near(fast->score, reference::twin_scores(columns, {.directions = {1, -1, 1}, .weights = {5, 3, 2}}), 1e-12);
    const auto geometric = score_text(
        R"({"normalise": {"method": "minmax", "lower": 1, "upper": 100}, "aggregate": "geometric", )" + kThree, table);
    ASSERT_TRUE(geometric.ok());
    expect_near(geometric->score,
                reference::twin_scores(columns, {.directions = {1, -1, 1}, .weights = {5, 3, 2}, .geometric = true}),
                1e-9);
  }
}

TEST(Score, SameBitsAtAnyNumberOfThreads) {
  const Table table = random_table(7, 3 * kBlockRows + 17);
  for (const char* method : {"minmax", "zscore", "percentile_rank"}) {
    const std::string text = R"({"normalise": ")" + std::string(method) + R"(", )" + kThree;
    const auto one = score_text(text, table, {.threads = 1});
    const auto four = score_text(text, table, {.threads = 4});
    ASSERT_TRUE(one.ok() && four.ok());
    EXPECT_EQ(one->rank, four->rank);
    for (size_t row = 0; row < one->score.size(); ++row) {
      if (is_null(one->score[row])) continue;
      ASSERT_EQ(one->score[row], four->score[row]);
    }
  }
}

TEST(Score, UnitsAndOrderOfRowsDoNotMatter) {
  const Table table = random_table(3, 200);
  for (const char* method : {"minmax", "zscore", "percentile_rank", "rank"}) {
    const std::string text = R"({"normalise": ")" + std::string(method) + R"(", )" + kThree;
    const auto scores = score_text(text, table);
    Table changed = table;
    for (auto& [name, column] : changed) {
      for (double& value : column) value = value * 10 + 7;  // another unit, another zero
      std::reverse(column.begin(), column.end());
    }
    const auto other = score_text(text, changed);
    ASSERT_TRUE(scores.ok() && other.ok());
    std::vector<double> back = other->score;
    std::reverse(back.begin(), back.end());
    expect_near(back, scores->score, 1e-9);
  }
}

TEST(Score, FrozenStatisticsScoreARowAloneAndMonotonically) {
  const auto model = model_of(kModel);
  ASSERT_TRUE(model.ok());
  const Table table = random_table(11, 100);
  const auto whole = score(*model, data_of(*model, table), {});
  ASSERT_TRUE(whole.ok());
  const auto frozen = parse_frozen(*model, frozen_json(*model, whole->frozen));
  ASSERT_TRUE(frozen.ok()) << frozen.error().message;
  const auto alone = [&](double a) {
    const Table row{{"a", {a}}, {"b", {table.at("b")[5]}}, {"c", {table.at("c")[5]}}};
    const auto scores = score(*model, data_of(*model, row), {.frozen = &*frozen});
    EXPECT_TRUE(scores.ok());
    return scores->score[0];
  };
  ASSERT_FALSE(is_null(table.at("a")[5]));
  EXPECT_EQ(alone(table.at("a")[5]), whole->score[5]);
  for (double a = 0; a < 900; a += 100) EXPECT_LE(alone(a), alone(a + 100));
  const auto other = model_of(R"({"preset": "rulebook", )" + kThree);
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(parse_frozen(*other, frozen_json(*model, whole->frozen)).ok());
}

TEST(Score, PeersWithTooFewUnitsUseTheWiderGroup) {
  const auto model = model_of(
      R"({"preset": "oecd", "peers": {"columns": ["industry"], "units_min": 2}, "indicators": [{"code": "x"}]})");
  ASSERT_TRUE(model.ok());
  ActivityData data = data_of(*model, {{"x", {0, 10, 100}}});
  data.peers = {{"C"}, {"F"}};
  data.peer_of_row = {0, 0, 1};
  const auto scores = score(*model, std::move(data), {});
  ASSERT_TRUE(scores.ok());
  expect_near(scores->score, {0, 1, 1}, 1e-12);  // C within C; F alone: within all
}

TEST(Score, CapsHoldWhateverTheScore) {
  const auto model = model_of(
      R"({"normalise": "none", "indicators": [{"code": "x"}], "caps": [
        {"column": "status", "values": ["注销"], "grade_max": "E", "score": 0},
        {"column": "status", "values": ["经营异常"], "grade_max": "C"}]})");
  ASSERT_TRUE(model.ok()) << model.error().message;
  ActivityData data = data_of(*model, {{"x", {95, 95, 30}}});
  data.capped = {{1, 0, 0}, {0, 1, 1}};
  const auto scores = score(*model, std::move(data), {});
  ASSERT_TRUE(scores.ok());
  EXPECT_EQ(scores->grade_of(0), "E");
  EXPECT_EQ(scores->score[0], 0);
  EXPECT_EQ(scores->grade_of(1), "C");
  EXPECT_EQ(scores->grade_of(2), "D");
}

}  // namespace
}  // namespace minglu::activity
