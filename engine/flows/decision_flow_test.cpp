#include "flows/decision_flow.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

/// Two accounts of one name in one district, which the exact keys join, and one firm on its own.
class Decisions : public ::testing::Test {
 protected:
  void SetUp() override {
    home_ = open_home(folder_.path() / "home");
    take_in("power", "power_2024-01.ndjson",
            power_row("0755001", "深圳市星禾电子科技有限公司", "深圳市福田区新洲路1号") +
                power_row("0755002", "深圳市星禾电子科技有限公司", "深圳市福田区新洲路1号") +
                power_row("0755003", "深圳市云岭贸易有限公司", "深圳市南山区科技路2号"));
    hash_ = resolve();
  }
  void take_in(const std::string& source, const std::string& name, const std::string& bytes) {
    const fs::path file = folder_.write(name, bytes);
    const auto report = ingest_file(*home_, {.source = *home_->knowledge().sources().find(source), .file = file});
    ASSERT_TRUE(report.ok()) << report.error().message;
  }
  std::string resolve() {
    const auto report = resolve_register(*home_, {});
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? report->state_hash : "";
  }
  uint64_t unit_of(const std::string& key) {
    const auto state = home_->state(UINT64_MAX);
    return (*state)->unit_of(ingest::entity_of("power", key).value).value_or(0);
  }
  uint64_t decide(bool is_same, const std::string& a, const std::string& b) {
    const auto seq = decide_pair(*home_, {is_same, "power:" + a, "power:" + b, "李工", "电话核实"});
    EXPECT_TRUE(seq.ok()) << seq.error().message;
    return seq.ok() ? *seq : 0;
  }

  TempFolder folder_;
  std::unique_ptr<Home> home_;
  std::string hash_;
};

TEST_F(Decisions, DifferentKeepsApartWhatKeysWouldJoinUntilItIsUndone) {
  ASSERT_EQ(unit_of("0755001"), unit_of("0755002"));
  const uint64_t seq = decide(false, "0755001", "0755002");
  EXPECT_TRUE(home_->has_unresolved().value());
  resolve();
  EXPECT_NE(unit_of("0755001"), unit_of("0755002"));
  ASSERT_TRUE(undo_decision(*home_, {seq, "王工", "看错"}).ok());
  EXPECT_EQ(resolve(), hash_);
  EXPECT_EQ(unit_of("0755001"), unit_of("0755002"));
}

TEST_F(Decisions, SameJoinsWhatNothingTiesTogether) {
  ASSERT_NE(unit_of("0755001"), unit_of("0755003"));
  decide(true, "0755001", "0755003");
  resolve();
  EXPECT_EQ(unit_of("0755001"), unit_of("0755003"));
}

TEST_F(Decisions, TheLastDecisionAboutAPairCounts) {
  decide(true, "0755001", "0755003");
  decide(false, "0755003", "0755001");
  resolve();
  EXPECT_NE(unit_of("0755001"), unit_of("0755003"));
  EXPECT_EQ(standing_decisions(*home_)->size(), 2U);
}

TEST_F(Decisions, ARebuildRepeatsThem) {
  decide(false, "0755001", "0755002");
  const std::string hash = resolve();
  const auto rebuilt = rebuild(*home_, {});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.error().message;
  EXPECT_EQ(rebuilt->state_hash, hash);
}

TEST_F(Decisions, WrongNamesAreRefusedAndNothingIsWritten) {
  const auto head = home_->ledger().head()->seq;
  EXPECT_EQ(decide_pair(*home_, {true, "0755001", "power:0755002", "李工", ""}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(decide_pair(*home_, {true, "nowhere:1", "power:0755002", "李工", ""}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(decide_pair(*home_, {true, "power:9", "power:0755002", "李工", ""}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(decide_pair(*home_, {true, "power:0755002", "power:0755002", "李工", ""}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(decide_pair(*home_, {true, "power:0755001", "power:0755002", "", ""}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(undo_decision(*home_, {1, "李工", ""}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(home_->ledger().head()->seq, head);
}

TEST_F(Decisions, UndoingTwiceIsAConflict) {
  const uint64_t seq = decide(true, "0755001", "0755003");
  ASSERT_TRUE(undo_decision(*home_, {seq, "李工", ""}).ok());
  EXPECT_EQ(undo_decision(*home_, {seq, "李工", ""}).error().code, ErrorCode::kConflict);
}

TEST(ValueDecisions, TheChosenClaimWinsUntilItsSourceSaysSomethingElseOrItIsUndone) {
  TestHome home;
  const std::string name = "深圳市甲申乙科技有限公司";
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + uscc_of(1) + "," + name + ",张三,\n");
  home.feed("bb_inst", "bb_inst_2024-02.json",
            "{\"data\":{\"rows\":[{\"统一社会信用代码\":\"" + uscc_of(1) + "\",\"单位名称\":\"" + name +
                "\",\"法定代表人\":\"李四\"}]}}");
  const std::string before = home.resolve().state_hash;
  const uint64_t unit = home.unit_of(name);
  const UnitView conflicting = home.view({.unit = unit});
  ASSERT_TRUE(field(conflicting, "legal_rep")->conflict);
  const ClaimView loser = field(conflicting, "legal_rep")->claims.back();
  const auto seq = decide_value(*home, {loser.source + ":" + loser.key, "legal_rep", "李工", "电话核实"});
  ASSERT_TRUE(seq.ok()) << seq.error().message;
  const std::string decided = home.resolve().state_hash;
  EXPECT_NE(decided, before);
  const UnitView after = home.view({.unit = unit});
  EXPECT_EQ(value(after, "legal_rep"), loser.value);
  EXPECT_FALSE(field(after, "legal_rep")->conflict);
  EXPECT_EQ(field(after, "legal_rep")->why, "人工决定");
  // As known before the decision, the conflict stands.
  EXPECT_TRUE(field(home.view({.unit = unit, .known_seq = *seq - 1}), "legal_rep")->conflict);
  ASSERT_TRUE(rebuild(*home, {}).ok());
  EXPECT_EQ(home.state_hash(), decided);
  ASSERT_TRUE(undo_decision(*home, {*seq, "王工", "看错"}).ok());
  EXPECT_EQ(home.resolve().state_hash, before);
  EXPECT_FALSE(undo_decision(*home, {*seq, "王工", "再撤"}).ok());
}

TEST(ValueDecisions, AreRefusedWhereThereIsNothingToDecide) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead + register_row(uscc_of(1), "深圳市甲申乙科技有限公司"));
  home.resolve();
  EXPECT_FALSE(decide_value(*home, {"scjg_reg:" + uscc_of(1), "no_field", "李工", ""}).ok());
  EXPECT_FALSE(decide_value(*home, {"scjg_reg:" + uscc_of(1), "legal_rep", "李工", ""}).ok());
  EXPECT_FALSE(decide_value(*home, {"scjg_reg:nobody", "name", "李工", ""}).ok());
}

}  // namespace
}  // namespace minglu::flows
