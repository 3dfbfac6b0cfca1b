#include "match/explain_cluster.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "match/explain_chart.hpp"
#include "match/explain_test_support.hpp"
#include "match/explain_text.hpp"

namespace minglu::match {
namespace {

using testing_support::model_of;
using testing_support::records_of;
using testing_support::Row;
using testing_support::wording_of;

// 0 and 1 agree in all, 2 in the phone only: the weakest edge cuts 2 off. 3 is of the clean source of 0.
const std::vector<Row> kRows{{"a", "clean", "0755-26660001", "梅岭路修车铺"},
                             {"b", "power", "0755-26660001", "梅岭路修车铺"},
                             {"c", "web", "0755-26660001", "听雨路面馆"},
                             {"d", "clean", "0755-26660001", "梅岭路修车铺"},
                             {"e", "web", "0755-20000009", "无关"}};

Grouping grouping_of() {
  Grouping grouping;
  grouping.group = {0, 0, 0, 3, 4};
  grouping.refused = {{.edge = {.a = 1, .b = 3, .weight = 8 * kBit}, .reason = RefusalReason::kAverage}};
  return grouping;
}

TEST(ExplainCluster, TheTreeTakesTheStrongestEdgesAndTheWeakestCutsItInTwo) {
  const LinkModel model = model_of();
  const Records records = records_of(model, kRows);
  const auto e = explain_cluster(records, model, *model.learned, grouping_of(), {}, 2);
  EXPECT_EQ(e.cluster, "a");
  ASSERT_EQ(e.members.size(), 3U);
  EXPECT_EQ(e.pairs, 3U);
  ASSERT_EQ(e.tree.size(), 2U);
  EXPECT_EQ(e.tree[0].a, 0U);
  EXPECT_EQ(e.tree[0].b, 1U);
  EXPECT_EQ(e.tree[1].a, 0U);  // as strong as 1 - 2: the lower member
  EXPECT_EQ(e.tree[1].b, 2U);
  EXPECT_EQ(e.part, std::vector<uint32_t>{2});
  EXPECT_LT(e.tree[1].bits, e.tree[0].bits);
  EXPECT_DOUBLE_EQ(e.lowest.bits, e.tree[1].bits);
  EXPECT_DOUBLE_EQ(e.between_bits, e.tree[1].bits);
}

TEST(ExplainCluster, ARefusedEdgeNamesThePairThatStandsAgainstIt) {
  const LinkModel model = model_of();
  const Records records = records_of(model, kRows);
  const auto e = explain_cluster(records, model, *model.learned, grouping_of(), {}, 0);
  ASSERT_EQ(e.refused.size(), 1U);
  EXPECT_EQ(e.refused[0].other, "d");
  EXPECT_EQ(e.members[e.refused[0].member].id, "b");
  EXPECT_EQ(e.refused[0].reason, RefusalReason::kSameCleanSource);
  EXPECT_EQ(e.refused[0].against_left, "a");
  EXPECT_EQ(e.refused[0].against_right, "d");
  const std::string text = cluster_text(e, wording_of(Language::kChinese));
  EXPECT_NE(text.find("同一来源中每个单位只出现一次（a — d）"), std::string::npos) << text;
  EXPECT_NE(text.find("{a, b} 与 {c}"), std::string::npos) << text;
}

TEST(ExplainPair, TwoRecordsOfACleanSourceAreNeverOneUnit) {
  const LinkModel model = model_of();
  const Records records = records_of(model, kRows);
  PairExplanation e = explain_pair(records, model, *model.learned, 0, 3);
  e.decision = decide(e, false);
  EXPECT_TRUE(e.same_clean_source);
  EXPECT_NE(decision_text(e, wording_of(Language::kChinese)).find("不可能是同一单位"), std::string::npos);
  EXPECT_FALSE(explain_pair(records, model, *model.learned, 0, 1).same_clean_source);
}

TEST(ExplainCluster, OneRecordHasNoEdges) {
  const LinkModel model = model_of();
  const Records records = records_of(model, kRows);
  const auto e = explain_cluster(records, model, *model.learned, grouping_of(), {}, 4);
  EXPECT_TRUE(e.tree.empty());
  EXPECT_TRUE(e.part.empty());
  EXPECT_EQ(e.pairs, 0U);
  const auto json = nlohmann::json::parse(cluster_json(e));
  EXPECT_TRUE(json["weakest"].is_null());
  EXPECT_NE(cluster_chart(e, wording_of(Language::kChinese)).find("只有一条记录"), std::string::npos);
}

TEST(ExplainCluster, AcrossSidesOnlyPairsOfTwoSidesCount) {
  const LinkModel model = model_of();
  const Records records = records_of(model, {kRows[0], kRows[1]}, {kRows[2]});
  Grouping grouping;
  grouping.group = {0, 0, 0};
  const auto e = explain_cluster(records, model, *model.learned, grouping, {}, 0);
  EXPECT_EQ(e.pairs, 2U);
  EXPECT_EQ(e.tree.size(), 2U);
}

TEST(ExplainCluster, AboveTheLimitOnlyKnownEdgesAreUsed) {
  const LinkModel model = model_of();
  std::vector<Row> rows;
  for (size_t i = 0; i <= kClusterPairsMax; ++i) rows.push_back({std::to_string(i), "x", "0755-26660001", "n"});
  const Records records = records_of(model, rows);
  Grouping grouping;
  grouping.group.assign(rows.size(), 0);
  std::vector<Edge> edges;
  for (uint32_t i = 1; i < rows.size(); ++i) edges.push_back({.a = i - 1, .b = i, .weight = kBit});
  const auto e = explain_cluster(records, model, *model.learned, grouping, edges, 7);
  EXPECT_FALSE(e.all_pairs_scored);
  EXPECT_EQ(e.tree.size(), rows.size() - 1);
  EXPECT_FALSE(cluster_chart(e, wording_of(Language::kEnglish)).empty());
}

TEST(ClusterJson, NamesMembersTreeAndRefusals) {
  const LinkModel model = model_of();
  const Records records = records_of(model, kRows);
  const auto json =
      nlohmann::json::parse(cluster_json(explain_cluster(records, model, *model.learned, grouping_of(), {}, 0)));
  EXPECT_EQ(json["members"][0]["id"], "a");
  EXPECT_EQ(json["weakest"]["right"], "c");
  EXPECT_EQ(json["part"], nlohmann::json::array({"c"}));
  EXPECT_EQ(json["refused"][0]["reason"], "same_clean_source");
  EXPECT_EQ(json["refused"][0]["against"], nlohmann::json::array({"a", "d"}));
}

TEST(RefusalName, EveryReasonHasOne) {
  for (const RefusalReason reason : {RefusalReason::kSameCleanSource, RefusalReason::kForbidden,
                                     RefusalReason::kAmbiguous, RefusalReason::kAverage}) {
    EXPECT_FALSE(refusal_name(reason).empty());
    RefusedNeighbour refused;
    refused.reason = reason;
    EXPECT_FALSE(refusal_text(refused, wording_of(Language::kChinese)).empty());
  }
}

}  // namespace
}  // namespace minglu::match
