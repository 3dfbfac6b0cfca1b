// Which revenue a unit is judged by: cumulative figures of several sources and months in, one year-to-date figure, one
// 12-month figure and a projection of the year out, each with its source and period.
//
// Survey money is cumulative from January to the month, and January is often not reported: figures are kept as they
// are and nothing is filled in. Rules (rule book §3.1; numbers are parameters):
//   year to date    the latest cumulative figure of the year of `day`; until February, when the year has none, of the
//                   year before
//   12 months       reported as such, or ytd(m) + total(last year) - ytd(m of last year), or the total of a whole year;
//                   the latest month for which it can be formed. A gap in one of the three leaves that month out.
//   projection      the total, once December is in; else ytd * total(last year) / ytd(m of last year) when both are
//                   positive; else ytd * 12 / m
//   order of trust  by rank of the source, then the later period, then the code. A source more than stale_months_max
//                   behind the freshest gives way: recency counts within trust, but old trust does not beat today.
//   measure         the line's measure, else its fallback, else plain revenue of sources that know no other
// One result never mixes sources or measures.
//
// Example: vat ytd 2026-10 = 2000万元, 2025-10 = 1500, 2025-12 = 1900: 12 months = 2000 + 1900 - 1500 = 2400;
// projection = 2000 * 1900 / 1500 = 2533.33.
// Amounts are fen, at most kFenMax in size. Pure, thread-safe. Cost: O(n log n) in the unit's figures.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "codes/thresholds.hpp"
#include "tiers/parameters.hpp"
#include "tiers/reason.hpp"

namespace minglu::tiers {

/// Largest size of an amount, 1000 万亿元: sums of three cannot overflow.
inline constexpr int64_t kFenMax = 100'000'000'000'000'000;

enum class Measure : uint8_t { kMainRevenue, kRevenue, kGoodsSales, kTurnover };
/// "main_revenue", ... as in the thresholds file.
std::string_view measure_name(Measure measure) noexcept;
std::optional<Measure> parse_measure(std::string_view name) noexcept;

enum class FigureKind : uint8_t { kYearToDate, kTwelveMonths };

struct Figure {
  Measure measure = Measure::kRevenue;
  size_t source = 0;  // place in Settings::sources
  Period period;      // the last month it covers
  FigureKind kind = FigureKind::kYearToDate;
  int64_t fen = 0;
};

struct Chosen {
  Measure measure = Measure::kRevenue;
  size_t source = 0;
  Period period;
  int64_t fen = 0;
};

struct Revenue {
  std::optional<Chosen> year_to_date;
  std::optional<int64_t> same_months_last_year_fen;  // same source and measure
  std::optional<Chosen> twelve_months;
  std::optional<int64_t> projected_fen;
  std::vector<Reason> remarks;
};

/// Precondition: at most one figure of each measure, source, period and kind; |fen| <= kFenMax.
Revenue choose_revenue(std::span<const Figure> figures, const codes::Threshold& line, const Settings& settings,
                       Date day);

Period period_of(Date day) noexcept;
/// From `earlier` to `later`; negative when it is the other way round.
int32_t months_between(Period earlier, Period later) noexcept;

}  // namespace minglu::tiers
