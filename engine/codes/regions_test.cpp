#include "codes/regions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace minglu::codes {
namespace {

const Regions& shipped() {
  static const Regions kRegions = Regions::load(MINGLU_SOURCE_DIR "/catalog").value();
  return kRegions;
}

// A catalog of its own in a temporary folder, to show what load refuses.
class BrokenCatalog : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 (std::string("regions_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(directory_ / "codes");
    write("regions.csv", "code,level,name,short_name,parent",
          "440000,province,广东省,广东,\n440300,city,深圳市,深圳,440000\n440303,district,罗湖区,罗湖,440300\n");
    write("region_aliases.csv", "alias,level,codes,precision,valid_from,valid_to,source,mark", "");
    write("regions_areas.csv", "area,name,member", "");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  void write(const std::string& file, const std::string& header, const std::string& rows) const {
    std::ofstream(directory_ / "codes" / file) << "# source: test\n# version: 1\n" << header << "\n" << rows;
  }
  void expect_refused(const std::string& word) const {
    const Result<Regions> result = Regions::load(directory_);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(result.error().message, ::testing::HasSubstr(word));
  }
  std::filesystem::path directory_;
};

TEST(Regions, FindsCodesOfSixNineAndTwelveDigits) {
  EXPECT_EQ(shipped().name("440000"), "广东省");
  EXPECT_EQ(shipped().name("440303"), "罗湖区");
  EXPECT_EQ(shipped().name("440303000000"), "罗湖区");
  EXPECT_EQ(shipped().name("440307013"), "坂田街道");
  EXPECT_EQ(shipped().name("440307013000"), "坂田街道");
  EXPECT_EQ(shipped().find("440307014014")->short_name, "凤凰");
}

TEST(Regions, GivesNothingForUnknownOrMalformedCodes) {
  for (const char* code : {"", "4403", "440399", "44030a", "4403030000000", "440303001999", "４４０３０３", "罗湖区"}) {
    EXPECT_EQ(shipped().find(code), nullptr) << code;
    EXPECT_EQ(shipped().name(code), "") << code;
    EXPECT_TRUE(shipped().children(code).empty()) << code;
  }
}

TEST(Regions, TwelveDigitCodesAreValidAtAnyLevel) {
  EXPECT_TRUE(shipped().is_valid_code12("440303001001"));
  EXPECT_TRUE(shipped().is_valid_code12("440303001000"));
  EXPECT_TRUE(shipped().is_valid_code12("440303000000"));
  EXPECT_FALSE(shipped().is_valid_code12("440303001"));
  EXPECT_FALSE(shipped().is_valid_code12("440303001002999"));
  EXPECT_EQ(shipped().code12("440307013"), "440307013000");
  EXPECT_EQ(shipped().code12("999999"), "");
}

TEST(Regions, WalksUpAndDown) {
  EXPECT_EQ(shipped().parent("440307013"), "440307");
  EXPECT_EQ(shipped().parent("440000"), "");
  EXPECT_EQ(shipped().district_of("440307013008"), "440307");
  EXPECT_EQ(shipped().district_of("440300"), "");
  EXPECT_EQ(shipped().children("440300").size(), 9U);
  EXPECT_TRUE(shipped().is_within("440307013008", "440307"));
  EXPECT_TRUE(shipped().is_within("440307", "440307"));
  EXPECT_FALSE(shipped().is_within("440307", "440307013"));
}

TEST(Regions, ManagementAreaIsDecidedByStreetNotBySixDigits) {
  EXPECT_EQ(shipped().management_area("440307010003"), "dapeng");
  EXPECT_EQ(shipped().management_area("440307009"), "dapeng");
  EXPECT_EQ(shipped().management_area("440307013"), "440307");
  EXPECT_EQ(shipped().management_area("440307"), "") << "may be 龙岗 or 大鹏";
  EXPECT_EQ(shipped().management_area("440304"), "440304");
  EXPECT_EQ(shipped().management_area("441521103"), "shenshan");
  EXPECT_EQ(shipped().management_area("441521"), "");
  EXPECT_EQ(shipped().management_areas().size(), 11U);
}

TEST(Regions, AliasesKnowWhenTheyHeld) {
  const RegionAlias* old = shipped().find_alias("龙华新区", AliasLevel::kDistrict);
  ASSERT_NE(old, nullptr);
  EXPECT_THAT(old->codes, ::testing::ElementsAre("440309"));
  const Date in_2005 = *base::parse_iso_date("2005-06-01");
  const Date in_2010 = *base::parse_iso_date("2010-06-01");
  EXPECT_EQ(shipped().find_alias("布吉街道", AliasLevel::kStreet, in_2005)->codes.size(), 4U);
  EXPECT_EQ(shipped().find_alias("布吉街道", AliasLevel::kStreet, in_2010)->codes.size(), 2U);
  EXPECT_EQ(shipped().find_alias("布吉镇", AliasLevel::kStreet, in_2010), nullptr);
  EXPECT_EQ(shipped().find_alias("布吉镇", AliasLevel::kDistrict), nullptr);
}

TEST_F(BrokenCatalog, TheWholeOneLoads) { EXPECT_TRUE(Regions::load(directory_).ok()); }

TEST_F(BrokenCatalog, RefusesACodeThatStandsTwice) {
  write("regions.csv", "code,level,name,short_name,parent", "440000,province,广东省,广东,\n440000,province,广东省,,\n");
  expect_refused("stands twice");
}

TEST_F(BrokenCatalog, RefusesAnUnknownParent) {
  write("regions.csv", "code,level,name,short_name,parent", "440300,city,深圳市,深圳,440000\n");
  expect_refused("unknown parent");
}

TEST_F(BrokenCatalog, RefusesACodeOfTheWrongLength) {
  write("regions.csv", "code,level,name,short_name,parent", "440000000,province,广东省,广东,\n");
  expect_refused("does not fit");
}

TEST_F(BrokenCatalog, RefusesOverlappingValidityOfOneAlias) {
  write("region_aliases.csv", "alias,level,codes,precision,valid_from,valid_to,source,mark",
        "旧区,district,440303,exact,,2000-01-01,t,K\n旧区,district,440303,exact,2000-01-01,,t,K\n");
  expect_refused("overlaps");
}

TEST_F(BrokenCatalog, AcceptsOneAliasInTwoPeriods) {
  write("region_aliases.csv", "alias,level,codes,precision,valid_from,valid_to,source,mark",
        "旧区,district,440303,exact,,2000-01-01,t,K\n旧区,district,440303,exact,2000-01-02,,t,K\n");
  EXPECT_TRUE(Regions::load(directory_).ok());
}

TEST_F(BrokenCatalog, RefusesAliasOfAnUnknownCodeOrDate) {
  const std::string header = "alias,level,codes,precision,valid_from,valid_to,source,mark";
  write("region_aliases.csv", header, "旧区,district,440309,exact,,,t,K\n");
  expect_refused("unknown code");
  write("region_aliases.csv", header, "旧区,district,440303,exact,2000-13-01,,t,K\n");
  expect_refused("is no date");
  write("region_aliases.csv", header, "旧区,district,440303,exact,2001-01-01,2000-01-01,t,K\n");
  expect_refused("ends before");
  write("region_aliases.csv", header, "旧区,district,,exact,,,t,K\n");
  expect_refused("no code");
}

TEST_F(BrokenCatalog, RefusesAMemberInTwoAreas) {
  write("regions_areas.csv", "area,name,member", "a,甲,440303\nb,乙,440303\n");
  expect_refused("stands twice");
}

}  // namespace
}  // namespace minglu::codes
