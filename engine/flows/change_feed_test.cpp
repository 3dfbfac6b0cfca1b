#include "flows/change_feed.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const std::string kName = "深圳市甲申乙科技有限公司";

std::vector<UnitChange> all_since(Home& home, uint64_t since) {
  ChangeFeed feed(home, since);
  std::vector<UnitChange> changes;
  for (;;) {
    auto change = feed.next();
    EXPECT_TRUE(change.ok()) << change.error().message;
    if (!change.ok() || !*change) return changes;
    changes.push_back(std::move(**change));
  }
}

TEST(ChangeFeeds, EveryCommitTellsWhatItDidAndTheSameAgainAfterARebuild) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), "深圳市丙寅丁贸易有限公司"));
  home.feed("hrss", "hrss_2024-01.csv", kSocialHead + std::string("S1,,") + kName + ",,,2024-01,3\n");
  const uint64_t first = home.resolve().seq;
  home.feed("scjg_reg", "scjg_reg_2024-02.csv", kRegisterHead + register_row(uscc_of(1), kName));
  const uint64_t second = home.resolve().seq;
  const std::vector<UnitChange> changes = all_since(*home, 0);
  ASSERT_EQ(changes.size(), 4u);
  EXPECT_EQ(changes[0].kind, ChangeKind::kCreated);
  EXPECT_EQ(changes[0].seq, first);
  EXPECT_EQ(changes[1].ordinal, 2u);
  EXPECT_EQ(changes[2].kind, ChangeKind::kChanged);
  EXPECT_EQ(changes[2].seq, second);
  EXPECT_FALSE(changes[2].fields.empty());
  EXPECT_EQ(changes[3].kind, ChangeKind::kMerged);
  EXPECT_EQ(changes[3].survivor, changes[2].unit);
  EXPECT_EQ(all_since(*home, first).size(), 2u) << "only what came after";
  EXPECT_TRUE(all_since(*home, second).empty());
  ASSERT_TRUE(rebuild(*home, {}).ok());
  const std::vector<UnitChange> again = all_since(*home, 0);
  ASSERT_EQ(again.size(), changes.size());
  for (size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i].unit, changes[i].unit);
    EXPECT_EQ(again[i].fields, changes[i].fields);
    EXPECT_EQ(again[i].known_at, changes[i].known_at);
  }
}

TEST(ChangeFeeds, AReaderThatWaitsAtTheHeadSeesTheNextCommit) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), kName));
  home.resolve();
  ChangeFeed feed(*home, 0);
  ASSERT_TRUE(feed.next().value().has_value());
  EXPECT_FALSE(feed.next().value().has_value());
  home.feed("scjg_reg", "scjg_reg_2024-02.csv", kRegisterHead + register_row(uscc_of(2), "深圳市戊辰己餐饮有限公司"));
  home.resolve();
  const auto late = feed.next().value();
  ASSERT_TRUE(late.has_value());
  EXPECT_EQ(late->kind, ChangeKind::kCreated);
}

}  // namespace
}  // namespace minglu::flows
