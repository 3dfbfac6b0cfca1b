// Amounts of money in every way registers write them, to whole fen (1/100 of the currency unit) as decimal text.
//
// Read: "50万元人民币", "3万人民币", "600（万元）", "39,076.8700(万元人民币)", "300(万元(人民币))",
// "16,600(万人民币元)", "130(万美元)", "1,160(万元(港币))", "210(万)", "人民币50万元", "￥1,234.50", "1亿2000万元",
// "壹佰万元整", "1.0E7", "200". A bare number counts in `default_unit`; a number with 元 or a currency and no 万 counts
// in units of the currency. Exact decimal arithmetic. A foreign amount stays in its currency (no conversion); without a
// currency word it is CNY.
//
// Flags: money_foreign_currency (I), thousands_removed (I), money_negative (V), money_sub_fen (V: rounded half away
// from zero), money_unit_conflict (V: bare currency amount in a column declared in 千元 or 万元); and with a null
// value, untrusted: money_format, money_currency_conflict, money_overflow (M). Not idempotent by nature (the result is
// in fen): cleaning value + "元" after dividing by 100 gives the same value. Pure, thread-safe; some 250 ns for
// "50万元人民币".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "units/cleaned.hpp"

namespace minglu::units {

enum class MoneyUnit { kYuan, kThousandYuan, kWanYuan };

struct CleanedMoney {
  Cleaned fen;           // value: integer fen as decimal text, int64 range
  std::string currency;  // ISO 4217; "CNY" unless another is named; empty when fen has no value
};

CleanedMoney clean_money_and_currency(std::string_view text, MoneyUnit default_unit);
/// The same without the currency; a foreign one shows in flag money_foreign_currency.
Cleaned clean_money(std::string_view text, MoneyUnit default_unit);

/// ISO 4217 code of a currency written alone: "人民币", "港元", "USD", "新加坡元". Null when unknown.
/// The names are list "currency" of catalog/codes/lists.csv; a test keeps both equal.
std::optional<std::string_view> currency_code_of(std::string_view text) noexcept;

}  // namespace minglu::units
