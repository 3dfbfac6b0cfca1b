#include "tiers/revenue.hpp"

#include <algorithm>
#include <array>

namespace minglu::tiers {
namespace {

constexpr std::array<std::string_view, 4> kMeasures = {"main_revenue", "revenue", "goods_sales", "turnover"};
constexpr int32_t kMonths = 12;

int32_t year_of(Period p) noexcept { return p.yyyymm / 100; }
int32_t month_of(Period p) noexcept { return p.yyyymm % 100; }
Period december_before(Period p) noexcept { return Period{(year_of(p) - 1) * 100 + kMonths}; }

int64_t saturate(__int128 fen) noexcept {
  constexpr __int128 kLimit = static_cast<__int128>(kFenMax) * 10;
  return static_cast<int64_t>(std::clamp(fen, -kLimit, kLimit));
}

// One measure by which the unit may be judged, and whose figures count for it.
struct Candidate {
  Measure measure = Measure::kRevenue;
  bool substituted = false;
  bool fallback = false;
};

std::vector<Candidate> candidates_of(const codes::Threshold& line) {
  std::vector<Candidate> out;
  const auto measure = parse_measure(line.measure);
  if (!measure) return out;
  out.push_back({*measure});
  const auto fallback = parse_measure(line.fallback);
  if (fallback) out.push_back({*fallback, false, true});
  if (measure != Measure::kRevenue && fallback != Measure::kRevenue) out.push_back({Measure::kRevenue, true});
  return out;
}

class Chooser {
 public:
  Chooser(std::span<const Figure> figures, const codes::Threshold& line, const Settings& settings, Date day)
      : settings_(settings), line_(line) {
    today_ = period_of(day);
    for (const Figure& f : figures) {
      if (f.period > today_) {
        future_ = true;
      } else {
        figures_.push_back(f);
      }
    }
  }

