#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"
#include "flows/register_reader.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

constexpr const char* kHead = "统一社会信用代码,企业名称,法定代表人,住所,行政区划,隶属企业代码\n";

std::string line(int number, const std::string& district, const std::string& parent) {
  return uscc_of(number) + ",深圳市第" + std::to_string(number) + "号科技有限公司,张小明,深圳市新洲路" +
         std::to_string(number) + "号," + district + "," + parent + "\n";
}

access::Scope scope_of(access::Role role, const std::string& region) {
  static const auto kDomain = rules::Domain::load(catalog()).value();
  return access::Scope::of_account(kDomain->regions(), {{role}, {region}, {"all"}, false}).value();
}

class UnitGroups : public ::testing::Test {
 protected:
  void take_in(const std::string& lines) {
    home_.feed("scjg_reg", "scjg_reg_2024-01.csv", kHead + lines);
    home_.resolve();
    snapshot_ = SnapshotMaker(*home_).make().value();
  }
  uint64_t unit(int number) { return home_.unit_of("深圳市第" + std::to_string(number) + "号科技有限公司"); }
  UnitGroup group(int number, const access::Scope& scope) {
    return RegisterReader(*home_, snapshot_, scope).group(unit(number)).value();
  }
  UnitGroup group(int number) { return group(number, scope_of(access::Role::kCity, "city")); }
  TestHome home_;
  std::shared_ptr<const RegisterSnapshot> snapshot_;
};

TEST_F(UnitGroups, GoesUpAndDownAgainAndSaysWhoIsNotInTheRegister) {
  take_in(line(1, "440304", uscc_of(99)) + line(2, "440304", uscc_of(1)) + line(3, "440305", uscc_of(1)) +
          line(4, "440305", uscc_of(3)) + line(5, "440306", ""));
  const UnitGroup from_below = group(4);
  ASSERT_EQ(from_below.members.size(), 4U);
  EXPECT_EQ(from_below.members[0].unit, unit(4));
  EXPECT_EQ(from_below.members[0].level, 2U);
  EXPECT_EQ(from_below.links.size(), 3U);
  ASSERT_EQ(from_below.unresolved.size(), 1U);
  EXPECT_EQ(from_below.unresolved[0].uscc, uscc_of(99));
  EXPECT_EQ(from_below.unresolved[0].unit, unit(1));
  EXPECT_FALSE(from_below.truncated);
  EXPECT_EQ(group(5).members.size(), 1U);
}

TEST_F(UnitGroups, ACircleEndsAndIsMarked) {
  take_in(line(1, "440304", uscc_of(2)) + line(2, "440304", uscc_of(3)) + line(3, "440304", uscc_of(1)) +
          line(4, "440304", uscc_of(1)) + line(5, "440304", uscc_of(5)));
  const UnitGroup circle = group(4);
  ASSERT_EQ(circle.members.size(), 4U);
  for (const UnitGroupMember& member : circle.members) EXPECT_EQ(member.in_cycle, member.unit != unit(4));
  EXPECT_EQ(group(5).members.size(), 1U) << "a unit that names itself is its own head";
}

TEST_F(UnitGroups, UnitsOutOfScopeAreNeitherShownNorWalkedThrough) {
  take_in(line(1, "440304", "") + line(2, "440305", uscc_of(1)) + line(3, "440304", uscc_of(2)));
  const UnitGroup own = group(3, scope_of(access::Role::kDistrict, "440304"));
  ASSERT_EQ(own.members.size(), 1U);
  ASSERT_EQ(own.unresolved.size(), 1U) << "what the own unit says of its owner, and no more";
  EXPECT_EQ(own.unresolved[0].uscc, uscc_of(2));
  const auto hidden = RegisterReader(*home_, snapshot_, scope_of(access::Role::kDistrict, "440304")).group(unit(2));
  ASSERT_FALSE(hidden.ok());
  EXPECT_EQ(hidden.error().code, ErrorCode::kNotFound);
}

TEST_F(UnitGroups, AnOwnerWithManyBranchesIsCutAndSaysSo) {
  std::string lines = line(1, "440304", "");
  for (int i = 2; i < 210; ++i) lines += line(i, "440304", uscc_of(1));
  take_in(lines);
  const UnitGroup large = group(1);
  EXPECT_EQ(large.members.size(), kGroupUnitsMax);
  EXPECT_TRUE(large.truncated);
}

}  // namespace
}  // namespace minglu::flows
