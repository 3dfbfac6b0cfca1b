#include "access/scope.hpp"

#include <gtest/gtest.h>

#include <type_traits>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

static_assert(!std::is_default_constructible_v<Scope>);

const codes::Regions& regions() {
  static const codes::Regions kRegions = codes::Regions::load(codes::catalog_directory()).value();
  return kRegions;
}

Scope areas(const std::vector<std::string>& ids) { return Scope::of_areas(regions(), ids, {}).value(); }

TEST(Scope, ADistrictCoversItsStreetsAndNothingElse) {
  const Scope scope = Scope::of_regions({"440303"}, {}).value();
  for (const char* inside : {"440303", "440303001", "440303001002", "440303000000"}) {
    EXPECT_TRUE(scope.covers_region(inside)) << inside;
  }
  for (const char* outside : {"", "440304", "440304001", "44030", "4403", "440300", "440300000000", "4403030011",
                              "44030a", "440303 ", "４４０３０３", "罗湖区", "0440303"}) {
    EXPECT_FALSE(scope.covers_region(outside)) << outside;
  }
}

TEST(Scope, AStreetDoesNotCoverItsDistrict) {
  const Scope scope = Scope::of_regions({"440303001"}, {}).value();
  EXPECT_TRUE(scope.covers_region("440303001"));
  EXPECT_TRUE(scope.covers_region("440303001002"));
  EXPECT_TRUE(scope.covers_region("440303001000"));
  EXPECT_FALSE(scope.covers_region("440303"));
  EXPECT_FALSE(scope.covers_region("440303000000"));
  EXPECT_FALSE(scope.covers_region("440303002"));
}

TEST(Scope, OnlyTheCityCoversUnitsWithoutRegion) {
  const Scope city = Scope::of_whole_city({});
  EXPECT_TRUE(city.covers_region(""));
  EXPECT_TRUE(city.covers_region("nonsense"));
  EXPECT_TRUE(city.covers_region("440304"));
  EXPECT_TRUE(city.is_whole_city());
  EXPECT_FALSE(Scope::of_nothing().covers_region(""));
  EXPECT_FALSE(Scope::of_nothing().covers_region("440304"));
}

TEST(Scope, MalformedRegionsAreRefused) {
  for (const std::string code : {"", "4403", "440300", "440303001002", "44030a", "44030300", "city", "440303 "}) {
    EXPECT_EQ(Scope::of_regions({code}, {}).error().code, ErrorCode::kInvalidArgument) << code;
  }
  EXPECT_EQ(Scope::of_regions({}, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Scope, ADistrictLosesTheStreetsOfOtherAreas) {
  const Scope longgang = areas({"440307"});
  const Scope dapeng = areas({"dapeng"});
  EXPECT_FALSE(longgang.excluded_streets().empty());
  for (const codes::Region& region : regions().all()) {
    if (!region.code.starts_with("440307") || region.level == codes::RegionLevel::kDistrict) continue;
    const bool is_dapeng = regions().management_area(region.code) == "dapeng";
    EXPECT_EQ(dapeng.covers_region(region.code), is_dapeng) << region.code;
    EXPECT_EQ(longgang.covers_region(region.code), !is_dapeng) << region.code;
  }
  EXPECT_TRUE(longgang.covers_region("440307"));
  EXPECT_FALSE(dapeng.covers_region("440307"));
  const Scope both = areas({"440307", "dapeng"});
  EXPECT_TRUE(both.excluded_streets().empty());
}

TEST(Scope, EveryRegionOfTheCityHasOneArea) {
  std::vector<Scope> all;
  for (const codes::ManagementArea& area : regions().management_areas()) all.push_back(areas({area.id}));
  int checked = 0;
  for (const codes::Region& region : regions().all()) {
    if (regions().management_area(region.code).empty()) continue;
    int covering = 0;
    for (const Scope& scope : all) covering += scope.covers_region(region.code) ? 1 : 0;
    EXPECT_EQ(covering, 1) << region.code;
    ++checked;
  }
  EXPECT_GT(checked, 700);
}

TEST(Scope, UnknownAreasAreRefused) {
  for (const std::string id : {"atlantis", "999999", "", "440303999"}) {
    EXPECT_EQ(Scope::of_areas(regions(), std::vector<std::string>{id}, {}).error().code, ErrorCode::kInvalidArgument)
        << id;
  }
  EXPECT_FALSE(Scope::of_areas(regions(), {}, {}).ok());
}

TEST(Scope, AnAccountGetsWhatItsRolesSee) {
  const auto made = [](const AccountGrant& account) { return Scope::of_account(regions(), account).value(); };
  const Scope department =
      made({.roles = {Role::kDepartment}, .regions = {"city"}, .specialties = {"all"}, .may_unmask = false});
  EXPECT_TRUE(department.is_whole_city());
  EXPECT_TRUE(department.covers_class(SourceClass::kDeptAdmin));
  EXPECT_FALSE(department.covers_class(SourceClass::kSurvey));
  EXPECT_TRUE(department.covers_specialty(""));
  const Scope district = made({.roles = {Role::kDistrict}, .regions = {"440303"}, .specialties = {"B"}});
  EXPECT_TRUE(district.covers_class(SourceClass::kSurvey));
  EXPECT_TRUE(district.covers_specialty("B"));
  EXPECT_FALSE(district.covers_specialty("C"));
  EXPECT_FALSE(district.covers_specialty(""));
  EXPECT_FALSE(district.may_unmask());
}

TEST(Scope, AnAdministratorSeesNothingWhateverTheAccountSays) {
  const Scope scope =
      Scope::of_account(
          regions(), {.roles = {Role::kSystemAdmin}, .regions = {"city"}, .specialties = {"all"}, .may_unmask = true})
          .value();
  EXPECT_FALSE(scope.covers_region("440303"));
  EXPECT_FALSE(scope.covers_specialty("B"));
  EXPECT_FALSE(scope.covers_class(SourceClass::kPublic));
  EXPECT_FALSE(scope.may_unmask());
}

TEST(Scope, AnAccountWithoutRegionsIsRefusedNotWidened) {
  EXPECT_FALSE(Scope::of_account(regions(), {.roles = {Role::kDistrict}, .specialties = {"all"}}).ok());
  const Scope none = Scope::of_account(regions(), {.roles = {Role::kCity}, .regions = {"city"}}).value();
  EXPECT_FALSE(none.covers_specialty("B")) << "no specialty is written, so none is granted";
}

}  // namespace
}  // namespace minglu::access
