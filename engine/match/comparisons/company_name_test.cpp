#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::compare_texts;

void expect_levels(const std::vector<linkage_test::PairCase>& cases) {
  const std::vector<std::string_view> background{
      "深圳市丙丁科技有限公司",     "深圳市戊己贸易有限公司", "广州庚辛电子有限公司",    "东莞市壬癸五金制品有限公司",
      "深圳市子丑餐饮管理有限公司", "Northern Lights Ltd",    "Eastern Trading Company", "Blue River Trading"};
  linkage_test::expect_levels(Kind::kCompanyName, cases, background);
}

TEST(CompanyName, SpellingsOfOneNameAreEqual) {
  expect_levels({{"深圳市甲乙科技有限公司", "深圳市甲乙科技有限公司", "equal"},
                 {"深圳市甲乙科技有限公司", "深圳市甲乙科技有限公司 ", "equal"},
                 {"深圳市龍華科技有限公司", "深圳市龙华科技有限公司", "equal"},
                 {"深圳市ＡＢＣ科技有限公司", "深圳市abc科技有限公司", "equal"},
                 {"甲乙（深圳）有限公司", "甲乙(深圳)有限公司", "equal"}});
}

TEST(CompanyName, PartsInAnotherOrderAreTheSameParts) {
  expect_levels({{"甲乙（深圳）有限公司", "深圳甲乙有限公司", "same parts"},
                 {"甲乙科技（深圳）有限公司", "深圳甲乙科技有限公司", "same parts"}});
}

TEST(CompanyName, BrandAndTradeWithoutPlaceOrForm) {
  expect_levels({{"深圳市甲乙科技有限公司", "甲乙科技有限公司", "same brand and trade"},
                 {"深圳市甲乙科技有限公司", "深圳甲乙科技有限公司", "same brand and trade"},
                 {"深圳市甲乙科技有限公司", "深圳市甲乙科技股份有限公司", "same brand and trade"},
                 {"深圳市甲乙科技有限公司", "甲乙科技", "same brand and trade"}});
}

TEST(CompanyName, ShortNamesStandForLongOnes) {
  expect_levels({{"华为", "华为技术有限公司", "short for"},
                 {"甲乙", "深圳市甲乙科技有限公司", "short for"},
                 {"甲乙股份", "深圳市甲乙科技股份有限公司", "short for"},
                 {"甲乙集团", "深圳市甲乙科技股份有限公司", "short for"}});
}

TEST(CompanyName, OneBrandInOtherTradesOrOtherCities) {
  expect_levels({{"深圳市甲乙科技有限公司", "深圳市甲乙餐饮管理有限公司", "same brand"},
                 {"深圳市甲乙科技有限公司", "广州市甲乙贸易有限公司", "alike"},
                 {"深圳市甲乙科技有限公司", "广州市甲乙科技有限公司", "alike"}});
}

TEST(CompanyName, ABranchIsNeverItsHead) {
  expect_levels(
      {{"深圳市甲乙科技有限公司", "深圳市甲乙科技有限公司龙岗分公司", "same brand and trade", Verdict::kDifferent},
       {"深圳市甲乙科技有限公司龙岗分公司", "深圳市甲乙科技有限公司南山分公司", "same brand and trade",
        Verdict::kDifferent},
       {"深圳市甲乙科技有限公司第一分公司", "深圳市甲乙科技有限公司第二分公司", "same brand and trade",
        Verdict::kDifferent},
       {"深圳市甲乙科技有限公司龙岗分公司", "深圳市甲乙科技有限公司深圳龙岗分公司", "same brand and trade"},
       {"深圳市甲乙科技有限公司龙岗分公司", "甲乙科技有限公司龙岗分公司", "same brand and trade"}});
}

TEST(CompanyName, BrandsOneCharacterApart) {
  expect_levels({{"深圳市佳宇科技有限公司", "深圳市嘉宇科技有限公司", "brand of same sound"},
                 {"深圳市甲乙丙科技有限公司", "深圳市甲乙丁科技有限公司", "mostly equal"}});
  for (const auto& [left, right] : {std::pair("深圳市丙丁科技有限公司", "深圳市戊己餐饮管理有限公司"),
                                    std::pair("广州市丙丁电子有限公司", "东莞市庚辛五金制品有限公司")}) {
    EXPECT_EQ(compare_texts(Kind::kCompanyName, left, right).forth, "different") << left << right;
  }
}

TEST(CompanyName, LatinNamesAgreeByWords) {
  expect_levels({{"Northern Lights Ltd", "NORTHERN LIGHTS LTD.", "equal"},
                 {"Lights Northern Ltd", "Northern Lights Ltd", "same parts"},
                 {"Northern Lights", "Northern Lights Ltd", "one inside the other"},
                 {"Northern Lights Ltd", "Southern Gates Inc", "different"}});
}

TEST(CompanyName, NothingIsMissingAndMalformedTextIsCompared) {
  expect_levels({{"", "深圳市甲乙科技有限公司", "missing"}, {"（）", "。", "missing"}});
  const std::string longest = [] {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "甲";
    return text;
  }();
  EXPECT_EQ(compare_texts(Kind::kCompanyName, longest, longest).forth, "equal");
  EXPECT_NE(compare_texts(Kind::kCompanyName, longest, longest + "有限公司").forth, "missing");
  EXPECT_NE(compare_texts(Kind::kCompanyName, "\xE7\x94\xFF甲乙有限公司", "甲乙有限公司").forth, "missing");
  EXPECT_EQ(compare_texts(Kind::kCompanyName, "公司", "有限公司").verdict, Verdict::kNone);
}

TEST(LegalForm, FollowsTheNameAndTellsJointStockCompaniesApart) {
  const auto names = make_comparison(Kind::kCompanyName, linkage_test::tables());
  const auto form_of = [&](std::string_view name) { return std::string(names->aspect(names->add(name))); };
  EXPECT_EQ(form_of("深圳市甲乙科技有限公司"), "LIMITED COMPANY");
  EXPECT_EQ(form_of("深圳市甲乙科技股份有限公司"), "JOINT STOCK COMPANY");
  EXPECT_EQ(form_of("甲乙科技"), "NONE");
  EXPECT_EQ(form_of("深圳市甲乙科技有限公司龙岗分公司"), "OTHER");
  const auto level = [](std::string_view a, std::string_view b) { return compare_texts(Kind::kLegalForm, a, b).forth; };
  EXPECT_EQ(level("NONE", "NONE"), "both without form");
  EXPECT_EQ(level("NONE", "JOINT STOCK COMPANY"), "one without, other joint stock company");
  EXPECT_EQ(level("LIMITED COMPANY", "NONE"), "one without, other limited company");
  EXPECT_EQ(level("LIMITED COMPANY", "JOINT STOCK COMPANY"), "forms differ");
  EXPECT_EQ(level("OTHER", "OTHER"), "same form");
  EXPECT_EQ(level("", "OTHER"), "missing");
}

}  // namespace
}  // namespace minglu::match
