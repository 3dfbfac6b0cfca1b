// Two times: what a source said when, and what the register knew when.
#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

std::string social_row(const std::string& account, const std::string& uscc, const std::string& name,
                       const std::string& phone, const std::string& month, const std::string& insured) {
  return account + "," + uscc + "," + name + ",," + phone + "," + month + "," + insured + "\n";
}
std::string declaration(const std::string& sales) {
  return kDeclarationHead + uscc_of(1) + ",深圳市甲申乙科技有限公司,2024-01," + sales + ",10\n";
}
std::string institutions(const std::vector<int>& numbers) {
  std::string rows;
  for (int n : numbers) {
    rows += (rows.empty() ? "" : ",") + std::string("{\"统一社会信用代码\":\"") + uscc_of(n) +
            "\",\"单位名称\":\"深圳市第" + std::to_string(n) + "实验小学\"}";
  }
  return "{\"data\":{\"rows\":[" + rows + "]}}";
}

TEST(HistoryFlow, AFirmThatGoesBackHasThreeVersionsAndTwoRecords) {
  TestHome home;
  const std::string a = "深圳市甲申乙科技有限公司";
  uint64_t records = 0;
  uint64_t seq_after_first = 0;
  for (const auto& [month, phone] : {std::pair("2024-01", "13800138000"), std::pair("2024-02", "13900139000"),
                                     std::pair("2024-03", "13800138000")}) {
    const IngestReport report = home.feed("hrss", "hrss_" + std::string(month) + ".csv",
                                          kSocialHead + social_row("S1", uscc_of(1), a, phone, month, "5"));
    EXPECT_EQ(report.counts.accepted, 1u);
    records += report.records;
    const ResolveReport resolved = home.resolve();
    if (seq_after_first == 0) seq_after_first = resolved.seq;
  }
  EXPECT_EQ(records, 2u);
  const uint64_t unit = home.unit_of(uscc_of(1));
  ASSERT_NE(unit, 0u);
  const UnitView now = home.view({.unit = unit});
  ASSERT_NE(member(now, "hrss"), nullptr);
  EXPECT_EQ(member(now, "hrss")->versions, 3u);
  EXPECT_EQ(value(now, "mobile"), "13800138000");
  EXPECT_EQ(base::format_iso_date(field(now, "mobile")->claims[0].since), "2024-03-31");

  const auto as_of = [&](const char* day) { return home.view({.unit = unit, .as_of = base::parse_iso_date(day)}); };
  EXPECT_EQ(value(as_of("2024-01-31"), "mobile"), "13800138000");
  EXPECT_EQ(value(as_of("2024-02-28"), "mobile"), "13800138000");
  EXPECT_EQ(value(as_of("2024-02-29"), "mobile"), "13900139000");
  EXPECT_EQ(value(as_of("2024-03-30"), "mobile"), "13900139000");
  EXPECT_EQ(view_unit(*home, {.unit = unit, .as_of = base::parse_iso_date("2023-12-31")}).error().code,
            ErrorCode::kNotFound);

  const UnitView then = home.view({.unit = unit, .known_seq = seq_after_first});
  EXPECT_EQ(then.known_seq, seq_after_first);
  EXPECT_EQ(member(then, "hrss")->versions, 1u);
  EXPECT_EQ(base::format_iso_date(member(then, "hrss")->last_seen), "2024-01-31");
  EXPECT_EQ(view_unit(*home, {.unit = unit, .known_seq = 1}).error().code, ErrorCode::kNotFound);
}

// What arrives late takes its place in time; it does not become the present.
TEST(HistoryFlow, AnOldFileThatComesLateIsHistory) {
  TestHome home;
  const std::string name = "深圳市甲申乙科技有限公司";
  home.feed("hrss", "hrss_2024-03.csv",
            kSocialHead + social_row("S1", uscc_of(1), name, "13900139000", "2024-03", "5"));
  const uint64_t known = home.resolve().seq;
  const IngestReport late = home.feed("hrss", "hrss_2024-01.csv",
                                      kSocialHead + social_row("S1", uscc_of(1), name, "13800138000", "2024-01", ""));
  EXPECT_EQ(late.counts.superseded, 1u);
  home.resolve();
  const uint64_t unit = home.unit_of(uscc_of(1));
  const auto january = base::parse_iso_date("2024-02-01");
  EXPECT_EQ(value(home.view({.unit = unit}), "mobile"), "13900139000");
  EXPECT_EQ(value(home.view({.unit = unit, .as_of = january}), "mobile"), "13800138000");
  EXPECT_EQ(view_unit(*home, {.unit = unit, .as_of = january, .known_seq = known}).error().code, ErrorCode::kNotFound);
}

