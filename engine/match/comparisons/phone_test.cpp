#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::expect_levels;

TEST(Phone, AreaCodesAndCountryCodes) {
  expect_levels(Kind::kPhone, {{"0755-26770000", "(0755) 2677 0000", "equal"},
                               {"+86 755 26770000", "0755-26770000", "equal"},
                               {"0755-26770000", "26770000", "same last eight"},
                               {"13800138000", "８６１３８００１３８０００", "equal"},
                               {"13800138000", "13800138001", "one slip"},
                               {"13800138000", "13800130800", "one slip"},
                               {"13800138000", "13912345678", "different"},
                               {"020-26770000", "0755-26770000", "same last eight"}});
}

TEST(Phone, NothingAndNonsense) {
  expect_levels(Kind::kPhone, {{"", "13800138000", "missing"},
                               {"无", "13800138000", "missing"},
                               {"0000", "13800138000", "missing"},
                               {"00000000000", "13800138000", "missing"},
                               {"1234", "1234", "missing"},
                               {"12345", "12345", "equal"},
                               {"\xFF"
                                "12345",
                                "12345", "equal"}});
}

}  // namespace
}  // namespace minglu::match
