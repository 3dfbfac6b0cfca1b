#include "match/explain.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "match/explain_chart.hpp"
#include "match/explain_test_support.hpp"
#include "match/explain_text.hpp"

namespace minglu::match {
namespace {

using testing_support::model_of;
using testing_support::records_of;
using testing_support::wording_of;

TEST(ExplainPair, StepsRunFromThePriorToTheWeightThatDecides) {
  LinkModel model = model_of();
  model.learned->prior = 0.5;
  const Records records = records_of(model, {{"a", "x", "0755-26660001", "梅岭路口的修车铺"},
                                             {"b", "x", "0755-26660001", "梅岭路口的修车铺"},
                                             {"c", "x", "0755-29998888", "别处"}});
  const PairExplanation e = explain_pair(records, model, *model.learned, 0, 1);
  double sum = e.prior_bits;
  for (const WaterfallStep& step : e.steps) {
    sum += step.bits;
    EXPECT_DOUBLE_EQ(step.running_bits, sum);
  }
  const Weights weights(*model.learned, records);
  PairScratch scratch;
  std::vector<PairLikeness> out;
  const uint32_t earlier = 0;
  compare_records(records, 1, std::span(&earlier, 1), scratch, out);
  EXPECT_DOUBLE_EQ(e.bits, to_bits(weights.weigh(out[0])));
  EXPECT_EQ(e.steps[0].level, "equal");
  EXPECT_EQ(e.steps[0].records_with_term, 2U);
  EXPECT_GT(e.steps[0].shared_keys, 0U);
  EXPECT_TRUE(e.would_link.empty());
  EXPECT_EQ(decide(e, true), Decision::kLink);
  EXPECT_EQ(decide(e, false), Decision::kRefused);
}

TEST(ExplainPair, TheOrderOfTheTwoRecordsDoesNotMatter) {
  const LinkModel model = model_of();
  const Records records = records_of(model, {{"a", "x", "0755-26660001", "梅岭路口的修车铺"},
                                             {"b", "x", "0755-26660002", "梅岭路口的修车店"},
                                             {"c", "x", "0755-26660002", "梅岭路口的修车店"}});
  const PairExplanation one = explain_pair(records, model, *model.learned, 0, 1);
  const PairExplanation other = explain_pair(records, model, *model.learned, 1, 0);
  EXPECT_EQ(one.bits, other.bits);
  EXPECT_EQ(one.steps[0].left, other.steps[0].right);
}

TEST(ExplainPair, WhatIsMissingCountsNothingAndMayBeWhatWouldLink) {
  const LinkModel model = model_of();
  const Records records =
      records_of(model, {{"a", "x", "", "梅岭路口的修车铺"}, {"b", "x", "0755-26660001", "听雨路的面馆"}});
  const PairExplanation e = explain_pair(records, model, *model.learned, 0, 1);
  EXPECT_EQ(e.steps[0].level, "");
  EXPECT_EQ(e.steps[0].bits, 0);
  EXPECT_LT(e.bits, 0);
  for (const Counterfactual& c : e.would_link) {
    EXPECT_GE(c.bits, model.thresholds.link_bits);
    EXPECT_EQ(c.is_missing, c.comparison == "电话");
  }
  const std::string text = pair_text(e, wording_of(Language::kChinese));
  EXPECT_NE(text.find("缺失"), std::string::npos) << text;
}

TEST(ExplainPair, TheCounterfactualIsTheLowestLevelThatLinks) {
  LinkModel model = model_of();
  model.learned->prior = 0.2;
  const Records records = records_of(
      model, {{"a", "x", "0755-26660001", "修车"}, {"b", "x", "0755-29998888", "修车"}, {"c", "x", "1", "面馆"}});
  const PairExplanation e = explain_pair(records, model, *model.learned, 0, 2);
  const Wording chinese = wording_of(Language::kChinese);
  ASSERT_FALSE(e.would_link.empty());
  const std::string sentence = counterfactual_text(e.would_link.back(), chinese);
  EXPECT_TRUE(sentence.starts_with("若")) << sentence;
  EXPECT_NE(sentence.find("将会连接"), std::string::npos);
}

TEST(ExplainPair, TwoRecordsOfOneSideAreSaidNotToBeCompared) {
  const LinkModel model = model_of();
  const Records records =
      records_of(model, {{"a", "x", "1234567", "n"}, {"b", "x", "1234567", "n"}}, {{"c", "y", "1234567", "n"}});
  EXPECT_TRUE(explain_pair(records, model, *model.learned, 0, 1).same_side);
  EXPECT_FALSE(explain_pair(records, model, *model.learned, 0, 2).same_side);
}

TEST(ExplanationJson, HoldsEveryStepAndSurvivesQuotes) {
  const LinkModel model = model_of();
  const Records records = records_of(model, {{"a\"1", "x", "1234567", "甲 乙"}, {"b", "x", "1234567", "甲 丙"}});
  const auto json = nlohmann::json::parse(explanation_json(explain_pair(records, model, *model.learned, 0, 1)));
  EXPECT_EQ(json["left"], "a\"1");
  ASSERT_EQ(json["steps"].size(), 2U);
  EXPECT_EQ(json["steps"][0]["level"], "equal");
  EXPECT_EQ(json["steps"][1]["kind"], "text");
  EXPECT_EQ(json["decision"], "");
}

TEST(PairText, SpeaksBothLanguages) {
  const LinkModel model = model_of();
  const Records records = records_of(model, {{"a", "x", "1234567", "n"}, {"b", "x", "1234567", "m"}});
  PairExplanation e = explain_pair(records, model, *model.learned, 0, 1);
  e.decision = decide(e, true);
  const std::string chinese = pair_text(e, wording_of(Language::kChinese));
  const std::string english = pair_text(e, wording_of(Language::kEnglish));
  EXPECT_NE(chinese.find("电话：相同"), std::string::npos) << chinese;
  EXPECT_NE(chinese.find("先验"), std::string::npos);
  EXPECT_NE(english.find("电话: equal"), std::string::npos) << english;
  EXPECT_EQ(english.find("先验"), std::string::npos);
}

TEST(PairChart, IsOneDocumentWithEscapedTextAndTheSameBytesAgain) {
  const LinkModel model = model_of();
  const Records records = records_of(model, {{"<a>&", "x", "1234567", "甲<script>"}, {"b", "x", "1234567", "乙"}});
  const PairExplanation e = explain_pair(records, model, *model.learned, 0, 1);
  const std::string svg = pair_chart(e, wording_of(Language::kChinese));
  EXPECT_NE(svg.find("&lt;a&gt;&amp;"), std::string::npos);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find("href"), std::string::npos);
  EXPECT_NE(svg.find("连接阈值"), std::string::npos);
  EXPECT_EQ(svg, pair_chart(e, wording_of(Language::kChinese)));
}

}  // namespace
}  // namespace minglu::match
