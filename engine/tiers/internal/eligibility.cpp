#include "tiers/internal/eligibility.hpp"

#include <algorithm>

namespace minglu::tiers::internal {
namespace {

using codes::ThresholdUnit;

// An establishment falls under the line of its trade, so at most one of the two kinds has a line.
std::vector<ThresholdUnit> line_units(UnitKind kind) {
  switch (kind) {
    case UnitKind::kLegal: return {ThresholdUnit::kLegal};
    case UnitKind::kEstablishment:
      return {ThresholdUnit::kNontradeEstablishment, ThresholdUnit::kNoncateringEstablishment};
    case UnitKind::kSelfEmployed: return {ThresholdUnit::kSelfEmployed};
    case UnitKind::kProject: break;
  }
  return {ThresholdUnit::kProject};
}

bool has_line(const codes::Thresholds& all, std::string_view industry, ThresholdUnit unit) noexcept {
  return std::any_of(all.all().begin(), all.all().end(), [&](const codes::Threshold& t) {
    return t.scope.contains(industry) &&
           std::find(t.unit_types.begin(), t.unit_types.end(), unit) != t.unit_types.end();
  });
}

Reason missing_line(const Unit& unit, const LineChoice& choice, const Context& context) {
  const codes::Thresholds& all = context.catalog.thresholds();
  for (const ThresholdUnit kind : line_units(unit.kind)) {
    if (has_line(all, unit.industry_code, kind))
      return {ReasonCode::kNoLineAtDate, {unit.industry_code, base::format_iso_date(context.day)}};
  }
  if (choice.other_kind_has_line) return {ReasonCode::kNoLineForUnitType, {unit.industry_code}};
  return {ReasonCode::kNoLine, {unit.industry_code}};
}

constexpr std::string_view kOperating = "1";        // list op_status: 正常运营
constexpr std::string_view kEnterprise = "10";      // list org_type: 企业
constexpr std::string_view kEnterpriseRules = "1";  // list acct_std_class: 企业会计准则制度

}  // namespace

LineChoice choose_line(const Unit& unit, const Context& context) {
  LineChoice out;
  const codes::Thresholds& all = context.catalog.thresholds();
  for (const ThresholdUnit kind : line_units(unit.kind)) {
    if (out.line != nullptr) break;
    out.line = all.threshold_for(unit.industry_code, kind, context.day);
    if (out.line != nullptr) out.unit = kind;
  }
  out.other_kind_has_line = has_line(all, unit.industry_code, ThresholdUnit::kLegal);
  return out;
}

Eligibility check_eligibility(const Unit& unit, const LineChoice& choice, const Context& context) {
  Eligibility out;
  if (choice.line == nullptr) out.grounds.push_back(missing_line(unit, choice, context));
  if (unit.op_status.empty()) {
    out.doubts.push_back({ReasonCode::kStatusUnknown, {}});
  } else if (unit.op_status != kOperating) {
    out.grounds.push_back({ReasonCode::kNotOperating, {unit.op_status}});
  }
  const bool institution_matters = unit.kind == UnitKind::kLegal || unit.kind == UnitKind::kEstablishment;
  if (institution_matters && unit.org_type.empty() && unit.acct_std_class.empty()) {
    out.doubts.push_back({ReasonCode::kInstitutionUnknown, {}});
  } else if (institution_matters && unit.org_type != kEnterprise && unit.acct_std_class != kEnterpriseRules) {
    out.grounds.push_back({ReasonCode::kNotEnterprise, {}});
  }
  if (unit.consolidated_tax) out.doubts.push_back({ReasonCode::kConsolidatedTax, {}});
  if (unit.employees && *unit.employees == context.settings.parameters.sentinel_employees)
    out.doubts.push_back({ReasonCode::kSentinel, {}});
  return out;
}

bool is_survey_only(const codes::Threshold& line, codes::ThresholdUnit unit, const Parameters& parameters) noexcept {
  return std::any_of(parameters.survey_only.begin(), parameters.survey_only.end(), [&](const SurveyOnly& s) {
    return (s.category == "*" || s.category == line.category) && (s.any_unit || s.unit == unit);
  });
}

}  // namespace minglu::tiers::internal
