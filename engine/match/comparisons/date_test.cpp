#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::compare_texts;
using linkage_test::expect_levels;

TEST(Date, WrittenInAnyWayIsOneDate) {
  expect_levels(Kind::kDate, {{"2020-03-05", "2020/3/5", "equal"},
                              {"2020-03-05", "20200305", "equal"},
                              {"2020-03-05", "2020年3月5日", "equal"},
                              {"2020-03-05", "５/３/２０２０", "equal"},
                              {"2020-03-05 10:00:00", "2020-03-05", "equal"}});
}

TEST(Date, SlipsOfThePen) {
  expect_levels(Kind::kDate, {{"1990-03-05", "1990-05-03", "one slip"},
                              {"1990-03-05", "1990-03-06", "one slip"},
                              {"1990-03-05", "1990-03-50", "one slip"},
                              {"1990-03-05", "1909-03-05", "one slip"},
                              {"1990-03-05", "1990-04-06", "two digits differ"},
                              {"1990-03-05", "1990-12-27", "same year"},
                              {"1990-03-05", "1991-12-27", "year within one"},
                              {"1990-03-05", "1975-12-27", "different"}});
}

TEST(Date, MissingPartsDoNotContradict) {
  expect_levels(Kind::kDate, {{"1990-03", "1990-03-05", "one part missing"},
                              {"1990", "1990-03-05", "one part missing"},
                              {"199003", "1990-04", "same year"},
                              {"1990-03", "1990-11-05", "same year"}});
}

TEST(Date, NothingAndNonsense) {
  expect_levels(Kind::kDate, {{"", "1990-03-05", "missing"},
                              {"不详", "1990-03-05", "missing"},
                              {"9999-99-99", "9999-99-99", "equal"},
                              {"1", "1", "equal"},
                              {"1", "2", "one slip"},
                              {"1-2-3", "1990-03-05", "different"},
                              {"\xFF\xFE", "1990", "missing"}});
  const std::string longest(10'000, '1');
  EXPECT_EQ(compare_texts(Kind::kDate, longest, longest).forth, "equal");
  EXPECT_EQ(compare_texts(Kind::kDate, longest, "1990").forth, "different");
}

}  // namespace
}  // namespace minglu::match
