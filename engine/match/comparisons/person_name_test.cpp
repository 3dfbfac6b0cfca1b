#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::compare_texts;

void expect_levels(const std::vector<linkage_test::PairCase>& cases) {
  const std::vector<std::string_view> background{"smith john", "brown john", "green ann", "white eve", "张三", "李四"};
  linkage_test::expect_levels(Kind::kPersonName, cases, background);
}

TEST(PersonName, HanNamesAgreeByCharacterAndBySound) {
  expect_levels({{"张伟", "张伟", "equal"},
                 {"张伟", "章伟", "same parts or same sound"},
                 {"张 伟", "张伟", "equal"},
                 {"張偉", "张伟", "equal"},
                 {"欧阳小甲", "欧阳小乙", "one slip or one inside the other"},
                 {"王小明", "王晓明", "same parts or same sound"},
                 {"王小明", "王明", "one slip or one inside the other"},
                 {"王小明", "王小", "one slip or one inside the other"},
                 {"张伟", "张强", "same surname or faintly alike"},
                 {"张伟", "李强", "different"},
                 {"王小明", "王大力", "same surname or faintly alike"}});
}

TEST(PersonName, OneHanCharacterIsComparedAsItIs) {
  expect_levels({{"张", "张", "equal"},
                 {"张", "章", "same parts or same sound"},
                 {"张", "李", "different"},
                 {"张", "张伟", "same surname or faintly alike"}});
}

TEST(PersonName, LatinNamesAgreeInAnyOrderAndWithSlips) {
  expect_levels({{"John Smith", "john  SMITH", "equal"},
                 {"Smith, John", "John Smith", "same parts or same sound"},
                 {"O'Brian", "OBrian", "equal"},
                 {"José", "JOSE", "equal"},
                 {"Katherine", "Kathrine", "one slip or one inside the other"},
                 {"Katherine", "Katerina", "alike"},
                 {"Jonathan", "Jonathn Lee", "every part alike"},
                 {"Ann Green", "Ann Mary Green", "one slip or one inside the other"},
                 {"Ann", "Eve", "different"},
                 {"A", "A", "equal"},
                 {"A", "B", "different"}});
}

TEST(PersonName, FullWidthAndMarksLeaveNoTrace) {
  expect_levels({{"ＪＯＨＮ　Ｓｍｉｔｈ", "John Smith", "equal"},
                 {"阿不都·甲乙", "阿不都甲乙", "equal"},
                 {"阿不都•甲乙", "阿不都．甲乙", "equal"}});
}

TEST(PersonName, NothingIsMissing) {
  expect_levels({{"", "", "missing"}, {"", "张伟", "missing"}, {" ·。", "张伟", "missing"}});
}

TEST(PersonName, MalformedAndExtremeTextsAreCompared) {
  const std::string longest(20'000, 'x');
  std::string other = longest;
  other.back() = 'y';
  EXPECT_EQ(compare_texts(Kind::kPersonName, longest, longest).forth, "equal");
  EXPECT_EQ(compare_texts(Kind::kPersonName, longest, other).forth, "one slip or one inside the other");
  EXPECT_EQ(compare_texts(Kind::kPersonName, "\xE5\xBC", "张").forth, "missing");
  EXPECT_EQ(compare_texts(Kind::kPersonName, "张\xFF伟", "张伟").forth, "equal");
  EXPECT_EQ(compare_texts(Kind::kPersonName, "𠮷", "𠮷").forth, "equal");
  EXPECT_EQ(compare_texts(Kind::kPersonName, "𠮷田", "𠮷野").forth,
            compare_texts(Kind::kPersonName, "𠮷野", "𠮷田").forth);
}

TEST(PersonName, NamesThatMayBeAlikeShareAKey) {
  const auto names = make_comparison(Kind::kPersonName, linkage_test::tables());
  const auto keys_of = [&](std::string_view name) {
    std::vector<uint64_t> keys;
    names->keys(names->add(name), keys);
    return keys;
  };
  const auto share = [&](std::string_view a, std::string_view b) {
    const auto x = keys_of(a);
    const auto y = keys_of(b);
    return std::any_of(x.begin(), x.end(), [&](uint64_t key) { return std::find(y.begin(), y.end(), key) != y.end(); });
  };
  EXPECT_TRUE(share("张伟", "章伟"));
  EXPECT_TRUE(share("Smith John", "John Smyth"));
  EXPECT_TRUE(share("Catherine", "Catharine"));
  EXPECT_FALSE(share("张伟", "李强"));
}

}  // namespace
}  // namespace minglu::match
