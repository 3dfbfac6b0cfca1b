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
                                {"注册资本500万元", "5000000", "equal"},
                                {"500(万元人民币)", "500万", "equal"},
                                {"1.2亿", "12000万元", "equal"},
                                {"１２３", "123", "equal"},
                                {"0.0000001", "0.0000002", "different"},
                                {std::string(400, '9'), "5", "missing"}});
}

}  // namespace
}  // namespace minglu::match