TEST(HistoryFlow, AMonthThatRepeatsStoresNoRecord) {
  TestHome home;
  std::string january = kSocialHead;
  std::string february = kSocialHead;
  for (int n = 1; n <= 50; ++n) {
    const std::string name = "深圳市甲申乙" + std::to_string(n) + "科技有限公司";
    january += social_row("S" + std::to_string(n), uscc_of(n), name, "13800138000", "2024-01", "5");
    february += social_row("S" + std::to_string(n), uscc_of(n), name, "13800138000", "2024-02", "5");
  }
  EXPECT_EQ(home.feed("hrss", "hrss_2024-01.csv", january).records, 50u);
  const IngestReport again = home.feed("hrss", "hrss_2024-02.csv", february);
  EXPECT_EQ(again.records, 0u);
  EXPECT_EQ(again.indicators, 50u);  // figures of another month are new
  home.resolve();
  const UnitView view = home.view({.unit = home.unit_of(uscc_of(7))});
  EXPECT_EQ(base::format_iso_date(member(view, "hrss")->last_seen), "2024-02-29");
  EXPECT_EQ(member(view, "hrss")->versions, 1u);
}

TEST(HistoryFlow, ACorrectedFigureCountsOnceAndTheLatestIsInForce) {
  TestHome home;
  EXPECT_EQ(home.feed("tax_decl", "a.csv", declaration("1000"), "2024-02-15").counts.accepted, 1u);
  const std::string before = home.resolve().state_hash;
  const IngestReport corrected = home.feed("tax_decl", "b.csv", declaration("1200"), "2024-03-15");
  EXPECT_EQ(corrected.counts.accepted, 1u);
  EXPECT_EQ(corrected.indicators, 1u);
  EXPECT_EQ(corrected.records, 0u);
  const std::string after = home.resolve().state_hash;
  EXPECT_NE(after, before);
  const IngestReport repeated = home.feed("tax_decl", "c.csv", declaration("1200.00"), "2024-03-15");
  EXPECT_FALSE(repeated.already_known);
  EXPECT_EQ(repeated.counts.duplicate, 1u);
  EXPECT_EQ(repeated.indicators, 0u);
  // The first figures once more, in other bytes and of their own date: said already, and long superseded.
  const IngestReport old = home.feed("tax_decl", "d.csv", declaration("1000.00"), "2024-02-15");
  EXPECT_EQ(old.counts.accepted, 0u);
  EXPECT_EQ(home.resolve().state_hash, after);

  TestHome backwards;
  backwards.feed("tax_decl", "b.csv", declaration("1200"), "2024-03-15");
  const IngestReport late = backwards.feed("tax_decl", "a.csv", declaration("1000"), "2024-02-15");
  EXPECT_EQ(late.counts.superseded, 1u) << "figures that a later date has corrected are not news";
  EXPECT_EQ(backwards.resolve().state_hash, after);
}

TEST(HistoryFlow, AFullExtractSaysWhoIsGone) {
  TestHome home;
  home.feed("bb_inst", "bb_inst_2024-03.json", institutions({1, 2, 3}));
  home.resolve();
  home.feed("bb_inst", "bb_inst_2024-06.json", institutions({1, 3}));
  home.feed("bb_inst", "bb_inst_2024-09.json", institutions({3}));
  home.resolve();
  const auto gone = [&](int n) {
    const UnitView view = home.view({.unit = home.unit_of(uscc_of(n))});
    const MemberView* listed = member(view, "bb_inst");
    if (listed == nullptr) return std::string("no member");
    return listed->not_seen_since ? base::format_iso_date(*listed->not_seen_since) : std::string();
  };
  EXPECT_EQ(gone(1), "2024-09-30");
  EXPECT_EQ(gone(2), "2024-06-30");
  EXPECT_EQ(gone(3), "");
  home.feed("bb_inst", "bb_inst_2024-12.json", institutions({1, 2, 3}));
  home.resolve();
  EXPECT_EQ(gone(2), "") << "it is listed again";
}

// The whole list came, and nothing was on it.
TEST(HistoryFlow, AnEmptyFullExtractIsAFeedOfNoRows) {
  TestHome home;
  home.feed("bb_inst", "bb_inst_2024-03.json", institutions({1}));
  const IngestReport empty = home.feed("bb_inst", "bb_inst_2024-06.json", institutions({}));
  EXPECT_EQ(empty.counts.rows_in, 0u);
  EXPECT_NE(empty.seq, 0u);
  home.resolve();
  const UnitView view = home.view({.unit = home.unit_of(uscc_of(1))});
  ASSERT_NE(member(view, "bb_inst"), nullptr);
  ASSERT_TRUE(member(view, "bb_inst")->not_seen_since);
  EXPECT_EQ(base::format_iso_date(*member(view, "bb_inst")->not_seen_since), "2024-06-30");
}

// Two full extracts of one date are one list in two files: nobody is missing from it.
TEST(HistoryFlow, AFullExtractMayComeInParts) {
  TestHome home;
  home.feed("bb_inst", "bb_inst_2024-03.part1.json", institutions({1, 2}), "2024-03-31");
  home.feed("bb_inst", "bb_inst_2024-03.part2.json", institutions({3}), "2024-03-31");
  home.resolve();
  for (int n : {1, 2, 3}) {
    const UnitView view = home.view({.unit = home.unit_of(uscc_of(n))});
    ASSERT_NE(member(view, "bb_inst"), nullptr);
    EXPECT_FALSE(member(view, "bb_inst")->not_seen_since);
  }
}

}  // namespace
}  // namespace minglu::flows
