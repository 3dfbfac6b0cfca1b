#include "units/money.hpp"

#include <gtest/gtest.h>

namespace minglu::units {
namespace {

struct Case {
  const char* text;
  const char* fen;
  const char* currency;
};

TEST(CleanMoney, EveryWayRegistersWriteCapital) {
  const Case cases[] = {{"200(万元人民币)", "200000000", "CNY"},
                        {"200(万人民币元)", "200000000", "CNY"},
                        {"39,076.8700(万元人民币)", "39076870000", "CNY"},
                        {"300(万元(人民币))", "300000000", "CNY"},
                        {"3万人民币", "3000000", "CNY"},
                        {"210(万)", "210000000", "CNY"},
                        {"130(万美元)", "130000000", "USD"},
                        {"3,000(万香港元)", "3000000000", "HKD"},
                        {"1,160(万元(港币))", "1160000000", "HKD"},
                        {"300(万元（人民币）)", "300000000", "CNY"},
                        {"5300（万元）", "5300000000", "CNY"},
                        {"121,293(万日元)", "121293000000", "JPY"},
                        {"10(万欧元)", "10000000", "EUR"},
                        {"400(万德国马克)", "400000000", "DEM"},
                        {"231.9121(万英镑)", "231912100", "GBP"},
                        {"50(万澳大利亚元)", "50000000", "AUD"},
                        {"30万瑞士法郎", "30000000", "CHF"},
                        {"200万新加坡元", "200000000", "SGD"},
                        {"888.888万港元", "888888000", "HKD"},
                        {"50万元人民币", "50000000", "CNY"},
                        {"0万港元", "0", "HKD"},
                        {"2,521,984.5601(万元人民币)", "2521984560100", "CNY"},
                        {"人民币50万元", "50000000", "CNY"},
                        {"人民币伍拾万元整", "50000000", "CNY"},
                        {"￥1,234.50", "123450", "CNY"},
                        {"¥500", "50000", "CNY"},
                        {"1亿2000万元", "12000000000", "CNY"},
                        {"1.5亿", "15000000000", "CNY"},
                        {"五百万元", "500000000", "CNY"},
                        {"一百二十万", "120000000", "CNY"},
                        {"两千元", "200000", "CNY"},
                        {"５０万元", "50000000", "CNY"},
                        {"500 千元", "50000000", "CNY"},
                        {"1.0E7", "1000000000", "CNY"},
                        {"200人民币(万元)", "200000000", "CNY"},
                        {"USD 100万", "100000000", "USD"},
                        {"1万5000元", "1500000", "CNY"},
                        {"壹仟零伍拾万元整", "1050000000", "CNY"}};
  for (const Case& c : cases) {
    const CleanedMoney money = clean_money_and_currency(c.text, MoneyUnit::kYuan);
    EXPECT_EQ(money.fen.value, c.fen) << c.text;
    EXPECT_EQ(money.currency, c.currency) << c.text;
    EXPECT_TRUE(money.fen.trusted) << c.text;
  }
}

TEST(CleanMoney, ABareNumberCountsInTheUnitOfItsColumn) {
  EXPECT_EQ(clean_money("12.5", MoneyUnit::kYuan).value, "1250");
  EXPECT_EQ(clean_money("12.5", MoneyUnit::kThousandYuan).value, "1250000");
  EXPECT_EQ(clean_money("12.5", MoneyUnit::kWanYuan).value, "12500000");
  EXPECT_EQ(clean_money("12.5万元", MoneyUnit::kThousandYuan).value, "12500000");
  const Cleaned conflict = clean_money("12.5元", MoneyUnit::kWanYuan);
  EXPECT_EQ(conflict.value, "1250");
  EXPECT_TRUE(has_flag(conflict, "money_unit_conflict"));
}

TEST(CleanMoney, WhatIsNoAmountIsRefused) {
  for (const char* text : {"HWANG", "谭伟贤", "100万-200万", "约100万", "1,23", "1,0000", "(500)", "万元", "1.2.3",
                           "5元3角", "1万2亿", "12%", "人民币", "100万以上"}) {
    const CleanedMoney money = clean_money_and_currency(text, MoneyUnit::kYuan);
    EXPECT_EQ(money.fen.value, std::nullopt) << text;
    EXPECT_FALSE(money.fen.trusted) << text;
    EXPECT_TRUE(has_flag(money.fen, "money_format")) << text;
    EXPECT_TRUE(money.currency.empty());
  }
  EXPECT_TRUE(has_flag(clean_money("100万美元人民币", MoneyUnit::kYuan), "money_currency_conflict"));
}

TEST(CleanMoney, EmptyAndPlaceholder) {
  EXPECT_EQ(clean_money("", MoneyUnit::kYuan).value, std::nullopt);
  EXPECT_TRUE(clean_money("", MoneyUnit::kYuan).flags.empty());
  EXPECT_TRUE(has_flag(clean_money("N/A", MoneyUnit::kYuan), "placeholder"));
  EXPECT_TRUE(has_flag(clean_money("-", MoneyUnit::kYuan), "placeholder"));
}

TEST(CleanMoney, ExtremesAreExactOrRefused) {
  EXPECT_EQ(clean_money("92233720368547758.07", MoneyUnit::kYuan).value, "9223372036854775807");
  EXPECT_TRUE(has_flag(clean_money("92233720368547758.08", MoneyUnit::kYuan), "money_overflow"));
  EXPECT_TRUE(has_flag(clean_money("9223372036854775807亿", MoneyUnit::kYuan), "money_overflow"));
  EXPECT_TRUE(has_flag(clean_money("1E30", MoneyUnit::kYuan), "money_overflow"));
  const Cleaned third = clean_money("0.005", MoneyUnit::kYuan);
  EXPECT_EQ(third.value, "1");
  EXPECT_TRUE(has_flag(third, "money_sub_fen"));
  EXPECT_EQ(clean_money("0.0049", MoneyUnit::kYuan).value, "0");
  const Cleaned negative = clean_money("-5.5万元", MoneyUnit::kYuan);
  EXPECT_EQ(negative.value, "-5500000");
  EXPECT_TRUE(has_flag(negative, "money_negative"));
}

TEST(CleanMoney, CurrencyWords) {
  EXPECT_EQ(currency_code_of("人民币"), "CNY");
  EXPECT_EQ(currency_code_of("香港元"), "HKD");
  EXPECT_EQ(currency_code_of("美元"), "USD");
  EXPECT_EQ(currency_code_of("贝壳"), std::nullopt);
  EXPECT_EQ(currency_code_of(""), std::nullopt);
}

}  // namespace
}  // namespace minglu::units
