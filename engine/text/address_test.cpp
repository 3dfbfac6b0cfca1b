#include "text/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/rng.hpp"
#include "base/utf8.hpp"

namespace minglu::text {
namespace {

using codes::RegionLevel;

const AddressParser& parser() {
  static const AddressParser kParser = AddressParser::load(MINGLU_SOURCE_DIR "/catalog").value();
  return kParser;
}

AddressParts parse(std::string_view text) { return parser().parse(text); }

TEST(Address, ReadsEveryPartOfAFullAddress) {
  const AddressParts parts = parse("广东省深圳市龙岗区坂田街道五和社区永丰路28号甲乙大厦3栋12层1203室");
  EXPECT_EQ(parts.province, "广东省");
  EXPECT_EQ(parts.city, "深圳市");
  EXPECT_EQ(parts.district, "龙岗区");
  EXPECT_EQ(parts.street, "坂田街道");
  EXPECT_EQ(parts.community, "五和社区居委会");
  EXPECT_EQ(parts.road, "永丰路");
  EXPECT_EQ(parts.road_number, "28");
  EXPECT_EQ(parts.building, "甲乙大厦");
  EXPECT_EQ(parts.block, "3栋");
  EXPECT_EQ(parts.floor, "12");
  EXPECT_EQ(parts.room, "1203");
  EXPECT_EQ(parts.rest, "");
  EXPECT_EQ(parts.code6, "440307");
  EXPECT_EQ(parts.code9, "440307013");
  EXPECT_EQ(parts.code12, "440307013008");
  EXPECT_EQ(parts.area, "440307");
  EXPECT_EQ(parts.level, RegionLevel::kCommunity);
  EXPECT_EQ(parts.flags, 0U);
}

TEST(Address, EmptyAndMeaninglessTextsGiveNothing) {
  for (const char* text : {"", " ", "　", "无", "N/A", "518000", "()", ",,,", "\xFF\xFE", "🏢"}) {
    const AddressParts parts = parse(text);
    EXPECT_EQ(parts.level, RegionLevel::kNone) << text;
    EXPECT_EQ(parts.padded_code(), "") << text;
    EXPECT_EQ(parts.flags, 0U) << text;
  }
}

TEST(Address, PadsTheDeepestCodeToTwelveDigits) {
  EXPECT_EQ(parse("深圳市").padded_code(), "440300000000");
  EXPECT_EQ(parse("深圳市福田区").padded_code(), "440304000000");
  EXPECT_EQ(parse("深圳市福田区莲花街道").padded_code(), "440304008000");
}

TEST(Address, PrefixMayBeMissingShortOrRepeated) {
  for (const char* text : {"中华人民共和国广东省深圳市南山区粤海街道", "深圳市南山区粤海街道", "南山区粤海街道",
                           "深圳南山粤海", "广东深圳市南山区粤海街道办事处", "深圳市深圳市南山区粤海街道办",
                           "深圳市南山区南山区粤海街道", "广东省 深圳市 南山区 粤海街道", "深圳市，南山区，粤海街道"}) {
    EXPECT_EQ(parse(text).code9, "440305007") << text;
  }
  EXPECT_TRUE(parse("深圳市深圳市南山区").has(AddressFlag::kRepeatedPrefix));
  EXPECT_TRUE(parse("南山区粤海街道").has(AddressFlag::kCityInferred));
  EXPECT_TRUE(parse("深圳南山粤海").has(AddressFlag::kShortName));
  EXPECT_TRUE(parse("深圳市粤海街道").has(AddressFlag::kDistrictInferred));
  EXPECT_EQ(parse("深圳市粤海街道").code6, "440305");
}

TEST(Address, OrderOfDivisionsMayVary) {
  const AddressParts parts = parse("坂田街道龙岗区五和社区");
  EXPECT_EQ(parts.code12, "440307013008");
  EXPECT_FALSE(parts.has(AddressFlag::kDistrictInferred));
}

TEST(Address, OldDistrictsAreReadAndFlagged) {
  const AddressParts parts = parse("深圳市龙华新区民治街道甲路1号");
  EXPECT_EQ(parts.code9, "440309002");
  EXPECT_TRUE(parts.has(AddressFlag::kOldName));
  EXPECT_EQ(parts.old_name, "龙华新区");
  EXPECT_EQ(parse("深圳市光明新区").code6, "440311");
  EXPECT_EQ(parse("坪山新区").code6, "440310");
  EXPECT_FALSE(parse("深圳市龙华区").has(AddressFlag::kOldName));
}

TEST(Address, AStreetThatWentToAnotherDistrictFollowsTheStreet) {
  const AddressParts parts = parse("深圳市宝安区大浪街道甲路1号");
  EXPECT_EQ(parts.code9, "440309004");
  EXPECT_EQ(parts.district, "龙华区");
  EXPECT_TRUE(parts.has(AddressFlag::kOldName));
  EXPECT_FALSE(parts.has(AddressFlag::kConflictWithinText));
}

TEST(Address, OldTownsResolveByCommunityOrStayAmbiguous) {
  const AddressParts known = parse("深圳市宝安区沙井镇上寮村甲厂");
  EXPECT_EQ(known.code12, "440306023004");
  EXPECT_TRUE(known.has(AddressFlag::kOldName));
  const AddressParts open = parse("深圳市龙岗区布吉镇甲路2号");
  EXPECT_EQ(open.code6, "440307");
  EXPECT_EQ(open.code9, "");
  EXPECT_EQ(open.street, "布吉镇");
  EXPECT_TRUE(open.has(AddressFlag::kStreetAmbiguous));
  const AddressParts whole = parse("深圳市龙岗区平湖镇甲路2号");
  EXPECT_EQ(whole.code9, "440307003");
  EXPECT_FALSE(whole.has(AddressFlag::kStreetAmbiguous));
}

TEST(Address, OldCountyWithoutStreetHasNoDistrict) {
  const AddressParts open = parse("宝安县甲路2号");
  EXPECT_EQ(open.code6, "440300");
  EXPECT_TRUE(open.has(AddressFlag::kDistrictAmbiguous));
  EXPECT_EQ(parse("宝安县龙华镇").code6, "440309");
}

TEST(Address, AmbiguousCommunityNeedsTheStreet) {
  const AddressParts open = parse("深圳市凤凰社区甲路1号");
  EXPECT_EQ(open.code12, "");
  EXPECT_TRUE(open.has(AddressFlag::kCommunityAmbiguous));
  EXPECT_EQ(open.community, "凤凰社区");
  EXPECT_EQ(parse("深圳市宝安区福永街道凤凰社区").code12, "440306020007");
  EXPECT_EQ(parse("深圳市光明区凤凰街道凤凰社区").code12, "440311004005");
  const AddressParts inferred = parse("深圳市宝安区凤凰社区");
  EXPECT_EQ(inferred.code12, "440306020007");
  EXPECT_TRUE(inferred.has(AddressFlag::kStreetInferred));
}

TEST(Address, AUnitedCommunityThatTheListDividesIsAmbiguous) {
  const AddressParts parts = parse("深圳市龙岗区坂田街道杨美社区甲路1号");
  EXPECT_EQ(parts.code9, "440307013");
  EXPECT_EQ(parts.code12, "");
  EXPECT_TRUE(parts.has(AddressFlag::kCommunityAmbiguous));
}

TEST(Address, CommunityShortNamesAndVillages) {
  EXPECT_EQ(parse("深圳市宝安区沙井街道后亭第二工业区").code12, "440306022006");
  EXPECT_EQ(parse("深圳市宝安区沙井街道后亭村12号").code12, "440306022006");
  const AddressParts road = parse("深圳市宝安区沙井街道后亭路12号");
  EXPECT_EQ(road.code12, "") << "a road of that name is no community";
  EXPECT_EQ(road.road, "后亭路");
}

TEST(Address, UnlistedCommunityIsKeptAsWords) {
  const AddressParts parts = parse("深圳市龙岗区坂田街道某某新社区甲路1号");
  EXPECT_EQ(parts.community, "某某新社区");
  EXPECT_EQ(parts.code12, "");
  EXPECT_TRUE(parts.has(AddressFlag::kCommunityNotListed));
}

TEST(Address, ConflictsAreFlaggedAndTheStreetGetsNoCode) {
  const AddressParts parts = parse("深圳市南山区坂田街道甲路1号");
  EXPECT_TRUE(parts.has(AddressFlag::kConflictWithinText));
  EXPECT_EQ(parts.code6, "440305");
  EXPECT_EQ(parts.code9, "");
  EXPECT_EQ(parts.street, "坂田街道");
  EXPECT_TRUE(parse("深圳市南山区福田区甲路1号").has(AddressFlag::kConflictWithinText));
  EXPECT_TRUE(parse("湖南省深圳市南山区").has(AddressFlag::kConflictWithinText));
}

TEST(Address, DapengAndShenshanAreAreasOfTheirOwn) {
  const AddressParts street = parse("深圳市大鹏新区葵涌街道甲路1号");
  EXPECT_EQ(street.code9, "440307009");
  EXPECT_EQ(street.area, "dapeng");
  EXPECT_EQ(parse("深圳市大鹏新区甲路1号").area, "dapeng");
  EXPECT_EQ(parse("深圳市龙岗区甲路1号").area, "");
  const AddressParts town = parse("深圳市深汕特别合作区鹅埠镇甲路1号");
  EXPECT_EQ(town.code9, "441521103");
  EXPECT_EQ(town.area, "shenshan");
  EXPECT_FALSE(town.has(AddressFlag::kOutsideCity));
}

TEST(Address, SecretaryAddressIsFlaggedAndItsBracketIsNoDivision) {
  const AddressParts parts = parse("深圳市前海深港合作区甲湾一路1号B栋301室（入驻深圳市某某商务秘书有限公司）");
  EXPECT_TRUE(parts.has(AddressFlag::kSecretaryAddress));
  EXPECT_TRUE(parts.has(AddressFlag::kZone));
  EXPECT_TRUE(parts.has(AddressFlag::kDistrictInferred));
  EXPECT_EQ(parts.code6, "440305");
  EXPECT_EQ(parts.code9, "") << "the zone is only the nearest code";
  EXPECT_EQ(parts.road, "甲湾一路");
  EXPECT_EQ(parts.room, "301");
  EXPECT_EQ(parse("某路1号(入驻深圳市南山区某秘书有限公司)").code6, "");
}

TEST(Address, OtherCitiesAreReadToTheDistrict) {
  const AddressParts dongguan = parse("广东省东莞市长安镇甲路5号");
  EXPECT_EQ(dongguan.code6, "441900");
  EXPECT_EQ(dongguan.street, "长安镇");
  EXPECT_EQ(dongguan.code9, "");
  EXPECT_TRUE(dongguan.has(AddressFlag::kOutsideCity));
  EXPECT_EQ(parse("惠州市惠阳区甲路5号").code6, "441303");
  EXPECT_EQ(parse("北京市朝阳区甲路5号").code6, "110105");
  EXPECT_EQ(parse("北京市朝阳区甲路5号").city, "北京市");
  EXPECT_EQ(parse("辽宁省朝阳市甲路5号").code6, "211300");
  EXPECT_EQ(parse("江苏省常熟市甲路5号").city, "苏州市");
}

TEST(Address, NamesOfRoadsAreNoDivisions) {
  EXPECT_EQ(parse("深圳市宝安大道1号").code6, "440300");
  EXPECT_EQ(parse("深圳市龙岗大道1号").road, "龙岗大道");
  EXPECT_EQ(parse("深圳市福田区南昌路3号").road, "南昌路");
  EXPECT_EQ(parse("北京路3号").code6, "");
}

TEST(Address, FullWidthAndChineseDigitsAreTheSame) {
  const AddressParts wide = parse("深圳市罗湖区甲路１２３号Ａ座５０１");
  EXPECT_EQ(wide.road_number, "123");
  EXPECT_EQ(wide.block, "A座");
  EXPECT_EQ(wide.room, "501");
  const AddressParts chinese = parse("深圳市罗湖区甲路二十九号乙大厦十一楼");
  EXPECT_EQ(chinese.road_number, "29");
  EXPECT_EQ(chinese.floor, "11");
  EXPECT_EQ(parse("深圳市罗湖区甲路10号负一楼").floor, "-1");
  EXPECT_EQ(parse("深圳市羅湖區甲路3號").code6, "440303") << "traditional characters";
}

TEST(Address, DivisionsBehindOtherWordsAreFoundAndFlagged) {
  const AddressParts parts = parse("注册地址在深圳市福田区莲花街道");
  EXPECT_EQ(parts.code9, "440304008");
  EXPECT_TRUE(parts.has(AddressFlag::kFoundInside));
}

TEST(Address, LongTextIsCutAndSaidSo) {
  std::string text = "深圳市福田区";
  for (int i = 0; i < 100000; ++i) text += "区";
  const AddressParts parts = parse(text);
  EXPECT_EQ(parts.code6, "440304");
  EXPECT_TRUE(parts.has(AddressFlag::kTooLong));
}

TEST(AddressKey, SpellingsOfOneAddressAreEqual) {
  const std::string key = parser().normalise_address("深圳市南山区粤海街道甲路12号乙大厦A座5层501室");
  EXPECT_FALSE(key.empty());
  for (const char* text :
       {"广东省深圳市南山区粤海街道甲路12号乙大厦A座5层501", "南山区粤海街道办事处甲路１２号乙大厦（A座）五楼501房",
        "深圳 南山区 粤海 甲路十二号 乙大厦a座5楼501室（仅限办公）",
        "中国广东省深圳市南山区粤海街道甲路12號乙大廈A座5层501"}) {
    EXPECT_EQ(parser().normalise_address(text), key) << text;
  }
}

TEST(AddressKey, DifferentNumbersStayDifferent) {
  const auto key = [](const char* text) { return parser().normalise_address(text); };
  EXPECT_NE(key("甲路12号3室"), key("甲路123号"));
  EXPECT_NE(key("甲路1-2号"), key("甲路12号"));
  EXPECT_NE(key("甲路5(1)号"), key("甲路51号"));
  EXPECT_EQ(key("甲路1-2号"), key("甲路1之2号"));
  EXPECT_EQ(key(""), "");
  EXPECT_EQ(key("深圳市"), "");
}

// Random mixtures of address words: whatever comes out must hang together.
TEST(Address, CodesAlwaysAgreeWithEachOther) {
  const std::vector<std::string> words = {
      "深圳市",   "广东省",         "龙岗区", "宝安区", "宝安县",    "布吉镇", "龙华", "坂田街道", "凤凰社区",
      "大鹏新区", "深汕特别合作区", "前海",   "东莞市", "朝阳区",    "长安镇", "甲路", "12号",     "(",
      ")",        "入驻",           "大厦",   "第",     "三",        "十",     "A",    "栋",       "楼",
      "社区",     "\xE5",           "，",     "特区",   "福田保税区"};
  base::Rng rng(20260101);
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (uint64_t n = rng.below(9); n > 0; --n) text += words[rng.below(words.size())];
    const AddressParts parts = parse(text);
    if (!parts.code12.empty()) { ASSERT_EQ(parts.code12.substr(0, 9), parts.code9) << text; }
    if (!parts.code9.empty()) { ASSERT_EQ(parts.code9.substr(0, 6), parts.code6) << text; }
    if (!parts.code6.empty()) { ASSERT_NE(parser().regions().find(parts.code6), nullptr) << text; }
    ASSERT_EQ(parts.level == RegionLevel::kNone, parts.code6.empty()) << text;
    for (const std::string* part : {&parts.road, &parts.building, &parts.rest, &parts.street, &parts.community}) {
      ASSERT_TRUE(base::is_valid_utf8(*part)) << text;
    }
    ASSERT_TRUE(base::is_valid_utf8(parser().normalise_address(text))) << text;
  }
}

TEST(Address, ManyThreadsGetTheSameAnswer) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 500; ++i) {
        if (parse("深圳市龙岗区坂田街道五和社区甲路8号").code12 != "440307013008") ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(wrong, ::testing::Each(0));
}

}  // namespace
}  // namespace minglu::text
