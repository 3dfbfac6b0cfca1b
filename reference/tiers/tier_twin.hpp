// The slow, obvious twin of tiers::classify: every rule of docs/method/tiers.md as one question asked of the whole
// unit, without shared steps, in 128-bit arithmetic. It says library, band, comparison and line, not reasons.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tiers/classify.hpp"

namespace minglu::reference {

struct TierTwin {
  const tiers::Unit& unit;
  const tiers::Context& context;

  using Wide = __int128;
  struct Amount {
    Wide fen = 0;
    int month = 0;  // months since year 0
    int64_t rank = 0;
    std::string source;
    std::optional<Wide> projected, before;
  };

  const tiers::Parameters& p() const { return context.settings.parameters; }
  int now() const {
    const auto c = base::civil_from_date(context.day);
    return c.year * 12 + c.month - 1;
  }
  int year() const { return now() / 12; }
  int month() const { return now() % 12 + 1; }
  std::string today() const { return base::format_iso_date(context.day).substr(5); }

  const codes::Threshold* line() const {
    using U = codes::ThresholdUnit;
    std::vector<U> wanted = {U::kLegal};
    if (unit.kind == tiers::UnitKind::kSelfEmployed) wanted = {U::kSelfEmployed};
    if (unit.kind == tiers::UnitKind::kProject) wanted = {U::kProject};
    if (unit.kind == tiers::UnitKind::kEstablishment)
      wanted = {U::kNontradeEstablishment, U::kNoncateringEstablishment};
    for (const codes::Threshold& t : context.catalog.thresholds().all()) {
      for (U u : t.unit_types) {
        if (std::count(wanted.begin(), wanted.end(), u) && t.validity.covers(context.day) &&
            t.scope.contains(unit.industry_code))
          return &t;
      }
    }
    return nullptr;
  }

  bool enterprise() const {
    if (unit.kind == tiers::UnitKind::kSelfEmployed || unit.kind == tiers::UnitKind::kProject) return true;
    return unit.org_type == "10" || unit.acct_std_class == "1" ||
           (unit.org_type.empty() && unit.acct_std_class.empty());
  }
  bool operating() const { return unit.op_status.empty() || unit.op_status == "1"; }
  bool eligible() const { return line() != nullptr && enterprise() && operating(); }

  // Every figure that may speak for measure `number` (0 measure, 1 fallback, 2 revenue in its place).
  bool speaks(const tiers::Figure& f, int number) const {
    const codes::Threshold& l = *line();
    const std::string name(tiers::measure_name(f.measure));
    if (number == 0) return name == l.measure;
    if (number == 1) return name == l.fallback;
    return name == "revenue" && l.measure != "revenue" && l.fallback != "revenue" &&
           context.settings.sources[f.source].substitutes;
  }
  static int month_of(const tiers::Figure& f) { return f.period.yyyymm / 100 * 12 + f.period.yyyymm % 100 - 1; }

  std::optional<Wide> at(int number, size_t source, int when, tiers::FigureKind kind) const {
    for (const tiers::Figure& f : unit.figures) {
      if (speaks(f, number) && f.source == source && month_of(f) == when && f.kind == kind && when <= now())
        return f.fen;
    }
    return std::nullopt;
  }

  std::optional<Amount> trusted(std::vector<Amount> all) const {
    if (all.empty()) return std::nullopt;
    int freshest = 0;
    for (const Amount& a : all) freshest = std::max(freshest, a.month);
    std::erase_if(all, [&](const Amount& a) { return freshest - a.month > p().stale_months_max; });
    std::sort(all.begin(), all.end(), [](const Amount& a, const Amount& b) {
      return std::tuple(a.rank, -a.month, a.source) < std::tuple(b.rank, -b.month, b.source);
    });
    return all.front();
  }

