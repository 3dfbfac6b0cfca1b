#include "base/date.hpp"

#include <chrono>
#include <cstdio>

namespace minglu::base {
namespace {

std::optional<int32_t> digits(std::string_view text) noexcept {
  int32_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

bool is_valid_civil(const CivilDate& civil) noexcept {
  if (civil.year < 1800 || civil.year > 2199 || civil.month < 1 || civil.day < 1) return false;
  const std::chrono::year_month_day ymd{std::chrono::year{civil.year},
                                        std::chrono::month{static_cast<unsigned>(civil.month)},
                                        std::chrono::day{static_cast<unsigned>(civil.day)}};
  return ymd.ok();
}

Date date_from_civil(const CivilDate& civil) noexcept {
  const std::chrono::sys_days days{std::chrono::year{civil.year} / static_cast<int>(civil.month) /
                                   static_cast<int>(civil.day)};
  return Date{static_cast<int32_t>(days.time_since_epoch().count())};
}

CivilDate civil_from_date(Date date) noexcept {
  const std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{date.days}}};
  return {static_cast<int>(ymd.year()), static_cast<int32_t>(static_cast<unsigned>(ymd.month())),
          static_cast<int32_t>(static_cast<unsigned>(ymd.day()))};
}

std::optional<Date> parse_iso_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const CivilDate civil{*year, *month, *day};
  if (!is_valid_civil(civil)) return std::nullopt;
  return date_from_civil(civil);
}

std::string format_iso_date(Date date) {
  const CivilDate civil = civil_from_date(date);
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", civil.year, civil.month, civil.day);
  return buffer;
}

std::optional<Period> parse_period(std::string_view text) noexcept {
  std::optional<int32_t> year;
  std::optional<int32_t> month;
  if (text.size() == 6) {
    year = digits(text.substr(0, 4));
    month = digits(text.substr(4, 2));
  } else if (text.size() == 7 && text[4] == '-') {
    year = digits(text.substr(0, 4));
    month = digits(text.substr(5, 2));
  }
  if (!year || !month || *month < 1 || *month > 12 || *year < 1800 || *year > 2199) return std::nullopt;
  return Period{*year * 100 + *month};
}

std::string format_period(Period period) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d", period.yyyymm / 100, period.yyyymm % 100);
  return buffer;
}

Date last_day_of(Period period) noexcept {
  const Period next = add_months(period, 1);
  return Date{date_from_civil({next.yyyymm / 100, next.yyyymm % 100, 1}).days - 1};
}

Period add_months(Period period, int32_t months) noexcept {
  const int32_t index = (period.yyyymm / 100) * 12 + (period.yyyymm % 100 - 1) + months;
  return Period{(index / 12) * 100 + index % 12 + 1};
}

}  // namespace minglu::base
