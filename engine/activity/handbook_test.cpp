// The figures that the Handbook prints, to the precision it prints.
#include <nlohmann/json.hpp>

#include "activity/activity_test_support.hpp"
#include "activity/handbook_tables.hpp"

namespace minglu::activity {
namespace {

Table technology() { return {handbook::kTechnology.begin(), handbook::kTechnology.end()}; }

/// A flat model of the eight indicators; `normalise` by place, weights when given.
std::string model_text(const Json& head, const std::vector<Json>& normalise, const std::vector<double>& weights = {}) {
  Json model = head;
  model["preset"] = "oecd";
  for (size_t at = 0; at < handbook::kIndicators.size(); ++at) {
    Json indicator = {{"code", handbook::kIndicators[at]}, {"normalise", normalise[at % normalise.size()]}};
    if (!weights.empty()) indicator["weight"] = weights[at];
    model["indicators"].push_back(std::move(indicator));
  }
  return model.dump();
}

std::vector<Json> goalposts() {
  std::vector<Json> methods;
  for (const auto& [min, max] : handbook::kGoalposts) {
    methods.push_back({{"method", "goalposts"}, {"min", min}, {"max", max}});
  }
  return methods;
}

std::vector<double> weights_by(const Json& method, Json* details = nullptr) {
  const auto scores = score_text(model_text({{"weights", method}}, {"minmax"}), technology());
  EXPECT_TRUE(scores.ok()) << scores.error().message;
  if (!scores.ok()) return {};
  if (details != nullptr) *details = scores->frozen.details.front();
  return scores->frozen.weights.front();
}

TEST(Handbook, Table15NormalisesOneIndicatorTenWays) {
  const std::map<std::string, std::string> methods{
      {"rank", R"("rank")"},
      {"z", R"("zscore")"},
      {"minmax", R"("minmax")"},
      {"ratio_mean", R"("distance_to_reference")"},
      {"ratio_best", R"("distance_to_max")"},
      {"ratio_worst", R"({"method": "distance_to_reference", "reference": "min"})"},
      {"diff_mean", R"({"method": "distance_to_reference", "form": "difference"})"},
      {"diff_worst", R"({"method": "distance_to_reference", "reference": "min", "form": "difference"})"},
      {"above_below_p20", R"("above_below")"},
      {"percentile", R"("percentile_rank")"}};
  ASSERT_EQ(methods.size(), handbook::kTable15.size());
  for (const auto& [name, method] : methods) {
    SCOPED_TRACE(name);
    const double rounding = name == "percentile" ? 0.05 : 0.005;
    expect_near(normalised(method, {{"x", handbook::kTechnology.at("SCHOOLING")}}, 1, "oecd"),
                handbook::kTable15.at(name), rounding + 1e-9);
  }
}

TEST(Handbook, Table23RanksByEqualAndBudgetWeights) {
  const auto equal = score_text(model_text(Json::object(), goalposts()), technology());
  ASSERT_TRUE(equal.ok()) << equal.error().message;
  EXPECT_EQ(equal->rank, handbook::kEqualRanks);
  EXPECT_NEAR(equal->score.front(), 0.744903340494, 1e-9);
  const auto budget = score_text(model_text(Json::object(), goalposts(), handbook::kBudgetWeights), technology());
  ASSERT_TRUE(budget.ok()) << budget.error().message;
  EXPECT_EQ(budget->rank, handbook::kBudgetRanks);
}

TEST(Handbook, Table38RanksByGeometricMean) {
  const auto scores = score_text(model_text({{"aggregate", "geometric"}}, {"none"}), technology());
  ASSERT_TRUE(scores.ok()) << scores.error().message;
  EXPECT_EQ(scores->rank, handbook::kGeometricRanks);
  EXPECT_NEAR(scores->score.front(), 30.9176574977, 1e-9);
}

TEST(Handbook, Table20WeighsByPairedComparisons) {
  const Json matrix = Json::parse(R"([[1, 2, 3, 2, 5, 5, 1, 3], ["1/2", 1, 2, "1/2", 4, 4, "1/2", 3],
    ["1/3", "1/2", 1, "1/4", 2, 2, "1/5", "1/2"], ["1/2", 2, 4, 1, 4, 4, "1/2", 3],
    ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"], ["1/5", "1/4", "1/2", "1/4", 1, 1, "1/5", "1/2"],
    [1, 2, 5, 2, 5, 5, 1, 4], ["1/3", "1/3", 2, "1/3", 2, 2, "1/4", 1]])");
  Json details;
  const auto weights = weights_by({{"method", "ahp"}, {"matrix", matrix}}, &details);
  expect_near(weights,
              {0.229063307693, 0.134571004052, 0.0593617280963, 0.176144945359, 0.0385422987935, 0.0385422987935,
               0.252234811977, 0.0715396052363},
              1e-9);
  EXPECT_NEAR(details["lambda_max"].get<double>(), 8.21107939709, 1e-8);
  EXPECT_NEAR(details["consistency_ratio"].get<double>(), 0.0213859571521, 1e-9);
}

TEST(Handbook, ObjectiveWeightsAgreeWithIndependentValues) {
  expect_near(weights_by("entropy"),
              {0.256533680487, 0.223167407465, 0.127293661636, 0.0590667204951, 0.0498898782052, 0.0662397066845,
               0.102678788514, 0.115130156513},
              1e-9);
  expect_near(weights_by("critic"),
              {0.119948828437, 0.142146900067, 0.122474557421, 0.159202816973, 0.0898171294561, 0.0908397486077,
               0.139376931928, 0.136193087111},
              1e-9);
  expect_near(weights_by("cv"),
              {0.328824404021, 0.247015008141, 0.188480164563, 0.0795910772568, 0.0082122214885, 0.0141880044519,
               0.0410980365839, 0.0925910834944},
              1e-9);
  Json details;
  const auto factor = weights_by("pca", &details);
  expect_near(factor, handbook::kFactorWeights, 0.0052);  // table 18 prints two digits; the data are rounded too
  EXPECT_EQ(details["factors"].get<int>(), 4);
  EXPECT_NEAR(details["eigenvalues"][0].get<double>(), 3.35436120729, 1e-9);
}

}  // namespace
}  // namespace minglu::activity
