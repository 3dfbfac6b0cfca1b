#include "match/model_chart.hpp"

#include <gtest/gtest.h>

#include "match/explain_test_support.hpp"
#include "match/explain_text.hpp"

namespace minglu::match {
namespace {

using testing_support::model_of;
using testing_support::records_of;
using testing_support::wording_of;

TEST(FindUnlinkable, RecordsThatSayTooLittleAreCounted) {
  const LinkModel model = model_of();
  const Records records =
      records_of(model, {{"a", "x", "0755-26660001", "梅岭路"}, {"b", "x", "", ""}, {"c", "x", "0755-20000009", ""}});
  const Unlinkable report =
      find_unlinkable(records, Weights(*model.learned, records), {.link_bits = 0, .review_bits = -7});
  EXPECT_EQ(report.records, 3U);
  EXPECT_GE(report.below_link, 1U);    // b says nothing: the prior alone
  EXPECT_EQ(report.below_review, 0U);  // the prior is -6.6 bits
  ASSERT_FALSE(report.curve.empty());
  EXPECT_EQ(report.curve.front().share, 0);
  EXPECT_EQ(report.curve.back().share, 1);
}

TEST(FindUnlinkable, NoRecordsGiveNoCurve) {
  const LinkModel model = model_of();
  Records records(model, testing_support::tables_of(), 1);
  records.finish();
  const Unlinkable report = find_unlinkable(records, Weights(*model.learned, records), {});
  EXPECT_EQ(report.records, 0U);
  EXPECT_TRUE(report.curve.empty());
}

TEST(ModelChart, ShowsEveryLevelWithAndWithoutARun) {
  const LinkModel model = model_of();
  const Wording chinese = wording_of(Language::kChinese);
  const std::string plain = model_chart(model, nullptr, chinese);
  EXPECT_NE(plain.find("后八位相同"), std::string::npos);
  EXPECT_NE(plain.find("测试 &lt;1&gt;"), std::string::npos);
  EXPECT_EQ(plain.find("缺失"), std::string::npos);
  const Records records = records_of(model, {{"a", "x", "0755-26660001", "梅岭路"}, {"b", "x", "", ""}});
  const RunFigures run{{0.5, 0.5}, find_unlinkable(records, Weights(*model.learned, records), {})};
  const std::string full = model_chart(model, &run, chinese);
  EXPECT_NE(full.find("缺失 50.0 %"), std::string::npos);
  EXPECT_NE(full.find("连接阈值处"), std::string::npos);
}

TEST(ModelText, ListsLevelsFromTheHighest) {
  const std::string text = model_text(model_of(), wording_of(Language::kChinese));
  EXPECT_LT(text.find("后八位相同"), text.find("差一位"));
  EXPECT_NE(text.find("1/100"), std::string::npos) << text;
}

}  // namespace
}  // namespace minglu::match
