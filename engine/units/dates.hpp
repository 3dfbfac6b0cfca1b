// Dates as departments write them, to ISO "2019-07-14".
//
// Read: 2019-07-14, 2019/7/4, 2019.7.4, 20190714, 2019年7月4日(号), 二〇一九年七月四日, 2019-07-14 00:00:00, ISO with T
// and zone, 2019-07 or 2019年7月 or 201907 (first day, flag date_month_only), 1978 or 1978年 (first of January,
// date_year_only). Order is always year, month, day.
// Never guessed (value null, trusted false): two-digit years, 7/14/2019 (date_order), spreadsheet serial numbers
// (date_excel_serial, the date it would be stands in the message), dates that do not exist (date_invalid), years
// outside 1800..2199 (date_out_of_range), 0000-00-00 and 9999-12-31 (date_sentinel), anything else (date_format).
// 1900-01-01, 1899-12-30/31: kept, untrusted, date_sentinel. 1970-01-01: kept, flagged date_epoch.
// Time of day other than midnight is dropped with date_time_dropped; a zone "Z" or other than +08:00 is flagged
// date_time_zone, because the civil date in China may differ. 长期/永久: null with date_open_ended.
// Pure, thread-safe; some 50 ns for ISO text.
#pragma once

#include <string_view>

#include "units/cleaned.hpp"

namespace minglu::units {

Cleaned clean_date(std::string_view text);

}  // namespace minglu::units
