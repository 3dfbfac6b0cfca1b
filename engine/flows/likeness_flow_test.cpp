#include "flows/likeness_flow.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "base/rng.hpp"
#include "flows/decision_flow.hpp"
#include "flows/flows_test_support.hpp"
#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

constexpr const char* kRegistry = "scjg_reg";
constexpr const char* kRegistryFile = "scjg_reg_2024-01.csv";
constexpr std::array kChars{"星", "禾", "云", "岭", "沐", "川", "启", "舟",
                            "泽", "原", "恒", "野", "润", "石", "安", "渡"};

struct Firm {
  std::string brand;
  std::string address;
};

/// Invented firms with different brands at different doors.
std::vector<Firm> make_firms(size_t count) {
  base::Rng rng(5);
  std::vector<Firm> firms;
  std::set<std::string> brands;
  while (firms.size() < count) {
    std::string brand;
    for (int i = 0; i < 3; ++i) brand += kChars[rng.below(kChars.size())];
    if (!brands.insert(brand).second) continue;
    firms.push_back({brand, "深圳市福田区新洲路" + std::to_string(firms.size() + 1) + "号"});
  }
  return firms;
}

std::string registry(const std::vector<Firm>& firms, size_t begin, size_t end) {
  std::string csv = kRegisterHead;
  for (size_t i = begin; i < end; ++i) {
    csv += register_row(uscc_of(static_cast<int>(i) + 1), "深圳市" + firms[i].brand + "电子科技有限公司",
                        "," + firms[i].address);
  }
  return csv;
}

/// Accounts under shorter names; the last is of a firm that is not in the registry.
std::string accounts(const std::vector<Firm>& firms, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    text += power_row("07550" + std::to_string(1000 + i), firms[i].brand + "电子科技", firms[i].address);
  }
  return text + power_row("0755099999", "远山百货", "深圳市南山区科技路9号");
}

class Likeness : public ::testing::Test {
 protected:
  static uint64_t unit_of_account(TestHome& home, size_t number) {
    const auto state = *home->state(UINT64_MAX);
    return state->unit_of(ingest::entity_of("power", "07550" + std::to_string(1000 + number)).value).value_or(0);
  }
  std::vector<Firm> firms_ = make_firms(260);
};

TEST_F(Likeness, AccountsWithoutIdentifierJoinTheirFirms) {
  TestHome home;
  home.feed(kRegistry, kRegistryFile, registry(firms_, 0, 260));
  home.feed("power", "power_2024-01.ndjson", accounts(firms_, 40));
  home.resolve();
  size_t attached = 0;
  for (size_t i = 0; i < 40; ++i) {
    const uint64_t firm = home.unit_of(uscc_of(static_cast<int>(i) + 1));
    ASSERT_NE(firm, 0U);
    attached += unit_of_account(home, i) == firm ? 1 : 0;
  }
  EXPECT_EQ(attached, 40U);
  const auto state = *home->state(UINT64_MAX);
  EXPECT_EQ(state->unit_of(ingest::entity_of("power", "0755099999").value).has_value(), true);
  EXPECT_EQ(home.resolve().seq, 0U);  // nothing changes without news
}

TEST_F(Likeness, OrderAndSplitOfFilesLeaveNoTrace) {
  TestHome one;
  one.feed(kRegistry, kRegistryFile, registry(firms_, 0, 260));
  one.feed("power", "power_2024-01.ndjson", accounts(firms_, 40));
  const std::string hash = one.resolve().state_hash;
  TestHome two;
  two.feed("power", "power_2024-01.ndjson", accounts(firms_, 40));
  two.feed(kRegistry, kRegistryFile, registry(firms_, 100, 260));
  two.feed(kRegistry, "again/" + std::string(kRegistryFile), registry(firms_, 0, 100));
  EXPECT_EQ(two.resolve().state_hash, hash);
  EXPECT_EQ(rebuild(*two, {})->state_hash, hash);
}

TEST_F(Likeness, FewUnitsSayTooLittleAboutHowRareANameIs) {
  TestHome home;
  home.feed(kRegistry, kRegistryFile, registry(firms_, 0, 100));
  home.feed("power", "power_2024-01.ndjson", accounts(firms_, 10));
  home.resolve();
  EXPECT_NE(unit_of_account(home, 0), home.unit_of(uscc_of(1)));
  EXPECT_TRUE(pairs_to_review(*home)->empty());
  EXPECT_EQ(learn_likeness(*home).error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(Likeness, APersonsNoIsStrongerThanTheLikeness) {
  TestHome home;
  home.feed(kRegistry, kRegistryFile, registry(firms_, 0, 260));
  home.feed("power", "power_2024-01.ndjson", accounts(firms_, 5));
  home.resolve();
  const uint64_t firm = home.unit_of(uscc_of(1));
  ASSERT_EQ(unit_of_account(home, 0), firm);
  const UnitView view = home.view({.unit = firm});
  const std::string record = std::string(kRegistry) + ":" + member(view, kRegistry)->key;
  ASSERT_TRUE(decide_pair(*home, {false, "power:075501000", record, "李工", "另一家"}).ok());
  home.resolve();
  EXPECT_NE(unit_of_account(home, 0), home.unit_of(uscc_of(1)));
}

}  // namespace
}  // namespace minglu::flows
