#include "flows/discrepancy_flow.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "flows/rebuild_flow.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

/// A firm that moved: the registry says so, social insurance has the old name.
class Discrepancies : public ::testing::Test {
 protected:
  void SetUp() override {
    home_.feed("scjg_reg", "scjg_reg_2024-02.csv",
               kRegisterHead + register_row(uscc_of(1), "深圳市甲申乙科技有限公司", "张小明,深圳市福田区新洲路1号"));
    home_.feed("hrss", "hrss_2024-01.csv",
               kSocialHead + std::string("S1,") + uscc_of(1) +
                   ",深圳市丙寅丁贸易有限公司,深圳市福田区新洲路1号,13800138000,2024-01,5\n");
    home_.resolve();
  }
  RegisterReader reader() {
    const auto snapshot = SnapshotMaker(*home_).make();
    EXPECT_TRUE(snapshot.ok());
    const auto scope = access::Scope::of_account(home_->knowledge().domain().regions(),
                                                 {{access::Role::kDepartment}, {"city"}, {"all"}, false});
    return RegisterReader(*home_, *snapshot, *scope);
  }
  DiscrepancyList issue() {
    auto list = issue_discrepancies(*home_, reader(), {.source = "hrss", .note = "一季度", .actor = "陈文静"});
    EXPECT_TRUE(list.ok()) << list.error().message;
    return list.ok() ? std::move(list).value() : DiscrepancyList{};
  }
  Status answer(const std::string& number, std::vector<Answer> answers) {
    const auto seq = answer_discrepancies(*home_, {number, "人社专员", std::move(answers)});
    return seq.ok() ? ok_status() : Status(seq.error());
  }
  TestHome home_;
};

TEST_F(Discrepancies, AListHoldsWhatTheSourceSaysOtherwiseAndChangesNothing) {
  const std::string before = home_.state_hash();
  const DiscrepancyList list = issue();
  EXPECT_EQ(list.number, "hrss-001");
  EXPECT_EQ(list.source, "hrss");
  EXPECT_EQ(list.note, "一季度");
  EXPECT_EQ(list.rows, 1u);
  EXPECT_TRUE(list.answered.empty());
  EXPECT_FALSE(home_->has_unresolved().value());
  const auto rows = discrepancies_of(*home_, list);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 1u);
  const Discrepancy& row = rows->at(0);
  EXPECT_EQ(row.field, "name");
  EXPECT_EQ(row.key, "S1");
  EXPECT_EQ(row.theirs, "深圳市丙寅丁贸易有限公司");
  EXPECT_EQ(row.ours, "深圳市甲申乙科技有限公司");
  EXPECT_FALSE(row.why.empty());
  EXPECT_FALSE(row.answer.has_value());
  EXPECT_EQ(home_.state_hash(), before);
  EXPECT_EQ(issue().number, "hrss-002");
  EXPECT_EQ(discrepancy_lists(*home_)->front().number, "hrss-002");
}

TEST_F(Discrepancies, OfSeveralAnswersTheLastCountsAndIsShownBesideTheClaim) {
  const DiscrepancyList list = issue();
  ASSERT_TRUE(answer(list.number, {{.row = 1, .verdict = Verdict::kRejected, .reason = "以劳动合同为准"}}).ok());
  ASSERT_TRUE(
      answer(list.number, {{.row = 1, .verdict = Verdict::kCorrected, .value = "深圳市甲申乙科技股份有限公司"}}).ok());
  const auto now = find_discrepancies(*home_, list.number);
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->answered, (std::map<Verdict, uint64_t>{{Verdict::kCorrected, 1}}));
  const auto rows = discrepancies_of(*home_, *now);
  ASSERT_TRUE(rows->at(0).answer.has_value());
  EXPECT_EQ(rows->at(0).answer->value, "深圳市甲申乙科技股份有限公司");
  EXPECT_EQ(rows->at(0).answer->by, "人社专员");
  const auto claims = answers_by_claim(*home_);
  ASSERT_TRUE(claims.ok());
  const auto claim = claims->find({"hrss:S1", "name"});
  ASSERT_NE(claim, claims->end());
  EXPECT_EQ(claim->second.first, list.number);
  EXPECT_EQ(claim->second.second.verdict, Verdict::kCorrected);
}

TEST_F(Discrepancies, BadAnswersAreRefusedWhole) {
  const DiscrepancyList list = issue();
  const Answer good{.row = 1, .verdict = Verdict::kAccepted};
  EXPECT_EQ(answer(list.number, {good, {.row = 2}}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(answer(list.number, {good, {.row = 0}}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(answer(list.number, {{.row = 1, .verdict = Verdict::kRejected}}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(answer(list.number, {{.row = 1, .verdict = Verdict::kCorrected}}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(answer(list.number, {{.row = 1, .verdict = Verdict::kAccepted, .value = "x"}}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(answer(list.number, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(answer("hrss-009", {good}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(find_discrepancies(*home_, list.number)->answered.empty());
  EXPECT_EQ(issue_discrepancies(*home_, reader(), {.source = "nobody", .actor = "x"}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(issue_discrepancies(*home_, reader(), {.source = "power", .actor = "x"}).error().code,
            ErrorCode::kFailedPrecondition);
}

TEST_F(Discrepancies, ListsAndAnswersSurviveARebuildAndAreVerified) {
  const DiscrepancyList list = issue();
  ASSERT_TRUE(answer(list.number, {{.row = 1, .verdict = Verdict::kAccepted}}).ok());
  ASSERT_TRUE(rebuild(*home_, {}).ok());
  const auto now = find_discrepancies(*home_, list.number);
  ASSERT_TRUE(now.ok());
  EXPECT_EQ(now->digest, list.digest);
  EXPECT_EQ(now->answered.at(Verdict::kAccepted), 1u);
  EXPECT_TRUE(verify(*home_)->problems.empty());
}

}  // namespace
}  // namespace minglu::flows
