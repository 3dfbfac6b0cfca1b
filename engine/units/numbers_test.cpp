#include "units/numbers.hpp"

#include <gtest/gtest.h>

namespace minglu::units {
namespace {

TEST(CleanInteger, ReadsAndRefuses) {
  EXPECT_EQ(clean_integer("103").value, "103");
  EXPECT_TRUE(clean_integer("103").flags.empty());
  EXPECT_EQ(clean_integer("0").value, "0");
  EXPECT_EQ(clean_integer("-0").value, "0");
  EXPECT_EQ(clean_integer("-12").value, "-12");
  EXPECT_EQ(clean_integer("1,234,567").value, "1234567");
  EXPECT_TRUE(has_flag(clean_integer("1,234"), "thousands_removed"));
  EXPECT_EQ(clean_integer("１２３").value, "123");
  EXPECT_EQ(clean_integer("12.0").value, "12");
  EXPECT_EQ(clean_integer("007").value, "7");
  EXPECT_TRUE(has_flag(clean_integer("007"), "number_notation"));
  EXPECT_EQ(clean_integer("1.2E+3").value, "1200");
  EXPECT_EQ(clean_integer("9223372036854775807").value, "9223372036854775807");
  EXPECT_TRUE(has_flag(clean_integer("9223372036854775808"), "number_overflow"));
  EXPECT_TRUE(has_flag(clean_integer("12.5"), "number_fraction"));
  EXPECT_TRUE(has_flag(clean_integer("12%"), "number_percent"));
  for (const char* text : {"12人", "1,23", "十二", "1-2", "1 2", "--5", "1e", ".", "1e99"}) {
    EXPECT_TRUE(has_flag(clean_integer(text), "number_format")) << text;
    EXPECT_EQ(clean_integer(text).value, std::nullopt) << text;
  }
  EXPECT_TRUE(has_flag(clean_integer("NULL"), "placeholder"));
}

TEST(CleanDecimal, KeepsEveryDigit) {
  EXPECT_EQ(clean_decimal("6.8000").value, "6.8");
  EXPECT_EQ(clean_decimal("0.10").value, "0.1");
  EXPECT_EQ(clean_decimal(".5").value, "0.5");
  EXPECT_EQ(clean_decimal("-0.050").value, "-0.05");
  EXPECT_EQ(clean_decimal("1e-7").value, "0.0000001");
  EXPECT_EQ(clean_decimal("1.5E3").value, "1500");
  EXPECT_EQ(clean_decimal("113.9427416667").value, "113.9427416667");
  EXPECT_EQ(clean_decimal("12345678901234567890.123456789").value, "12345678901234567890.123456789");
  EXPECT_EQ(clean_decimal("1,000.50").value, "1000.5");
  EXPECT_EQ(clean_decimal("100").value, "100");
  EXPECT_TRUE(has_flag(clean_decimal("50％"), "number_percent"));
  EXPECT_TRUE(has_flag(clean_decimal("1.234,5"), "number_format"));
}

}  // namespace
}  // namespace minglu::units