  std::optional<Amount> cumulative_of(int wanted_year) const {
    const auto ytd = tiers::FigureKind::kYearToDate;
    for (int number = 0; number < 3; ++number) {
      std::vector<Amount> all;
      for (size_t s = 0; s < context.settings.sources.size(); ++s) {
        for (int m = 11; m >= 0; --m) {
          const int when = wanted_year * 12 + m;
          const auto fen = at(number, s, when, ytd);
          if (!fen) continue;
          Amount a{*fen, when, context.settings.sources[s].rank, context.settings.sources[s].code, {}, {}};
          a.before = at(number, s, when - 12, ytd);
          const auto total = at(number, s, wanted_year * 12 - 1, ytd);
          a.projected = *fen * 12 / (m + 1);
          if (a.before && total && *a.before > 0 && *total > 0) a.projected = *fen * *total / *a.before;
          if (m == 11) a.projected = *fen;
          all.push_back(a);
          break;
        }
      }
      if (!all.empty()) return trusted(all);
    }
    return std::nullopt;
  }
  std::optional<Amount> year_to_date() const {
    const auto found = cumulative_of(year());
    if (found || month() > p().carry_last_year_until_month) return found;
    return cumulative_of(year() - 1);
  }

  std::optional<Amount> twelve_months() const {
    const auto ytd = tiers::FigureKind::kYearToDate;
    for (int number = 0; number < 3; ++number) {
      std::vector<Amount> all;
      for (size_t s = 0; s < context.settings.sources.size(); ++s) {
        for (int when = now(); when >= now() - p().twelve_months_age_max; --when) {
          std::optional<Wide> fen = at(number, s, when, tiers::FigureKind::kTwelveMonths);
          const auto part = at(number, s, when, ytd);
          const auto same = at(number, s, when - 12, ytd);
          const auto total = at(number, s, when / 12 * 12 - 1, ytd);
          if (!fen && part && when % 12 == 11) fen = part;
          if (!fen && part && same && total) fen = *part + *total - *same;
          if (!fen) continue;
          all.push_back({*fen, when, context.settings.sources[s].rank, context.settings.sources[s].code, {}, {}});
          break;
        }
      }
      if (!all.empty()) return trusted(all);
    }
    return std::nullopt;
  }

  bool by_revenue() const { return tiers::parse_measure(line()->measure).has_value(); }

  bool qualified() const {
    if (unit.qualification.empty() || unit.qualification == "9999" || unit.qualification == "无") return false;
    bool kind = false;
    std::string rest = line()->condition + "|";
    while (!rest.empty()) {
      kind = kind || unit.qualification.find(rest.substr(0, rest.find('|'))) != std::string::npos;
      rest.erase(0, rest.find('|') + 1);
    }
    return kind && (!unit.qualification_to || context.day <= *unit.qualification_to) &&
           (!unit.qualification_from || *unit.qualification_from <= context.day);
  }

  bool reached() const {
    const codes::Threshold& l = *line();
    if (l.measure == "has_qualification") return qualified();
    if (l.measure == "has_development_activity") return unit.development_activity == true;
    if (l.measure == "ongoing_project_total_investment")
      return unit.project_investment_fen && *unit.project_investment_fen >= *l.min_fen;
    const auto ytd = year_to_date();
    if (ytd && ytd->fen >= *l.min_fen) return true;
    return l.alternative_min && unit.employees && *unit.employees >= *l.alternative_min;
  }
  bool screened() const {
    if (!by_revenue()) return false;
    const auto sum = twelve_months();
    return sum && sum->fen >= *line()->min_fen;
  }
  bool near() const {
    if (!by_revenue()) return false;
    std::optional<Wide> best;
    for (const auto& a : {year_to_date(), twelve_months()}) {
      if (a && (!best || a->fen > *best)) best = a->fen;
    }
    return best && *best * 100 >= Wide{*line()->min_fen} * p().near_percent_min;
  }

  bool growing() const {
    if (unit.growth_mark != tiers::GrowthMark::kByRule) return unit.growth_mark == tiers::GrowthMark::kYes;
    if (!by_revenue()) return false;
    const auto sum = twelve_months();
    if (!sum || !unit.opened) return false;
    const Wide hundred = sum->fen * 100;
    const Wide least = *line()->min_fen;
    if (hundred < least * p().growth_mark_percent_min || hundred >= least * p().growth_mark_percent_below) return false;
    const auto ytd = year_to_date();
    const bool grew =
        ytd && ytd->before && *ytd->before > 0 && ytd->fen * 100 >= *ytd->before * (100 + p().growth_percent_min);
    const bool graded = unit.grade == "A" || (unit.grade == "B" && p().growth_grade_worst >= "B");
    const auto from = base::civil_from_date(*unit.opened);
    const auto to = base::civil_from_date(context.day);
    int months = (to.year * 12 + to.month) - (from.year * 12 + from.month);
    if (to.day < from.day) --months;
    return (grew || graded) && months >= p().operating_months_min;
  }

