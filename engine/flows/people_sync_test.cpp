// People and organisations of the platform: balance, repetition, deactivation, and what synchronisation never touches.
#include "flows/people_sync.hpp"

#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

class PeopleSync : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::AccountStore::open({.database = {.url = "sqlite:" + (folder_.path() / "a.db").string()}});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    accounts_ = std::move(opened).value();
  }
  static const Knowledge& knowledge() {
    static const auto kKnowledge = Knowledge::load(catalog()).value();
    return *kKnowledge;
  }
  static SyncList list() {
    return {{{"SZ", "市统计局", "", "city", {}, {}, false},
             {"FT", "福田区统计局", "SZ", "district", {"440304"}, {}, false},
             {"RS", "人社局", "", "department", {}, {"hrss"}, false}},
            {{"wang", "王", "FT"}, {"Li", "李", "SZ"}, {"zhao", "赵", "RS"}}};
  }
  SyncReport sync(const SyncList& list, const SyncSpec& spec = {}) {
    const auto report = sync_people(*accounts_, knowledge(), list, spec, 1'000'000);
    EXPECT_TRUE(report.ok()) << report.error().message;
    if (!report.ok()) return {};
    EXPECT_TRUE(report->organisations.balanced());
    EXPECT_TRUE(report->people.balanced());
    EXPECT_EQ(report->rejects.size(), report->organisations.rejected + report->people.rejected);
    return *report;
  }
  std::string why(const SyncList& list) {
    const SyncReport report = sync(list, {.dry_run = true});
    return report.rejects.empty() ? "" : report.rejects.front().kind + ": " + report.rejects.front().reason;
  }
  TempFolder folder_;
  std::unique_ptr<store::AccountStore> accounts_;
};

TEST_F(PeopleSync, MakesAccountsWithoutPassPhraseAndNothingTheSecondTime) {
  EXPECT_EQ(sync(list(), {.dry_run = true}).people.created, 3u);
  EXPECT_TRUE(accounts_->users().empty()) << "a dry run writes nothing";
  EXPECT_EQ(sync(list()).people.created, 3u);
  const auto wang = accounts_->find_login("wang");
  ASSERT_TRUE(wang);
  EXPECT_EQ(wang->roles, (std::vector<std::string>{"district"}));
  EXPECT_EQ(wang->regions, (std::vector<std::string>{"440304"}));
  EXPECT_TRUE(wang->may_unmask);
  EXPECT_FALSE(wang->has_password);
  EXPECT_TRUE(accounts_->find_login("li")) << "logins are folded";
  EXPECT_EQ(accounts_->find_login("zhao")->sources, (std::vector<std::string>{"hrss"}));
  const SyncReport again = sync(list(), {.is_complete = true});
  EXPECT_EQ(again.people.unchanged, 3u);
  EXPECT_EQ(again.organisations.unchanged, 3u);
  EXPECT_EQ(again.people.ended, 0u);
}

TEST_F(PeopleSync, WhomACompleteListLeavesOutIsDisabledAndComesBack) {
  sync(list());
  SyncList shorter = list();
  shorter.people.erase(shorter.people.begin());
  EXPECT_EQ(sync(shorter).people.ended, 0u) << "not complete";
  EXPECT_EQ(sync(shorter, {.is_complete = true}).people.ended, 1u);
  EXPECT_TRUE(accounts_->find_login("wang")->is_disabled);
  EXPECT_EQ(sync(shorter, {.is_complete = true}).people.ended, 0u);
  EXPECT_EQ(sync(list()).people.changed, 1u);
  EXPECT_FALSE(accounts_->find_login("wang")->is_disabled);
  SyncList inactive = list();
  inactive.people[0].is_active = false;
  EXPECT_EQ(sync(inactive).people.changed, 1u);
  EXPECT_TRUE(accounts_->find_login("wang")->is_disabled);
}

TEST_F(PeopleSync, PeopleOfAClosedOrganisationAreDisabled) {
  sync(list());
  SyncList changed = list();
  changed.organisations[1].is_closed = true;
  const SyncReport report = sync(changed);
  EXPECT_EQ(report.organisations.changed, 1u);
  EXPECT_EQ(report.people.changed, 1u);
  EXPECT_TRUE(accounts_->find_login("wang")->is_disabled);
}

