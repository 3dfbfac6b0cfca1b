#include "tiers/classify.hpp"

#include <map>

#include "table/reader.hpp"
#include "tiers/tiers_test_support.hpp"
#include "tiers/unit_table.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

// Every line of 四上 and every day on which one begins or ends: the table was written by hand, with what is right.
TEST(Classify, AgreesWithTheTableOfEveryLineAndDate) {
  const auto path = std::filesystem::path(MINGLU_SOURCE_DIR) / "tests/golden/040_tiers/input/units.csv";
  auto file = table::open_table(path, {}).value();
  const ReadSpec spec{catalog(), settings(), std::nullopt, Period{202610}};
  const UnitReader reader = UnitReader::create(file->names(), spec).value();
  table::RawBatch batch;
  std::map<std::string, int> rules;
  size_t count = 0;
  while (file->next(batch).value()) {
    std::vector<UnitRow> rows;
    reader.read(batch, rows);
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto cell = [&](const char* name) { return std::string(batch.columns[*batch.find(name)].view(i)); };
      SCOPED_TRACE(cell("id") + " " + cell("name"));
      Assessment got;
      got.library = Library::kRejected;
      if (rows[i].problems.empty()) got = judge(rows[i].unit, cell("day"));
      EXPECT_EQ(library_name(got.library), cell("expected_library"));
      EXPECT_EQ(band_name(got.band), cell("expected_band"));
      EXPECT_EQ(comparison_name(got.comparison), cell("expected_comparison"));
      EXPECT_EQ(got.line != nullptr ? got.line->id : "", cell("expected_rule"));
      if (got.line != nullptr) ++rules[got.line->id];
      EXPECT_FALSE(got.library != Library::kRejected && got.reasons.empty());
      ++count;
    }
  }
  EXPECT_GE(count, 80U);
  for (const codes::Threshold& line : catalog().thresholds().all()) EXPECT_GT(rules[line.id], 0) << line.id;
}

TEST(Classify, TheLegalTestIsTheYearToDateNotAForecast) {
  Unit unit = factory(1900);  // projected 2280
  EXPECT_EQ(judge(unit).library, Library::kBelow);
  EXPECT_EQ(judge(unit).band, Band::kNear);
  EXPECT_EQ(judge(unit).comparison, Comparison::kNone);
}

TEST(Classify, NothingEntersTheListWithoutIt) {
  const Assessment reached = judge(factory(900000));
  EXPECT_EQ(reached.library, Library::kQuasi);
  EXPECT_EQ(reached.sub_state, SubState::kToVerify);
  EXPECT_EQ(reached.proposal, Proposal::kEntry);
  EXPECT_EQ(reached.awaits, Awaits::kSiteCheck);
  Unit failing = factory(0);
  failing.op_status = "6";
  failing.listing = Listing{};
  const Assessment kept = judge(failing);
  EXPECT_EQ(kept.library, Library::kSishang);
  EXPECT_EQ(kept.proposal, Proposal::kExit);
  EXPECT_EQ(kept.awaits, Awaits::kDecision);
}

TEST(Classify, ApprovalWaitsForTheImportedList) {
  Unit unit = factory(2500);
  unit.previous = Previous{Library::kQuasi, Band::kNone, 0, 0, Period{202610}, SubState::kInReview, "FILED"};
  unit.action = "APPROVED";
  Assessment a = judge(unit);
  EXPECT_EQ(a.library, Library::kQuasi);
  EXPECT_EQ(a.sub_state, SubState::kApproved);
  EXPECT_EQ(a.awaits, Awaits::kList);
  unit.listing = Listing{};
  a = judge(unit);
  EXPECT_EQ(a.library, Library::kSishang);
  EXPECT_TRUE(a.moved);
}

TEST(Classify, AForbiddenActionChangesNothingAndIsSaid) {
  Unit unit = factory(2500);
  unit.action = "APPROVED";  // nobody has verified yet
  const Assessment a = judge(unit);
  EXPECT_EQ(a.sub_state, SubState::kToVerify);
  EXPECT_TRUE(says(a, ReasonCode::kBadAction));
}