  bool should_leave() const {
    if (!eligible()) return true;
    const codes::Threshold& l = *line();
    if (l.measure == "has_qualification") return !unit.qualification.empty() && !qualified();
    if (l.measure == "has_development_activity") return unit.development_activity == false;
    if (!by_revenue() || reached()) return false;
    const auto ytd = year_to_date();
    return ytd && *ytd->projected < *l.min_fen;
  }

  // How many misses in a row there are now, when the rule is not met; 0 = it does not hold the unit.
  int held(bool was_in, int misses) const {
    if (!was_in) return 0;
    const bool again = unit.previous->period == tiers::period_of(context.day);
    const int count = again ? std::max(misses, 1) : misses + 1;
    return count < p().leave_after_periods ? count : 0;
  }
  bool was(tiers::Library library) const { return unit.previous && unit.previous->library == library; }
  bool was(tiers::Band band) const { return unit.previous && unit.previous->band == band; }

  struct Answer {
    tiers::Library library = tiers::Library::kBelow;
    tiers::Band band = tiers::Band::kNone;
    tiers::Comparison comparison = tiers::Comparison::kNone;
    std::string rule;
    int library_misses = 0;
    int band_misses = 0;
    bool operator==(const Answer&) const = default;
  };

  Answer listed() const {
    Answer out{
        tiers::Library::kSishang, tiers::Band::kNone, tiers::Comparison::kExisting, line() ? line()->id : "", 0, 0};
    if (today() < tiers::month_day_text(p().exit_warning_from)) return out;
    if (should_leave()) {
      out.band = tiers::Band::kExitRisk;
      if (today() >= tiers::month_day_text(p().exit_proposal_from) &&
          today() <= tiers::month_day_text(p().exit_proposal_to))
        out.comparison = tiers::Comparison::kShouldExit;
      return out;
    }
    out.band_misses = held(was(tiers::Band::kExitRisk), unit.previous ? unit.previous->band_misses : 0);
    if (out.band_misses > 0) out.band = tiers::Band::kExitRisk;
    return out;
  }

  bool survey_only() const {
    const codes::Threshold& l = *line();
    if (l.category == "H" || unit.kind == tiers::UnitKind::kEstablishment) return true;
    return unit.kind == tiers::UnitKind::kSelfEmployed && (l.category == "E" || l.category == "S");
  }

  Answer answer() const {
    if (unit.listing) return listed();
    Answer out;
    if (line() == nullptr) {
      out.library = tiers::Library::kOutOfScope;
      for (const codes::Threshold& t : context.catalog.thresholds().all()) {
        const bool legal = std::count(t.unit_types.begin(), t.unit_types.end(), codes::ThresholdUnit::kLegal) > 0;
        if (legal && t.scope.contains(unit.industry_code)) out.library = tiers::Library::kBelow;
      }
      return out;
    }
    out.rule = line()->id;
    if (!eligible()) return out;
    if (survey_only()) {
      if (reached()) out.library = tiers::Library::kSurveyUnit;
      return out;
    }
    const int misses = unit.previous ? unit.previous->library_misses : 0;
    if (reached() || screened()) {
      out.library = tiers::Library::kQuasi;
      if (reached()) out.comparison = tiers::Comparison::kShouldEnter;
      return out;
    }
    if (line()->min_fen && held(was(tiers::Library::kQuasi), misses) > 0) {
      out.library = tiers::Library::kQuasi;
      out.library_misses = held(true, misses);
      return out;
    }
    if (near()) {
      out.band = tiers::Band::kNear;
    } else if (held(was(tiers::Band::kNear), unit.previous ? unit.previous->band_misses : 0) > 0) {
      out.band = tiers::Band::kNear;
      out.band_misses = held(true, unit.previous->band_misses);
    }
    if (growing()) {
      out.library = tiers::Library::kNurture;
    } else if (unit.growth_mark != tiers::GrowthMark::kNo && held(was(tiers::Library::kNurture), misses) > 0) {
      out.library = tiers::Library::kNurture;
      out.library_misses = held(true, misses);
    }
    return out;
  }
};

}  // namespace minglu::reference
