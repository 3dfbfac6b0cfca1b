#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::compare_texts;
using linkage_test::expect_levels;

TEST(Text, WordsSlipsAndOrder) {
  expect_levels(Kind::kText,
                {{"Red House", "red  house", "equal"},
                 {"Red House", "House Red", "one slip or other order"},
                 {"carpenter", "carpentr", "one slip or other order"},
                 {"blue sky", "the blue sky", "one inside the other"},
                 {"软件开发", "軟件開發", "equal"},
                 {"软件开发", "软件开发与销售", "one inside the other"},
                 {"ｓｏｆｔｗａｒｅ", "software", "equal"},
                 {"software", "五金零售", "different"},
                 {"", "software", "missing"},
                 {"，。！", "software", "missing"},
                 {"\xFF", "software", "missing"}},
                {"red door", "green house", "the blue sea", "the sky", "五金批发", "软件测试"});
  std::string longest;
  for (int i = 0; i < 3000; ++i) longest += "word" + std::to_string(i) + " ";
  EXPECT_EQ(compare_texts(Kind::kText, longest, longest).forth, "equal");
  EXPECT_EQ(compare_texts(Kind::kText, longest, longest + "more").forth, "one slip or other order");
}

}  // namespace
}  // namespace minglu::match
