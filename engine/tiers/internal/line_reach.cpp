#include "tiers/internal/line_reach.hpp"

#include <algorithm>

namespace minglu::tiers::internal {
namespace {

constexpr int64_t kPercent = 100;

bool names_kind(std::string_view qualification, std::string_view kinds) {
  for (size_t at = 0; at <= kinds.size();) {
    const size_t end = std::min(kinds.find('|', at), kinds.size());
    if (qualification.find(kinds.substr(at, end - at)) != std::string_view::npos) return true;
    at = end + 1;
  }
  return false;
}

void test_qualification(const Unit& unit, const codes::Threshold& line, Date day, LineTest& out) {
  if (unit.qualification.empty()) {
    out.evidence.push_back({ReasonCode::kQualificationUnknown, {}});
    return;
  }
  std::optional<Reason> ground;
  if (unit.qualification == "9999" || unit.qualification == "无") {
    ground = Reason{ReasonCode::kNoQualification, {}};
  } else if (!names_kind(unit.qualification, line.condition)) {
    ground = Reason{ReasonCode::kQualificationOtherKind, {unit.qualification, line.condition}};
  } else if (unit.qualification_to && *unit.qualification_to < day) {
    ground = Reason{ReasonCode::kQualificationExpired, {base::format_iso_date(*unit.qualification_to)}};
  } else if (unit.qualification_from && day < *unit.qualification_from) {
    ground = Reason{ReasonCode::kQualificationNotYet, {base::format_iso_date(*unit.qualification_from)}};
  }
  if (!ground) {
    out.legal = true;
    out.evidence.push_back({ReasonCode::kReachedQualification, {unit.qualification}});
  } else if (unit.listing) {
    out.exit_grounds.push_back(*ground);
  } else {
    out.evidence.push_back(*ground);
  }
}

void test_development(const Unit& unit, LineTest& out) {
  if (!unit.development_activity) {
    out.evidence.push_back({ReasonCode::kDevelopmentUnknown, {}});
  } else if (*unit.development_activity) {
    out.legal = true;
    out.evidence.push_back({ReasonCode::kReachedDevelopment, {}});
  } else if (unit.listing) {
    out.exit_grounds.push_back({ReasonCode::kNoDevelopment, {}});
  } else {
    out.evidence.push_back({ReasonCode::kNoDevelopment, {}});
  }
}

void test_investment(const Unit& unit, const codes::Threshold& line, LineTest& out) {
  if (!unit.project_investment_fen) {
    out.evidence.push_back({ReasonCode::kNoRevenue, {"@measure." + line.measure}});
  } else if (*unit.project_investment_fen >= *line.min_fen) {
    out.legal = true;
    out.evidence.push_back({ReasonCode::kReachedInvestment, {wan_yuan_text(*unit.project_investment_fen)}});
  } else {
    out.evidence.push_back({ReasonCode::kBelowLine, {ratio_text(*unit.project_investment_fen, *line.min_fen)}});
  }
}

std::string measure_key(const Chosen& chosen) { return "@measure." + std::string(measure_name(chosen.measure)); }

void test_revenue(const Unit& unit, const codes::Threshold& line, const Context& context, const Revenue& revenue,
                  LineTest& out) {
  const int64_t least = *line.min_fen;
  if (const auto& ytd = revenue.year_to_date) {
    out.best_fen = ytd->fen;
    if (ytd->fen >= least) {
      out.legal = true;
      out.evidence.push_back(
          {ReasonCode::kReachedYtd, {measure_key(*ytd), wan_yuan_text(ytd->fen), ratio_text(ytd->fen, least)}});
    }
  }
  if (const auto& sum = revenue.twelve_months) {
    out.best_fen = out.best_fen ? std::max(*out.best_fen, sum->fen) : sum->fen;
    if (sum->fen >= least) {
      out.screened = true;
      out.evidence.push_back(
          {ReasonCode::kReached12m, {measure_key(*sum), wan_yuan_text(sum->fen), ratio_text(sum->fen, least)}});
    }
  }
  if (line.alternative_min && unit.employees && *unit.employees >= *line.alternative_min) {
    out.legal = true;
    out.evidence.push_back({ReasonCode::kReachedEmployees, {std::to_string(*unit.employees)}});
  }
  if (!out.best_fen) {
    out.evidence.push_back({ReasonCode::kNoRevenue, {"@measure." + line.measure}});
  } else if (!out.legal && !out.screened) {
    const bool near = at_percent(*out.best_fen, least, context.settings.parameters.near_percent_min);
    out.evidence.push_back({near ? ReasonCode::kNearLine : ReasonCode::kBelowLine, {ratio_text(*out.best_fen, least)}});
  }
  if (!out.legal && revenue.projected_fen && *revenue.projected_fen < least)
    out.exit_grounds.push_back({ReasonCode::kProjectedBelow, {wan_yuan_text(*revenue.projected_fen)}});
  out.doubts.insert(out.doubts.end(), revenue.remarks.begin(), revenue.remarks.end());
  const auto& used = revenue.year_to_date ? revenue.year_to_date : revenue.twelve_months;
  if (used && context.settings.sources[used->source].code == kSourceUnstated)
    out.doubts.push_back({ReasonCode::kSourceUnstated, {}});
}

}  // namespace

LineTest test_line(const Unit& unit, const codes::Threshold& line, const Context& context, Revenue& revenue) {
  LineTest out;
  if (line.measure == "has_qualification") {
    test_qualification(unit, line, context.day, out);
  } else if (line.measure == "has_development_activity") {
    test_development(unit, out);
  } else if (line.measure == "ongoing_project_total_investment") {
    test_investment(unit, line, out);
  } else {
    revenue = choose_revenue(unit.figures, line, context.settings, context.day);
    test_revenue(unit, line, context, revenue, out);
  }
  return out;
}

bool at_percent(int64_t fen, int64_t line_fen, int64_t percent) noexcept {
  return static_cast<__int128>(fen) * kPercent >= static_cast<__int128>(line_fen) * percent;
}

std::vector<Reason> growth_rule(const Unit& unit, const codes::Threshold& line, const Revenue& revenue,
                                const Context& context) {
  const Parameters& p = context.settings.parameters;
  if (!line.min_fen || !revenue.twelve_months) return {};
  const int64_t sum = revenue.twelve_months->fen;
  if (!at_percent(sum, *line.min_fen, p.growth_mark_percent_min)) return {};
  if (at_percent(sum, *line.min_fen, p.growth_mark_percent_below)) return {};
  std::vector<Reason> out = {{ReasonCode::kMarkedByRule, {ratio_text(sum, *line.min_fen)}}};
  const auto& before = revenue.same_months_last_year_fen;
  if (revenue.year_to_date && before && *before > 0 &&
      at_percent(revenue.year_to_date->fen, *before, kPercent + p.growth_percent_min))
    out.push_back({ReasonCode::kGrowthMet, {growth_text(revenue.year_to_date->fen, *before)}});
  if (unit.grade.size() == 1 && unit.grade >= "A" && unit.grade <= p.growth_grade_worst)
    out.push_back({ReasonCode::kGradeMet, {unit.grade}});
  if (out.size() == 1) return {};
  if (!unit.opened) return {{ReasonCode::kOperatingUnknown, {}}};
  // Six months after 2026-01-15 is 2026-07-15: whole months, then the day.
  const base::CivilDate opened = base::civil_from_date(*unit.opened);
  const base::CivilDate today = base::civil_from_date(context.day);
  const int32_t months =
      (today.year - opened.year) * 12 + today.month - opened.month - (today.day < opened.day ? 1 : 0);
  if (months < p.operating_months_min)
    return {{ReasonCode::kOperatingTooShort, {std::to_string(p.operating_months_min)}}};
  return out;
}

}  // namespace minglu::tiers::internal