TEST(Classify, ARefusedUnitKeepsItsReasonAndIsNotProposed) {
  Unit unit = factory(2500);
  unit.action = "仅开票地";
  Assessment a = judge(unit);
  EXPECT_EQ(a.sub_state, SubState::kRefused);
  EXPECT_EQ(a.sub_state_action, "INVOICING_ONLY");
  EXPECT_EQ(a.proposal, Proposal::kNone);
  unit.action.clear();
  unit.previous = Previous{Library::kQuasi, Band::kNone, 0, 0, Period{202610}, a.sub_state, a.sub_state_action};
  a = judge(unit);
  EXPECT_EQ(a.sub_state_action, "INVOICING_ONLY");
}

TEST(Classify, ABandIsLeftAfterTwoPeriodsBelowIt) {
  Unit unit = factory(1000);
  unit.previous = Previous{Library::kBelow, Band::kNear, 0, 0, Period{202610}, SubState::kNone, ""};
  Assessment first = judge(unit);
  EXPECT_EQ(first.band, Band::kNear);
  EXPECT_EQ(first.band_misses, 1);
  // The same period judged again is no second miss.
  unit.previous = Previous{first.library, first.band, 0, first.band_misses, Period{202611}, SubState::kNone, ""};
  EXPECT_EQ(judge(unit).band, Band::kNear);
  EXPECT_EQ(judge(unit).band_misses, 1);
  unit.previous->period = Period{202610};
  EXPECT_EQ(judge(unit).band, Band::kNone);
}

TEST(Classify, AQuasiUnitIsHeldForOnePeriodUnlessItCloses) {
  Unit unit = factory(1000);
  unit.previous = Previous{Library::kQuasi, Band::kNone, 0, 0, Period{202610}, SubState::kToFile, "CONFIRMED"};
  EXPECT_EQ(judge(unit).library, Library::kQuasi);
  EXPECT_EQ(judge(unit).sub_state, SubState::kToFile);
  EXPECT_EQ(judge(unit).comparison, Comparison::kNone);
  unit.op_status = "2";
  EXPECT_EQ(judge(unit).library, Library::kBelow);
}

TEST(Classify, AnotherSpecialtyThanTheListIsProposedNotMade) {
  Unit unit = factory(2500);
  unit.name = "深圳市某某电子有限公司";
  unit.listing = Listing{"F", "深圳市某某软件有限公司"};
  const Assessment a = judge(unit);
  EXPECT_EQ(a.proposal, Proposal::kCategoryChange);
  EXPECT_TRUE(says(a, ReasonCode::kNameDiffers));
  unit.listing->category = "B";
  EXPECT_EQ(judge(unit).proposal, Proposal::kInfoChange);
}

TEST(Classify, WhatIsUnknownLowersTheConfidence) {
  Unit unit = factory(2500);
  EXPECT_EQ(judge(unit).confidence, Confidence::kHigh);
  unit.op_status.clear();
  EXPECT_EQ(judge(unit).confidence, Confidence::kLow);
  EXPECT_EQ(judge(unit).library, Library::kQuasi);
}

TEST(Classify, PlaceholdersAreSaid) {
  Unit unit = factory(2500);
  unit.employees = 1;
  EXPECT_TRUE(says(judge(unit), ReasonCode::kSentinel));
  unit = factory(0);
  unit.figures[0].fen = 100'000;  // 1 千元
  EXPECT_TRUE(says(judge(unit), ReasonCode::kSentinel));
}

TEST(Classify, TextsNeverStandOnTheBetterSideOfALine) {
  EXPECT_EQ(ratio_text(wan(2000), wan(2000)), "1.0000");
  EXPECT_EQ(ratio_text(wan(2000) - 1, wan(2000)), "0.9999");
  EXPECT_EQ(ratio_text(-1, wan(2000)), "-0.0001");
  EXPECT_EQ(ratio_text(0, wan(2000)), "0.0000");
  EXPECT_EQ(wan_yuan_text(wan(2350)), "2350");
  EXPECT_EQ(wan_yuan_text(-1), "-0.000001");
  EXPECT_EQ(wan_yuan_text(wan(1) / 2), "0.5");
  EXPECT_EQ(growth_text(wan(120), wan(100)), "20.0");
  EXPECT_EQ(growth_text(wan(999), wan(1000)), "-0.1");
}

}  // namespace
}  // namespace minglu::tiers
