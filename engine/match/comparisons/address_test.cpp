#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::compare_texts;

void expect_levels(const std::vector<linkage_test::PairCase>& cases) {
  const std::vector<std::string_view> background{"深圳市福田区莲花街道甲路1号", "深圳市南山区粤海街道乙路2号丙大厦301",
                                                 "深圳市宝安区西乡街道丁路3号", "广州市天河区戊路4号",
                                                 "12 North Street Springfield", "7 South Road Riverton"};
  linkage_test::expect_levels(Kind::kAddress, cases, background);
}

TEST(Address, SpellingsOfOneAddressAreEqual) {
  expect_levels(
      {{"深圳市龙岗区坂田街道永丰路28号甲乙大厦1203室", "深圳市龙岗区坂田街道永丰路28号甲乙大厦1203室", "equal"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦1203室", "广东省深圳市龙岗区坂田街道永丰路２８号甲乙大厦１２０３",
        "equal"},
       {"深圳市龍崗區坂田街道永豐路28號", "深圳市龙岗区坂田街道永丰路28号", "equal"},
       {"深圳市龙岗区坂田街道永丰路28号", "龙岗区坂田街道永丰路28号", "equal"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦1203室", "深圳市龙岗区永丰路28号1203室", "equal"}});
}

TEST(Address, OneDoorAndItsRooms) {
  expect_levels(
      {{"深圳市龙岗区坂田街道永丰路28号1203室", "深圳市龙岗区坂田街道永丰路28号1204室", "same door, other room"},
       {"深圳市龙岗区坂田街道永丰路28号1203室", "深圳市龙岗区坂田街道永丰路28号", "same door"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦3栋1203室", "深圳市龙岗区坂田街道甲乙大厦4栋1203室",
        "same door, other room"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦", "深圳市龙岗区坂田街道甲乙大厦1203室", "same door"}});
}

TEST(Address, LevelsFromTheRoadToTheCity) {
  // Left out: 永丰路28号 | 永丰路960号 alone reaches "alike", above "same road", though no number agrees.
  expect_levels(
      {{"深圳市龙岗区坂田街道永丰路28号甲乙大厦201", "深圳市龙岗区坂田街道永丰路960号丙丁工业园5栋", "same road"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦201", "深圳市龙岗区坂田街道长青路7号丙丁工业园5栋",
        "same street office"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦201", "深圳市龙岗区布吉街道长青路7号丙丁工业园5栋", "same district"},
       {"深圳市龙岗区坂田街道永丰路28号甲乙大厦201", "深圳市福田区莲花街道长青路7号丙丁工业园5栋", "same city"},
       {"深圳市龙岗区永丰路28号1203室", "广州市天河区永丰路28号1203室", "elsewhere"}});
}

TEST(Address, OtherScriptsAgreeByWords) {
  expect_levels({{"12 North Street, Springfield", "12 north street springfield", "equal"},
                 {"Springfield, 12 North Street", "12 North Street Springfield", "equal"},
                 {"12 North Street", "12 North Street Springfield", "same door"},
                 {"12 North Street Springfield", "Paris", "elsewhere"}});
}

TEST(Address, NothingIsMissingAndMalformedTextIsCompared) {
  expect_levels({{"", "深圳市龙岗区", "missing"}, {"，。", "深圳市", "missing"}, {"深圳市", "深圳市", "equal"}});
  std::string longest = "深圳市龙岗区";
  for (int i = 0; i < 5000; ++i) longest += "甲路1号";
  EXPECT_EQ(compare_texts(Kind::kAddress, longest, longest).forth, "equal");
  EXPECT_NE(compare_texts(Kind::kAddress, longest, "深圳市龙岗区甲路1号").forth, "missing");
  EXPECT_NE(compare_texts(Kind::kAddress, "\xE6\xB7深圳市龙岗区\xFF", "深圳市龙岗区").forth, "missing");
  EXPECT_NE(compare_texts(Kind::kAddress, "99999999999999999999999号", "1号").forth, "missing");
}

}  // namespace
}  // namespace minglu::match
