// Calendar date and reporting period, without time of day or zone. The register's dates are civil dates in China.
// Text is ISO: "2026-01-31" and "2026-01". Parsers refuse impossible days and years outside 1800..2199; absence is an
// empty optional, never a special date. Values; thread-safe. Method: days of the proleptic Gregorian calendar.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace minglu::base {

/// Days since 1970-01-01 (proleptic Gregorian). Range kept by the parsers: 1800-01-01 .. 2199-12-31.
struct Date {
  int32_t days = 0;
  auto operator<=>(const Date&) const = default;
};

struct CivilDate {
  int32_t year = 0;
  int32_t month = 0;  // 1..12
  int32_t day = 0;    // 1..31
};

/// False for 2023-02-29, month 13 or years outside 1800..2199.
bool is_valid_civil(const CivilDate& civil) noexcept;
/// Precondition: is_valid_civil(civil).
Date date_from_civil(const CivilDate& civil) noexcept;
CivilDate civil_from_date(Date date) noexcept;

/// Strict ISO "2019-07-14". Anything else is null: free spellings are read by units/dates.
std::optional<Date> parse_iso_date(std::string_view text) noexcept;
std::string format_iso_date(Date date);

/// A reporting month as yyyymm, e.g. 202601.
struct Period {
  int32_t yyyymm = 0;
  auto operator<=>(const Period&) const = default;
};

/// Accepts "202601", "2026-01". Null otherwise.
std::optional<Period> parse_period(std::string_view text) noexcept;
std::string format_period(Period period);  // "2026-01"
Date last_day_of(Period period) noexcept;
Period add_months(Period period, int32_t months) noexcept;

}  // namespace minglu::base

namespace minglu {
using base::Date;
using base::Period;
}  // namespace minglu
