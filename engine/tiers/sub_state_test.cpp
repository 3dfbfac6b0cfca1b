#include "tiers/sub_state.hpp"

#include <set>

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

// Every state with every action: only these lead on, and all lead where the rule book says.
TEST(SubStates, OnlyTheDeclaredStepsLeadOn) {
  const SubStates& states = settings().sub_states;
  std::set<std::string> actions;
  for (const Transition& t : states.all()) actions.insert(t.action);
  ASSERT_EQ(actions.size(), 13U);
  size_t allowed = 0;
  for (const SubState from : {SubState::kNone, SubState::kToVerify, SubState::kToFile, SubState::kInReview,
                              SubState::kApproved, SubState::kRefused}) {
    for (const std::string& action : actions) {
      const Transition* step = states.next(from, action);
      if (step == nullptr) continue;
      ++allowed;
      EXPECT_NE(from, SubState::kApproved) << "what is approved waits for the list";
      if (step->to == SubState::kApproved) { EXPECT_EQ(from, SubState::kInReview) << "only a review approves"; }
      if (step->to == SubState::kInReview) {
        EXPECT_EQ(from, SubState::kToFile);
      }
    }
  }
  EXPECT_EQ(allowed, states.all().size());
}

TEST(SubStates, ChineseWordsOfTheSiteCheckAreKnown) {
  const SubStates& states = settings().sub_states;
  for (const char* word :
       {"达规拟报", "未达规", "行业不符", "已在库(分支或原名)", "不在本区", "停业查无", "拒报", "仅开票地"})
    EXPECT_NE(states.next(SubState::kToVerify, word), nullptr) << word;
  EXPECT_EQ(states.next(SubState::kToVerify, "达规拟报")->to, SubState::kToFile);
  EXPECT_EQ(states.next(SubState::kToVerify, ""), nullptr);
}

TEST(SubStates, NamesAreReadBack) {
  EXPECT_EQ(parse_sub_state("IN_REVIEW"), SubState::kInReview);
  EXPECT_EQ(parse_sub_state(""), SubState::kNone);
  EXPECT_EQ(parse_sub_state("in_review"), std::nullopt);
}

}  // namespace
}  // namespace minglu::tiers
