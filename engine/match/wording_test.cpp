#include "match/wording.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace minglu::match {
namespace {

namespace fs = std::filesystem;

const fs::path kCatalog = fs::path(MINGLU_SOURCE_DIR) / "catalog";

TEST(Wording, EveryLevelOfEveryKindHasAChineseName) {
  const auto wording = Wording::load(kCatalog, Language::kChinese);
  ASSERT_TRUE(wording.ok()) << wording.error().message;
  for (const Kind kind : {Kind::kPersonName, Kind::kCompanyName, Kind::kAddress, Kind::kIdentifier, Kind::kDate,
                          Kind::kPhone, Kind::kNumber, Kind::kText, Kind::kLegalForm}) {
    for (const Level& level : make_comparison(kind, {})->levels()) {
      EXPECT_NE(wording->level(kind, level.name), level.name) << kind_name(kind);
    }
  }
}

TEST(Wording, EnglishKeepsTheNamesOfTheCode) {
  const auto wording = Wording::load(kCatalog, Language::kEnglish);
  ASSERT_TRUE(wording.ok()) << wording.error().message;
  EXPECT_EQ(wording->level(Kind::kAddress, "same door"), "same door");
  EXPECT_EQ(wording->say("先验", "prior"), "prior");
  EXPECT_EQ(wording->comparison(Kind::kLegalForm, "name (legal form)"), "name (legal form)");
}

TEST(Wording, TheLegalFormThatTheEngineAddsIsNamedInChinese) {
  const auto wording = Wording::load(kCatalog, Language::kChinese);
  ASSERT_TRUE(wording.ok()) << wording.error().message;
  EXPECT_EQ(wording->comparison(Kind::kLegalForm, "名称 (legal form)"), "名称（组织形式）");
  EXPECT_EQ(wording->comparison(Kind::kText, "名称 (legal form)"), "名称 (legal form)");
  EXPECT_EQ(wording->value(Kind::kLegalForm, "JOINT STOCK COMPANY"), "股份公司");
  EXPECT_EQ(wording->value(Kind::kText, "OTHER"), "OTHER");
}

TEST(Wording, ARowOfNoLevelIsRefusedByLine) {
  const fs::path folder = fs::path(testing::TempDir()) / "minglu_wording";
  fs::create_directories(folder / "linkage");
  std::ofstream(folder / "linkage" / "level_names.csv")
      << "# source: test\n# version: 1\nkind,level,zh\nphone,equal,相同\nphone,nearly,差不多\n";
  const auto wording = Wording::load(folder, Language::kChinese);
  ASSERT_FALSE(wording.ok());
  EXPECT_NE(wording.error().message.find("line 5"), std::string::npos) << wording.error().message;
  EXPECT_NE(wording.error().message.find("nearly"), std::string::npos);
  fs::remove_all(folder);
}

TEST(Wording, NumbersAreNeverRoundedToCertainty) {
  EXPECT_EQ(signed_bits(7.214), "+7.21");
  EXPECT_EQ(signed_bits(-0.001), "+0.00");
  EXPECT_EQ(probability_text(0.999999), "> 0.9999");
  EXPECT_EQ(probability_text(0.0000001), "< 0.0001");
  EXPECT_EQ(probability_text(0), "0.0000");
  EXPECT_EQ(odds_text(1.0 / 5045), "1/5,045");
  EXPECT_EQ(odds_text(0.35), "0.35");
  EXPECT_EQ(percent_text(0.125), "12.5 %");
  EXPECT_EQ(percent_text(0.00015), "0.015 %");
  EXPECT_EQ(percent_text(0.0067), "0.67 %");
  EXPECT_EQ(percent_text(0), "0.0 %");
  EXPECT_EQ(percent_text(1), "100.0 %");
}

TEST(ParseLanguage, KnowsTwo) {
  EXPECT_EQ(parse_language("zh"), Language::kChinese);
  EXPECT_EQ(parse_language("en"), Language::kEnglish);
  EXPECT_FALSE(parse_language("de").has_value());
}

}  // namespace
}  // namespace minglu::match
