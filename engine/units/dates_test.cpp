#include "units/dates.hpp"

#include <gtest/gtest.h>

namespace minglu::units {
namespace {

TEST(CleanDate, ReadsEverySpelling) {
  for (const char* text : {"2019-07-04", "2019/7/4", "2019.7.4", "20190704", "2019年7月4日", "2019年07月04号",
                           "二〇一九年七月四日", "二零一九年七月四日", "2019-07-04 00:00:00", "2019/7/4 0:00",
                           "２０１９年７月４日", " 2019-7-4 ", "2019 年 7 月 4 日", "2019-07-04T00:00:00+08:00"}) {
    const Cleaned cleaned = clean_date(text);
    EXPECT_EQ(cleaned.value, "2019-07-04") << text;
    EXPECT_TRUE(cleaned.trusted) << text;
  }
  EXPECT_EQ(clean_date("二〇一九年十二月三十一日").value, "2019-12-31");
  EXPECT_EQ(clean_date("一九七八年十月二十日").value, "1978-10-20");
  EXPECT_TRUE(clean_date("2019-07-14").flags.empty());
}

TEST(CleanDate, MonthAndYearTakeTheFirstDayAndSaySo) {
  for (const char* text : {"2019-07", "2019年7月", "201907", "2019/7"}) {
    EXPECT_EQ(clean_date(text).value, "2019-07-01") << text;
    EXPECT_TRUE(has_flag(clean_date(text), "date_month_only")) << text;
  }
  EXPECT_EQ(clean_date("1978").value, "1978-01-01");
  EXPECT_TRUE(has_flag(clean_date("1978年"), "date_year_only"));
}

TEST(CleanDate, ClockAndZoneAreFlagged) {
  EXPECT_TRUE(has_flag(clean_date("2019-07-14 10:20:30"), "date_time_dropped"));
  EXPECT_EQ(clean_date("2019-07-13T16:00:00.000Z").value, "2019-07-13");
  EXPECT_TRUE(has_flag(clean_date("2019-07-13T16:00:00.000Z"), "date_time_zone"));
}

TEST(CleanDate, NothingIsGuessed) {
  const std::pair<const char*, const char*> cases[] = {
      {"43660", "date_excel_serial"},      {"43660.5", "date_excel_serial"},        {"7/14/2019", "date_order"},
      {"19-7-14", "date_order"},           {"2023-02-29", "date_invalid"},          {"2019-13-01", "date_invalid"},
      {"2300-01-01", "date_out_of_range"}, {"1700-01-01", "date_out_of_range"},     {"0000-00-00", "date_sentinel"},
      {"9999-12-31", "date_sentinel"},     {"0001-01-01", "date_sentinel"},         {"昨天", "date_format"},
      {"190714", "date_format"},           {"2019-07-14-15", "date_format"},        {"-2019-07-14", "date_format"},
      {"123456789", "date_format"},        {"99999999999999999999", "date_format"}, {"2019-7-", "date_month_only"}};
  for (const auto& [text, code] : cases) {
    const Cleaned cleaned = clean_date(text);
    EXPECT_TRUE(has_flag(cleaned, code)) << text;
    if (std::string_view(code) != "date_month_only") {
      EXPECT_EQ(cleaned.value, std::nullopt) << text;
      EXPECT_FALSE(cleaned.trusted) << text;
    }
  }
  EXPECT_NE(clean_date("43660").flags.back().message.find("2019-07-14"), std::string::npos);
}

TEST(CleanDate, SentinelsAreFlagged) {
  EXPECT_EQ(clean_date("1900-01-01").value, "1900-01-01");
  EXPECT_FALSE(clean_date("1900-01-01").trusted);
  EXPECT_TRUE(has_flag(clean_date("1900/1/1"), "date_sentinel"));
  EXPECT_TRUE(has_flag(clean_date("1970-01-01"), "date_epoch"));
  EXPECT_TRUE(clean_date("1970-01-01").trusted);
  EXPECT_TRUE(has_flag(clean_date("长期"), "date_open_ended"));
  EXPECT_EQ(clean_date("N/A").value, std::nullopt);
  EXPECT_TRUE(clean_date("").flags.empty());
}

}  // namespace
}  // namespace minglu::units
