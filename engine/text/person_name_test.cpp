#include "text/person_name.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"

namespace minglu::text {
namespace {

const PersonNames& names() {
  static const PersonNames loaded =
      PersonNames::load(codes::catalog_directory(), CharTables::load(codes::catalog_directory()).value()).value();
  return loaded;
}

TEST(PersonName, EmptyStaysEmpty) {
  EXPECT_EQ(names().clean(""), "");
  EXPECT_EQ(names().key(" 　"), "");
}

TEST(PersonName, SpacesBetweenHanVanish) {
  EXPECT_EQ(names().clean(" 张 三　"), "张三");
  EXPECT_EQ(names().clean("JOHN   SMITH"), "JOHN SMITH");
}

TEST(PersonName, MiddleDotsAreOne) {
  EXPECT_EQ(names().clean("甲乙•丙丁"), "甲乙·丙丁");
  EXPECT_EQ(names().key("甲乙・丙丁"), names().key("甲乙丙丁"));
}

TEST(PersonName, TitleGoesWhenANameStays) {
  EXPECT_EQ(names().clean("张三先生"), "张三");
  EXPECT_EQ(names().clean("李四总经理"), "李四");
  EXPECT_EQ(names().clean("经理"), "经理");
}

TEST(PersonName, KeyFoldsScriptWidthAndCase) {
  EXPECT_EQ(names().key("張國強"), names().key("张国强"));
  EXPECT_EQ(names().key("ｊｏｈｎ"), "JOHN");
  EXPECT_NE(names().key("李升"), names().key("李昇"));
}

TEST(PersonName, IllFormedBytesDoNotFail) { EXPECT_FALSE(names().clean("\xE5\xBC\xFF").empty()); }

}  // namespace
}  // namespace minglu::text
