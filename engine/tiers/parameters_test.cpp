#include "tiers/parameters.hpp"

#include <fstream>
#include <sstream>

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;
namespace fs = std::filesystem;

class ParametersFile : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::path(::testing::TempDir()) / ::testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    fs::copy(codes::catalog_directory() / "tiers", directory_ / "tiers");
  }
  void replace(const std::string& file, const std::string& from, const std::string& to) {
    const fs::path path = directory_ / "tiers" / file;
    std::ostringstream all;
    all << std::ifstream(path).rdbuf();
    std::string text = all.str();
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(path) << text.replace(at, from.size(), to);
  }
  void expect_refused(const std::string& words) {
    const auto loaded = Settings::load(directory_, day("2026-11-10"));
    ASSERT_FALSE(loaded.ok()) << words;
    EXPECT_NE(loaded.error().message.find(words), std::string::npos) << loaded.error().message;
    EXPECT_NE(loaded.error().message.find(".csv"), std::string::npos) << loaded.error().message;
  }
  fs::path directory_;
};

TEST_F(ParametersFile, ShippedValuesAreThoseOfTheRuleBook) {
  const Parameters& p = settings().parameters;
  EXPECT_EQ(p.near_percent_min, 80);
  EXPECT_EQ(p.leave_after_periods, 2);
  EXPECT_EQ(p.exit_warning_from, (MonthDay{7, 1}));
  EXPECT_EQ(month_day_text(p.exit_proposal_to), "11-30");
  EXPECT_EQ(p.sentinel_revenue_fen, 100'000);
  EXPECT_EQ(settings().sources.size(), 6U);
}

TEST_F(ParametersFile, ARowHoldsOnItsDaysOnly) {
  replace("parameters.csv", "near_percent_min,80,percent,,", "near_percent_min,70,percent,,2025-12-31");
  replace("parameters.csv", "growth_mark_percent_min",
          "near_percent_min,90,percent,2026-01-01,,x,D\ngrowth_mark_percent_min");
  EXPECT_EQ(Settings::load(directory_, day("2025-12-31")).value().parameters.near_percent_min, 70);
  EXPECT_EQ(Settings::load(directory_, day("2026-01-01")).value().parameters.near_percent_min, 90);
}

TEST_F(ParametersFile, AnUnknownParameterIsRefused) {
  replace("parameters.csv", "stale_months_max", "stale_month_max");
  expect_refused("stale_month_max");
}
TEST_F(ParametersFile, AMissingParameterIsRefused) {
  replace("parameters.csv", "near_percent_min,80,percent,,", "near_percent_min,80,percent,,2020-12-31");
  expect_refused("has no row for 2026-11-10");
}
TEST_F(ParametersFile, AGapInTimeIsRefused) {
  replace("parameters.csv", "near_percent_min,80,percent,,", "near_percent_min,80,percent,,2025-12-30");
  replace("parameters.csv", "growth_mark_percent_min",
          "near_percent_min,90,percent,2026-01-01,,x,D\ngrowth_mark_percent_min");
  expect_refused("a gap in time");
}
TEST_F(ParametersFile, AWordForANumberIsRefused) {
  replace("parameters.csv", "near_percent_min,80", "near_percent_min,eighty");
  expect_refused("a whole number");
}
TEST_F(ParametersFile, AnImpossibleDayIsRefused) {
  replace("parameters.csv", "07-01", "02-30");
  expect_refused("a day such as 07-01");
}
TEST_F(ParametersFile, AnUnknownUnitTypeIsRefused) {
  replace("parameters.csv", "E:SELF_EMPLOYED", "E:SHOP");
  expect_refused("E:SHOP");
}
TEST_F(ParametersFile, ASourceTwiceIsRefused) {
  replace("revenue_sources.csv", "\nvat,", "\nincome_tax,");
  expect_refused("stands twice");
}
TEST_F(ParametersFile, ASourceOfNoConfidenceIsRefused) {
  replace("revenue_sources.csv", "medium", "some");
  expect_refused("high, medium or low");
}
TEST_F(ParametersFile, TheSourceOfUnstatedFiguresIsNeeded) {
  replace("revenue_sources.csv", "\nunstated,", "\nother,");
  expect_refused("unstated");
}
TEST_F(ParametersFile, AnUnknownStateIsRefused) {
  replace("sub_states.csv", "TO_VERIFY,CONFIRMED,TO_FILE", "TO_VERIFY,CONFIRMED,DONE");
  expect_refused("DONE");
}
TEST_F(ParametersFile, AStepTwiceIsRefused) {
  replace("sub_states.csv", "TO_VERIFY,BELOW_LINE", "TO_VERIFY,CONFIRMED");
  expect_refused("stands twice");
}

}  // namespace
}  // namespace minglu::tiers
