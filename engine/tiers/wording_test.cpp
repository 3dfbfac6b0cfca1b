#include "tiers/wording.hpp"

#include <set>

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

TEST(Wording, EveryReasonHasWordsAndEveryWordItsReason) {
  const auto file =
      codes::load_catalog_file(codes::catalog_directory() / "tiers" / "wording.csv", {"key", "zh", "en"}).value();
  std::set<std::string> codes;
  for (size_t i = 0; i < kReasonCodes; ++i)
    codes.insert("reason." + std::string(reason_name(static_cast<ReasonCode>(i))));
  size_t reasons = 0;
  for (const auto& row : file.rows) {
    EXPECT_FALSE(row[1].empty()) << row[0];
    EXPECT_FALSE(row[2].empty()) << row[0];
    for (const char* place : {"{0}", "{1}", "{2}", "{3}"})
      EXPECT_EQ(row[1].find(place) == std::string::npos, row[2].find(place) == std::string::npos) << row[0] << place;
    if (!row[0].starts_with("reason.")) continue;
    EXPECT_EQ(codes.count(row[0]), 1U) << row[0];
    ++reasons;
  }
  EXPECT_EQ(reasons, kReasonCodes);
  EXPECT_EQ(codes.size(), kReasonCodes);
}

TEST(Wording, ValuesAreFilledInAndKeysInThemAreWorded) {
  const Reason reason{ReasonCode::kReachedYtd, {"@measure.main_revenue", "2350", "1.1750"}};
  EXPECT_EQ(wording().reason(reason, Language::kChinese), "本年累计主营业务收入2350万元，为标准的1.1750倍，达到标准");
  EXPECT_EQ(wording().reason(reason, Language::kEnglish),
            "main business revenue of the year to date 2350 ten thousand yuan, 1.1750 times the line: reached");
  EXPECT_EQ(wording().reason({ReasonCode::kNoRevenue, {"{0}"}}, Language::kEnglish), "no usable {0}");
  EXPECT_EQ(wording().text("no.such.key", Language::kEnglish), "no.such.key");
}

TEST(Wording, ALineIsQuotedWithItsDatesAndSource) {
  const auto* b2 = catalog().thresholds().threshold_for("3911", codes::ThresholdUnit::kSelfEmployed, day("2026-11-10"));
  EXPECT_EQ(wording().rule(*b2, codes::ThresholdUnit::kSelfEmployed, Language::kChinese),
            "B2：工业，行业06-46，个体经营户，主营业务收入达到2000万元及以上（缺时用营业收入）；适用 2024-10-01 至 今；"
            "依据 S3;S11;S14，标记 D");
  const auto* c1 = catalog().thresholds().threshold_for("4710", codes::ThresholdUnit::kLegal, day("2026-11-10"));
  EXPECT_EQ(wording().rule(*c1, codes::ThresholdUnit::kLegal, Language::kEnglish),
            "C1: construction, industries 47-50, legal units, a qualification in force (general contracting or "
            "specialised contracting); holds from 2021-01-01 to further notice; source S9;S18, mark K-M");
}

TEST(Wording, EveryLineCanBeQuoted) {
  for (const codes::Threshold& line : catalog().thresholds().all()) {
    for (const Language language : {Language::kChinese, Language::kEnglish}) {
      const std::string text = wording().rule(line, line.unit_types.front(), language);
      EXPECT_EQ(text.find("measure."), std::string::npos) << text;
      EXPECT_EQ(text.find("category."), std::string::npos) << text;
      EXPECT_EQ(text.find('@'), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace minglu::tiers
