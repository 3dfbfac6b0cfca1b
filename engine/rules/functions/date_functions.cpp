// Functions over dates and periods.
#include "base/date.hpp"
#include "rules/functions/function.hpp"

namespace minglu::rules {

namespace {

constexpr KindMask kDate = mask(TypeKind::kDate);
constexpr KindMask kPeriod = mask(TypeKind::kPeriod);

base::CivilDate civil(const Value& value) noexcept {
  return base::civil_from_date(Date{static_cast<int32_t>(value.integer)});
}
Value year(const CallContext&, std::span<const Value> a) { return Value::of_int(civil(a[0]).year); }
Value month(const CallContext&, std::span<const Value> a) { return Value::of_int(civil(a[0]).month); }
Value period_of(const CallContext&, std::span<const Value> a) {
  const base::CivilDate day = civil(a[0]);
  return Value::of_int(day.year * 100 + day.month);
}
Value period_year(const CallContext&, std::span<const Value> a) { return Value::of_int(a[0].integer / 100); }
Value month_index(const CallContext&, std::span<const Value> a) {
  return Value::of_int(a[0].integer / 100 * 12 + a[0].integer % 100 - 1);
}
// Whole months from a to b; negative when b is earlier. The 31st to the 30th of the next month is 0 months.
Value months_between(const CallContext&, std::span<const Value> a) {
  const base::CivilDate from = civil(a[0]);
  const base::CivilDate to = civil(a[1]);
  int64_t months = (to.year - from.year) * 12 + (to.month - from.month);
  if (months > 0 && to.day < from.day) --months;
  if (months < 0 && to.day > from.day) ++months;
  return Value::of_int(months);
}
Value today(const CallContext& call, std::span<const Value>) { return Value::of_int(call.context.today.days); }

}  // namespace

std::vector<FunctionSpec> date_functions() {
  const Parameter date{"date", kDate};
  const TypeKind integer = TypeKind::kInt;
  return {
      {"year", {date}, 1, false, integer, false, "年", "calendar year", "year(d\"2026-01-31\") = 2026", year},
      {"month", {date}, 1, false, integer, false, "月", "1..12", "month(d\"2026-01-31\") = 1", month},
      {"period_of",
       {date},
       1,
       false,
       TypeKind::kPeriod,
       false,
       "所属月份",
       "the month of a date",
       "period_of(d\"2026-01-31\") = p\"2026-01\"",
       period_of},
      {"period_year",
       {{"period", kPeriod}},
       1,
       false,
       integer,
       false,
       "月份的年",
       "the year of a month",
       "period_year(p\"2026-01\") = 2026",
       period_year},
      {"month_index",
       {{"period", kPeriod}},
       1,
       false,
       integer,
       false,
       "月序号",
       "months since year 0: differences count months",
       "month_index(p\"2026-01\") - month_index(p\"2025-11\") = 2",
       month_index},
      {"months_between",
       {{"from", kDate}, {"to", kDate}},
       2,
       false,
       integer,
       false,
       "相隔月数",
       "whole months from the first to the second date",
       "months_between(d\"2026-01-15\", d\"2026-03-14\") = 1",
       months_between},
      {"today", {}, 0, false, TypeKind::kDate, false, "检查日", "the day of the check, given by the caller", "", today},
  };
}

}  // namespace minglu::rules
