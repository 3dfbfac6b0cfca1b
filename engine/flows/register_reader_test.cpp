#include "flows/register_reader.hpp"

#include <gtest/gtest.h>

#include "flows/flows_test_support.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const std::string kFutian = "深圳市甲申乙科技有限公司";
const std::string kNanshan = "深圳市丙寅丁贸易有限公司";
constexpr const char* kHead = "统一社会信用代码,企业名称,法定代表人,住所,行政区划\n";

access::Scope city(std::vector<access::Role> roles = {access::Role::kCity}) {
  static const auto kDomain = rules::Domain::load(catalog()).value();
  return access::Scope::of_account(kDomain->regions(), {std::move(roles), {"city"}, {"all"}, false}).value();
}
access::Scope district(const std::string& code) {
  static const auto kDomain = rules::Domain::load(catalog()).value();
  return access::Scope::of_account(kDomain->regions(), {{access::Role::kDistrict}, {code}, {"all"}, false}).value();
}

class RegisterReaders : public ::testing::Test {
 protected:
  void SetUp() override {
    home_.feed("scjg_reg", "scjg_reg_2024-01.csv",
               kHead + uscc_of(1) + "," + kFutian + ",张小明,深圳市福田区新洲路1号,440304\n" + uscc_of(2) + "," +
                   kNanshan + ",李小红,深圳市南山区科技路2号,440305\n");
    home_.feed("bb_inst", "bb_inst_2024-02.json",
               "{\"data\":{\"rows\":[{\"统一社会信用代码\":\"" + uscc_of(1) + "\",\"单位名称\":\"" + kFutian +
                   "\",\"法定代表人\":\"王小二\"}]}}");
    home_.resolve();
    snapshot_ = SnapshotMaker(*home_).make().value();
  }
  RegisterReader reader(access::Scope scope) { return RegisterReader(*home_, snapshot_, std::move(scope)); }
  TestHome home_;
  std::shared_ptr<const RegisterSnapshot> snapshot_;
};

TEST_F(RegisterReaders, ADistrictSeesItsOwnUnitsInHitsCountsAndFacets) {
  search::Query query;
  query.want_facets = true;
  const SearchPage all = reader(city()).search(query).value();
  EXPECT_EQ(all.total, 2u);
  const SearchPage own = reader(district("440304")).search(query).value();
  ASSERT_EQ(own.total, 1u);
  EXPECT_EQ(own.items.at(0).name, kFutian);
  ASSERT_EQ(own.facets.districts.size(), 1u);
  EXPECT_EQ(own.facets.districts[0].code, "440304");
}

TEST_F(RegisterReaders, AnotherDistrictsUnitIsAsUnknownAsOneThatDoesNotExist) {
  const uint64_t other = home_.unit_of(kNanshan);
  const RegisterReader own = reader(district("440304"));
  const auto hidden = own.unit({.unit = other}, false);
  const auto absent = own.unit({.unit = 99'999'999}, false);
  ASSERT_FALSE(hidden.ok());
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(hidden.error().code, absent.error().code);
  EXPECT_FALSE(own.history(other).ok());
  EXPECT_FALSE(own.links(other).ok());
  EXPECT_TRUE(own.unit({.unit = home_.unit_of(kFutian)}, false).ok());
}

TEST_F(RegisterReaders, PersonsAreMaskedUntilTheyAreUnmasked) {
  const RegisterReader all = reader(city());
  const UnitView masked = all.unit({.unit = home_.unit_of(kNanshan)}, false).value();
  EXPECT_EQ(value(masked, "legal_rep").find("小红"), std::string::npos);
  EXPECT_TRUE(field(masked, "legal_rep")->is_masked);
}

TEST_F(RegisterReaders, AMaskedPersonIsNotFoundByName) {
  search::Query query;
  query.text = "李小红";
  EXPECT_EQ(reader(city({access::Role::kLeader})).search(query).value().total, 0u);
}

TEST_F(RegisterReaders, ConflictsAreListedWithTheirClaimsAndCountedInScope) {
  const FieldPage all = reader(city()).conflicts({.field = "legal_rep"}).value();
  ASSERT_EQ(all.total, 1u);
  EXPECT_EQ(all.items.at(0).unit.name, kFutian);
  EXPECT_EQ(all.items.at(0).field.claims.size(), 2u);
  EXPECT_EQ(reader(district("440305")).conflicts({}).value().total, 0u);
  EXPECT_FALSE(reader(city()).conflicts({.field = "no_field"}).ok());
}

TEST_F(RegisterReaders, ASnapshotIsMadeAgainWhenItsFilesAreGoneOrDamaged) {
  const uint64_t seq = snapshot_->state_seq();
  fs::remove(home_->lists_path(seq));
  std::ofstream(home_->search_path(seq), std::ios::binary | std::ios::trunc) << "not an index";
  const auto again = SnapshotMaker(*home_).make();
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(RegisterReader(*home_, *again, city()).search({}).value().total, 2u);
}

TEST_F(RegisterReaders, AnEmptyRegisterAnswersEmptyPages) {
  TestHome empty;
  const auto nothing = SnapshotMaker(*empty).make().value();
  const RegisterReader reader(*empty, nothing, city());
  EXPECT_EQ(reader.search({}).value().total, 0u);
  EXPECT_EQ(reader.conflicts({}).value().total, 0u);
  EXPECT_EQ(reader.minted_since(0, 0, 10).value().total, 0u);
  EXPECT_FALSE(reader.unit({.unit = 1}, false).ok());
}

}  // namespace
}  // namespace minglu::flows