TEST_F(PeopleSync, AccountsMadeByHandAreNeverTouched) {
  ASSERT_TRUE(accounts_->create_user({.login = "wang", .display_name = "安", .roles = {"security_admin"}}).ok());
  const SyncReport report = sync(list(), {.is_complete = true});
  EXPECT_EQ(report.people.rejected, 1u);
  EXPECT_EQ(report.rejects.at(0).row, 1u);
  EXPECT_EQ(accounts_->find_login("wang")->roles, (std::vector<std::string>{"security_admin"}));
  EXPECT_FALSE(accounts_->find_login("wang")->is_disabled);
}

TEST_F(PeopleSync, AListThatIsCutShortIsRefused) {
  SyncList many = list();
  for (int i = 0; i < 20; ++i) many.people.push_back({"p" + std::to_string(i), "某", "SZ"});
  sync(many);
  const SyncSpec complete{.is_complete = true};
  const auto refused = sync_people(*accounts_, knowledge(), list(), complete, 1);
  EXPECT_EQ(refused.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_FALSE(accounts_->find_login("p1")->is_disabled);
  EXPECT_EQ(sync(list(), {.is_complete = true, .may_end_many = true}).people.ended, 20u);
}

TEST_F(PeopleSync, RowsThatCannotBeUsedAreNamed) {
  const auto organisation = [](const store::OrganisationRow& row) { return SyncList{{row}, {}}; };
  EXPECT_NE(why(organisation({"A", "", "", "city"})).find("缺少代码或名称"), std::string::npos);
  for (const char* role : {"security_admin", "audit_admin", "applicant", "", "boss"})
    EXPECT_NE(why(organisation({"A", "甲", "", role})).find("应为 city"), std::string::npos) << role;
  EXPECT_NE(why(organisation({"A", "甲", "", "district"})).find("必须指定"), std::string::npos);
  EXPECT_NE(why(organisation({"A", "甲", "", "district", {"999999"}})).find("没有区划"), std::string::npos);
  EXPECT_NE(why(organisation({"A", "甲", "", "department", {}, {"x"}})).find("没有来源"), std::string::npos);
  EXPECT_NE(why(organisation({"A", "甲", "B", "city"})).find("没有上级机构"), std::string::npos);
  EXPECT_NE(why(organisation({"A", "甲", "A", "city"})).find("首尾相接"), std::string::npos);
  EXPECT_NE(why({{{"A", "甲", "B", "city"}, {"B", "乙", "A", "city"}}, {}}).find("首尾相接"), std::string::npos);
  SyncList people = list();
  for (const auto& [person, word] :
       std::vector<std::pair<SyncPerson, std::string>>{{{"", "某", "SZ"}, "缺少登录名"},
                                                       {{"x y", "某", "SZ"}, "空格"},
                                                       {{"xy", "某", "NO"}, "没有机构"},
                                                       {{"WANG", "某", "SZ"}, "出现两次"}}) {
    people.people.resize(3);
    people.people.push_back(person);
    EXPECT_NE(why(people).find(word), std::string::npos) << why(people);
  }
}

// Whatever comes, the counters balance, a repetition changes nothing, and a dry run says what is done.
TEST_F(PeopleSync, RandomListsBalance) {
  base::Rng rng(7);
  const std::vector<std::string> codes{"SZ", "FT", "RS", "NO"};
  for (int round = 0; round < 40; ++round) {
    SyncList random = list();
    random.people.clear();
    for (uint64_t i = rng.below(12); i > 0; --i) {
      const std::string number = std::to_string(rng.below(9));
      random.people.push_back({rng.chance(0.1) ? "" : "p" + number, "某" + std::to_string(rng.below(3)),
                               codes[rng.below(codes.size())], rng.chance(0.8)});
    }
    const bool complete = rng.chance(0.5);
    const SyncReport dry = sync(random, {.is_complete = complete, .dry_run = true, .may_end_many = true});
    const SyncReport done = sync(random, {.is_complete = complete, .may_end_many = true});
    EXPECT_EQ(std::tie(dry.people.created, dry.people.changed, dry.people.rejected, dry.people.ended),
              std::tie(done.people.created, done.people.changed, done.people.rejected, done.people.ended));
    const SyncReport again = sync(random, {.is_complete = complete, .may_end_many = true});
    EXPECT_EQ(again.people.created + again.people.changed + again.people.ended, 0u) << round;
    EXPECT_EQ(again.people.rejected, done.people.rejected);
  }
}

}  // namespace
}  // namespace minglu::flows
