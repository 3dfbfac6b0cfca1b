#include "base/sm3.hpp"

#include <gtest/gtest.h>

namespace minglu::base {
namespace {

TEST(Sm3, GivesTheKnownAnswersOfTheStandard) {
  EXPECT_EQ(sm3_hex("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  std::string sixteen_times;
  for (int i = 0; i < 16; ++i) sixteen_times += "abcd";
  EXPECT_EQ(sm3_hex(sixteen_times), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

TEST(Sm3, HashesNothingAndTextWithZeros) {
  EXPECT_EQ(sm3_hex(""), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
  EXPECT_NE(sm3_hex(std::string_view("a\0b", 3)), sm3_hex("a"));
}

}  // namespace
}  // namespace minglu::base