  Revenue choose() {
    if (future_) out_.remarks.push_back({ReasonCode::kFutureFigure, {}});
    const std::vector<Candidate> candidates = candidates_of(line_);
    const int32_t year = year_of(today_);
    if (!pick_year(candidates, year) && month_of(today_) <= settings_.parameters.carry_last_year_until_month) {
      if (pick_year(candidates, year - 1))
        out_.remarks.push_back({ReasonCode::kLastYearCarried, {std::to_string(year - 1)}});
    }
    if (out_.year_to_date) derive(*out_.year_to_date);
    for (const Candidate& candidate : candidates) {
      std::vector<Chosen> found;
      for (size_t source = 0; source < settings_.sources.size(); ++source) {
        if (const auto sum = twelve_months(candidate, source)) found.push_back(*sum);
      }
      if (found.empty()) continue;
      out_.twelve_months = most_trusted(found);
      // A year to date by another measure or none: say what the 12 months are by.
      if (!out_.year_to_date) remark_measure(candidate);
      if (out_.year_to_date && out_.twelve_months->period < out_.year_to_date->period)
        out_.remarks.push_back({ReasonCode::kTwelveMonthsOlder, {base::format_period(out_.twelve_months->period)}});
      break;
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool counts(const Candidate& candidate, const Figure& figure) const noexcept {
    return figure.measure == candidate.measure &&
           (!candidate.substituted || settings_.sources[figure.source].substitutes);
  }

  [[nodiscard]] std::optional<int64_t> cumulative(Measure measure, size_t source, Period period) const noexcept {
    return find(measure, source, period, FigureKind::kYearToDate);
  }
  [[nodiscard]] std::optional<int64_t> find(Measure measure, size_t source, Period period,
                                            FigureKind kind) const noexcept {
    for (const Figure& f : figures_) {
      if (f.measure == measure && f.source == source && f.period == period && f.kind == kind) return f.fen;
    }
    return std::nullopt;
  }

  bool pick_year(const std::vector<Candidate>& candidates, int32_t year) {
    for (const Candidate& candidate : candidates) {
      std::vector<Chosen> latest;
      for (const Figure& f : figures_) {
        if (f.kind != FigureKind::kYearToDate || year_of(f.period) != year || !counts(candidate, f)) continue;
        const auto same =
            std::find_if(latest.begin(), latest.end(), [&](const Chosen& c) { return c.source == f.source; });
        const Chosen chosen{f.measure, f.source, f.period, f.fen};
        if (same == latest.end()) {
          latest.push_back(chosen);
        } else if (same->period < f.period) {
          *same = chosen;
        }
      }
      if (latest.empty()) continue;
      out_.year_to_date = most_trusted(latest);
      remark_measure(candidate);
      return true;
    }
    return false;
  }

  void remark_measure(const Candidate& candidate) {
    if (candidate.fallback) {
      out_.remarks.push_back(
          {ReasonCode::kFallbackMeasure, {"@measure." + line_.measure, "@measure." + line_.fallback}});
    }
    if (candidate.substituted) out_.remarks.push_back({ReasonCode::kSubstitutedMeasure, {"@measure." + line_.measure}});
  }

  Chosen most_trusted(const std::vector<Chosen>& all) {
    Period freshest = all.front().period;
    for (const Chosen& c : all) freshest = std::max(freshest, c.period);
    const auto stale = [&](const Chosen& c) {
      return months_between(c.period, freshest) > settings_.parameters.stale_months_max;
    };
    const auto better = [&](const Chosen& a, const Chosen& b) {
      const int64_t rank_a = settings_.sources[a.source].rank;
      const int64_t rank_b = settings_.sources[b.source].rank;
      if (rank_a != rank_b) return rank_a < rank_b;
      if (a.period != b.period) return a.period > b.period;
      return settings_.sources[a.source].code < settings_.sources[b.source].code;
    };
    const Chosen* best = nullptr;
    for (const Chosen& c : all) {
      if (!stale(c) && (best == nullptr || better(c, *best))) best = &c;
    }
    MINGLU_ASSERT(best != nullptr);
    for (size_t source = 0; source < settings_.sources.size(); ++source) {
      for (const Chosen& c : all) {
        const Reason remark{ReasonCode::kStaleSource, {"@source." + settings_.sources[source].code}};
        const bool said = std::find(out_.remarks.begin(), out_.remarks.end(), remark) != out_.remarks.end();
        if (c.source == source && stale(c) && better(c, *best) && !said) out_.remarks.push_back(remark);
      }
    }
    return *best;
  }

  [[nodiscard]] std::optional<Chosen> twelve_months(const Candidate& candidate, size_t source) const {
    if (candidate.substituted && !settings_.sources[source].substitutes) return std::nullopt;
    for (int32_t age = 0; age <= settings_.parameters.twelve_months_age_max; ++age) {
      const Period end = base::add_months(today_, -age);
      if (const auto sum = twelve_months_to(candidate.measure, source, end))
        return Chosen{candidate.measure, source, end, *sum};
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<int64_t> twelve_months_to(Measure measure, size_t source, Period end) const noexcept {
    if (const auto reported = find(measure, source, end, FigureKind::kTwelveMonths)) return reported;
    const auto now = cumulative(measure, source, end);
    if (!now || month_of(end) == kMonths) return now;
    const auto total = cumulative(measure, source, december_before(end));
    const auto same = cumulative(measure, source, base::add_months(end, -kMonths));
    if (!total || !same) return std::nullopt;
    return *now + *total - *same;
  }

  void derive(const Chosen& now) {
    const auto same = cumulative(now.measure, now.source, base::add_months(now.period, -kMonths));
    const auto total = cumulative(now.measure, now.source, december_before(now.period));
    out_.same_months_last_year_fen = same;
    const int32_t month = month_of(now.period);
    if (month == kMonths) {
      out_.projected_fen = now.fen;
    } else if (same && total && *same > 0 && *total > 0) {
      out_.projected_fen = saturate(static_cast<__int128>(now.fen) * *total / *same);
    } else {
      out_.projected_fen = saturate(static_cast<__int128>(now.fen) * kMonths / month);
    }
    const auto before =
        month > 1 ? cumulative(now.measure, now.source, base::add_months(now.period, -1)) : std::nullopt;
    if (before && now.fen < *before) out_.remarks.push_back({ReasonCode::kCumulativeFell, {}});
    if (now.fen < 0) out_.remarks.push_back({ReasonCode::kNegativeRevenue, {}});
    if (now.fen != 0 && now.fen == settings_.parameters.sentinel_revenue_fen)
      out_.remarks.push_back({ReasonCode::kSentinel, {}});
  }

  const Settings& settings_;
  const codes::Threshold& line_;
  Period today_;
  bool future_ = false;
  std::vector<Figure> figures_;
  Revenue out_;
};

}  // namespace

std::string_view measure_name(Measure measure) noexcept { return kMeasures[static_cast<size_t>(measure)]; }

std::optional<Measure> parse_measure(std::string_view name) noexcept {
  for (size_t i = 0; i < kMeasures.size(); ++i) {
    if (kMeasures[i] == name) return static_cast<Measure>(i);
  }
  return std::nullopt;
}

Period period_of(Date day) noexcept {
  const base::CivilDate civil = base::civil_from_date(day);
  return Period{civil.year * 100 + civil.month};
}

int32_t months_between(Period earlier, Period later) noexcept {
  return (later.yyyymm / 100 - earlier.yyyymm / 100) * kMonths + later.yyyymm % 100 - earlier.yyyymm % 100;
}

Revenue choose_revenue(std::span<const Figure> figures, const codes::Threshold& line, const Settings& settings,
                       Date day) {
  return Chooser(figures, line, settings, day).choose();
}

}  // namespace minglu::tiers
