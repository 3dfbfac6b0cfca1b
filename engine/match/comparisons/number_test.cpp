#include <gtest/gtest.h>

#include "match/match_test_support.hpp"

namespace minglu::match {
namespace {

using linkage_test::expect_levels;

TEST(Number, NearAndFar) {
  expect_levels(Kind::kNumber, {{"100", "100.0", "equal"},
                                {"1,000", "1000", "equal"},
                                {"1 000 元", "1000", "equal"},
                                {"0", "0.0", "equal"},
                                {"1000", "1005", "within one per cent"},
                                {"1000", "1090", "within ten per cent"},
                                {"1000", "2000", "different"},
                                {"0", "1", "different"},
                                {"", "1", "missing"},
                                {"无", "1", "missing"},
                                {".", "1", "missing"},
                                {"注册资本500万元", "500", "equal"}});
}

}  // namespace
}  // namespace minglu::match
