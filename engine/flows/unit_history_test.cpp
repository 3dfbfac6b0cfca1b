#include "flows/unit_history.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

constexpr const char* kHead = "统一社会信用代码,企业名称,法定代表人,住所,登记状态,成立日期\n";
const std::string kName = "深圳市甲申乙科技有限公司";

std::string row(const std::string& name, const std::string& address, const std::string& status) {
  return kHead + uscc_of(1) + "," + name + ",张三," + address + "," + status + ",2015-03-02\n";
}

class Histories : public ::testing::Test {
 protected:
  void feed(const std::string& month, const std::string& bytes) {
    home_.feed("scjg_reg", "scjg_reg_" + month + ".csv", bytes);
    home_.resolve();
  }
  UnitHistory history() {
    const auto state = *home_->state(UINT64_MAX);
    return unit_history(*home_, *state, state->units().begin()->unit).value();
  }
  static size_t count(const UnitHistory& history, EventKind kind) {
    return static_cast<size_t>(std::count_if(history.events.begin(), history.events.end(),
                                             [&](const UnitEvent& e) { return e.kind == kind; }));
  }
  TestHome home_;
};

TEST_F(Histories, BirthRelocationRenameDeathAndReturnAreEventsInOrderOfTheWorld) {
  feed("2024-01", row(kName, "深圳市福田区新洲路1号", "存续"));
  feed("2024-02", row(kName, "深圳市南山区科技路2号", "存续"));
  feed("2024-03", row("深圳市戊辰己科技有限公司", "深圳市南山区科技路2号", "存续"));
  feed("2024-04", row("深圳市戊辰己科技有限公司", "深圳市南山区科技路2号", "注销"));
  feed("2024-05", row("深圳市戊辰己科技有限公司", "深圳市南山区科技路2号", "存续"));
  const UnitHistory h = history();
  EXPECT_EQ(h.dates.size(), 5u);
  EXPECT_EQ(count(h, EventKind::kBirth), 1u);
  EXPECT_EQ(count(h, EventKind::kRename), 1u);
  EXPECT_EQ(count(h, EventKind::kDeath), 1u);
  EXPECT_EQ(count(h, EventKind::kReactivation), 1u);
  EXPECT_TRUE(std::is_sorted(h.events.begin(), h.events.end(),
                             [](const UnitEvent& a, const UnitEvent& b) { return a.date.days < b.date.days; }));
  EXPECT_EQ(h.known_seqs.size(), 5u) << "each resolve changed it";
  const auto birth =
      std::find_if(h.events.begin(), h.events.end(), [](const UnitEvent& e) { return e.kind == EventKind::kBirth; });
  EXPECT_EQ(base::format_iso_date(birth->date), "2015-03-02") << "the date in the world, not of the file";
}

TEST_F(Histories, AnotherWritingOfTheSameNameIsNoRename) {
  feed("2024-01", row("深圳市甲申（集团）有限公司", "深圳市福田区新洲路1号", "存续"));
  feed("2024-02", row("深圳市甲申(集团)有限公司", "深圳市福田区新洲路1号", "存续"));
  EXPECT_EQ(count(history(), EventKind::kRename), 0u);
}

TEST_F(Histories, AMergerIsKnownAtTheCommitThatFoundIt) {
  home_.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), "深圳市丙寅丁贸易有限公司"));
  home_.feed("hrss", "hrss_2024-01.csv", kSocialHead + std::string("S1,,") + kName + ",,,2024-01,3\n");
  home_.resolve();
  home_.feed("scjg_reg", "scjg_reg_2024-02.csv", kRegisterHead + register_row(uscc_of(1), kName));
  const uint64_t seq = home_.resolve().seq;
  const UnitHistory h = history();
  const auto merger =
      std::find_if(h.events.begin(), h.events.end(), [](const UnitEvent& e) { return e.kind == EventKind::kMerger; });
  ASSERT_NE(merger, h.events.end());
  EXPECT_EQ(merger->known_seq, seq);
}

}  // namespace
}  // namespace minglu::flows
