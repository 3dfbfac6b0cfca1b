#include "tiers/result_table.hpp"

#include <set>

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

std::map<std::string, std::string> cells_of(const UnitRow& row, const Assessment& assessment) {
  const auto cells = result_cells(row, assessment, {wording(), settings(), Period{202611}});
  EXPECT_EQ(cells.size(), result_columns().size());
  std::map<std::string, std::string> out;
  for (size_t i = 0; i < cells.size(); ++i) out[result_columns()[i]] = cells[i];
  return out;
}

TEST(ResultTable, ColumnsAreNamedOnce) {
  const std::set<std::string> names(result_columns().begin(), result_columns().end());
  EXPECT_EQ(names.size(), result_columns().size());
}

TEST(ResultTable, ARowCarriesLineDatesSourceAndReasons) {
  UnitRow row;
  row.unit = factory(2350);
  row.street = "粤海街道";
  auto cells = cells_of(row, judge(row.unit));
  EXPECT_EQ(cells["library"], "QUASI");
  EXPECT_EQ(cells["library_zh"], "准四上");
  EXPECT_EQ(cells["rule_id"], "B1");
  EXPECT_EQ(cells["threshold_wan_yuan"], "2000");
  EXPECT_EQ(cells["threshold_from"], "2011-01-01");
  EXPECT_EQ(cells["threshold_to"], "");
  EXPECT_EQ(cells["r_ytd"], "1.1750");
  EXPECT_EQ(cells["ytd_source"], "filing");
  EXPECT_EQ(cells["ytd_period"], "2026-10");
  EXPECT_EQ(cells["confidence"], "high");
  EXPECT_EQ(cells["awaits_zh"], "待街道现场核实");
  EXPECT_EQ(cells["street"], "粤海街道");
  EXPECT_NE(cells["rule_en"].find("industry"), std::string::npos);
  EXPECT_EQ(cells["reasons"], "REACHED_YTD");
}

TEST(ResultTable, ARejectedRowSaysWhyAndNothingElse) {
  UnitRow row;
  row.unit.id = "7";
  row.problems = {{ReasonCode::kBadIndustry, {"391"}}};
  auto cells = cells_of(row, rejected(row));
  EXPECT_EQ(cells["library"], "REJECTED");
  EXPECT_EQ(cells["eligible"], "");
  EXPECT_NE(cells["reasons_zh"].find("391"), std::string::npos);
}

TEST(Summary, AddsUpToTheRows) {
  Summary summary;
  for (const int64_t amount : {0, 1700, 2500, 2600}) {
    UnitRow row;
    row.unit = factory(amount);
    summary.add(row, judge(row.unit));
  }
  EXPECT_EQ(summary.rows, 4U);
  EXPECT_EQ(summary.libraries["QUASI"], 2U);
  EXPECT_EQ(summary.bands["NEAR"], 1U);
  EXPECT_EQ(summary.reasons["REACHED_YTD"], 2U);
  EXPECT_EQ(summary.categories["B"]["BELOW"], 2U);
  EXPECT_EQ(summary.moved, 0U);
}

}  // namespace
}  // namespace minglu::tiers
