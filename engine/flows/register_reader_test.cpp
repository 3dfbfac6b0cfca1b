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

TEST_F(RegisterReaders, AnotherDistrictsUnitTakesTheReadsOfOneThatDoesNotExist) {
  const RegisterReader own = reader(district("440304"));
  const auto reads = [&](uint64_t unit, const std::function<bool(uint64_t)>& ask) {
    const uint64_t before = home_->unit_reads();
    EXPECT_FALSE(ask(unit));
    return home_->unit_reads() - before;
  };
  const std::vector<std::pair<const char*, std::function<bool(uint64_t)>>> questions = {
      {"unit", [&](uint64_t unit) { return own.unit({.unit = unit}, false).ok(); }},
      {"summary", [&](uint64_t unit) { return own.summary(unit).ok(); }},
      {"place", [&](uint64_t unit) { return own.place(unit).ok(); }},
      {"history", [&](uint64_t unit) { return own.history(unit).ok(); }},
      {"links", [&](uint64_t unit) { return own.links(unit).ok(); }},
      {"group", [&](uint64_t unit) { return own.group(unit).ok(); }}};
  for (const auto& [name, ask] : questions) {
    const uint64_t hidden = reads(home_.unit_of(kNanshan), ask);
    EXPECT_GT(hidden, 0u) << name;
    for (const uint64_t absent : {uint64_t{0}, uint64_t{88'888'888}, uint64_t{99'999'999}})
      EXPECT_EQ(reads(absent, ask), hidden) << name << " " << absent;
  }
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

access::Scope department() { return city({access::Role::kDepartment}); }

TEST_F(RegisterReaders, WhatOnlyASurveyKnowsDoesNotExistForADepartment) {
  const std::string surveyed = "深圳市己庚辛实业有限公司";
  home_.feed("tj_census", "tj_census_2024-01-31.csv",
             "底册码,统一社会信用代码,单位详细名称,行业代码,区划代码,法定代表人\n"
             "C1," +
                 uscc_of(3) + "," + surveyed + ",7340,440305001000,赵大\nC2," + uscc_of(2) + "," + kNanshan +
                 ",7340,440305001000,钱二\n");
  home_.resolve();
  snapshot_ = SnapshotMaker(*home_).make().value();
  const RegisterReader reader = this->reader(department());
  const uint64_t hidden = home_.unit_of(surveyed);
  EXPECT_FALSE(reader.summary(hidden).ok());
  EXPECT_EQ(reader.unit({.unit = hidden}, false).error().message, "没有编号为 " + std::to_string(hidden) + " 的单位")
      << "as of one that does not exist";
  search::Query query;
  query.want_facets = true;
  const SearchPage page = reader.search(query).value();
  EXPECT_EQ(page.total, 2u);
  EXPECT_TRUE(page.facets.sections.empty());
  EXPECT_EQ(page.facets.sources.size(), 2u) << "the census is not one of its sources";
  for (const UnitSummary& unit : page.items) EXPECT_EQ(unit.industry, "") << "stated by the census alone";
  EXPECT_EQ(this->reader(city()).search(query).value().total, 3u);
  query.industries = {"73"};
  EXPECT_FALSE(reader.search(query).ok());
  query.industries.clear();
  query.sources = 1ULL << home_->knowledge().sources().find("tj_census")->value;
  EXPECT_FALSE(reader.search(query).ok());
  EXPECT_EQ(reader.conflicts({}).value().total, 1u) << "its own sources differ about one name";
}

TEST_F(RegisterReaders, AChangeIsShownToWhomTheUnitIsVisible) {
  UnitChange change;
  change.unit = home_.unit_of(kFutian);
  change.region = "440304";
  change.sources = 1ULL << home_->knowledge().sources().find("tj_census")->value;
  change.fields = {home_->knowledge().fields().require("name").value,
                   home_->knowledge().fields().require("revenue").value};
  EXPECT_EQ(reader(city()).shown(change)->fields.size(), 2u);
  EXPECT_FALSE(reader(district("440305")).shown(change));
  EXPECT_FALSE(reader(department()).shown(change)) << "known to a survey only";
  change.sources |= 1ULL << home_->knowledge().sources().find("scjg_reg")->value;
  EXPECT_EQ(reader(department()).shown(change)->fields.size(), 1u);
  change.survivor = home_.unit_of(kNanshan);
  EXPECT_EQ(reader(district("440304")).shown(change)->survivor, 0u) << "a unit elsewhere";
}

TEST_F(RegisterReaders, ADistrictThatIsCutUpKeepsItsUnitsWithoutAStreet) {
  home_.feed("scjg_reg", "scjg_reg_2024-03.csv",
             kHead + uscc_of(4) + ",深圳市龙岗甲有限公司,张三,深圳市龙岗区1号,440307\n" + uscc_of(5) +
                 ",深圳市大鹏乙有限公司,李四,深圳市大鹏街道2号,440307009\n");
  home_.resolve();
  snapshot_ = SnapshotMaker(*home_).make().value();
  EXPECT_EQ(reader(district("440307")).search({}).value().total, 1u);
  EXPECT_EQ(reader(district("dapeng")).search({}).value().total, 1u);
  EXPECT_EQ(reader(district("440307")).minted_since(0, {.limit = 10}).value().total, 1u);
  EXPECT_EQ(reader(city()).minted_since(0, {.district = "440307009", .limit = 10}).value().total, 1u);
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
  EXPECT_EQ(reader.minted_since(0, {.limit = 10}).value().total, 0u);
  EXPECT_FALSE(reader.unit({.unit = 1}, false).ok());
}

}  // namespace
}  // namespace minglu::flows
