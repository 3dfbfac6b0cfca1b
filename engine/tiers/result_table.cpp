#include "tiers/result_table.hpp"

#include <set>

namespace minglu::tiers {
namespace {

std::string kind_name(UnitKind kind) {
  switch (kind) {
    case UnitKind::kLegal: return "LEGAL";
    case UnitKind::kEstablishment: return "ESTABLISHMENT";
    case UnitKind::kSelfEmployed: return "SELF_EMPLOYED";
    case UnitKind::kProject: break;
  }
  return "PROJECT";
}

struct AmountCells {
  std::string amount;
  std::string ratio;
  std::string measure;
  std::string source;
  std::string period;
};

AmountCells amount_cells(const std::optional<Chosen>& chosen, const codes::Threshold* line, const Settings& settings) {
  if (!chosen) return {};
  return {wan_yuan_text(chosen->fen), line != nullptr && line->min_fen ? ratio_text(chosen->fen, *line->min_fen) : "",
          std::string(measure_name(chosen->measure)), settings.sources[chosen->source].code,
          base::format_period(chosen->period)};
}

std::string codes_of(const std::vector<Reason>& reasons) {
  std::string out;
  for (const Reason& reason : reasons) {
    if (!out.empty()) out += ";";
    out += reason_name(reason.code);
  }
  return out;
}

std::string named(const Wording& wording, std::string_view family, std::string_view code) {
  return code.empty() ? "" : wording.text(std::string(family) + "." + std::string(code), Language::kChinese);
}

std::string day_text(const std::optional<Date>& day) { return day ? base::format_iso_date(*day) : ""; }

}  // namespace

const std::vector<std::string>& result_columns() {
  static const std::vector<std::string> kColumns = {"id",
                                                    "name",
                                                    "industry_code",
                                                    "unit_type",
                                                    "category",
                                                    "library",
                                                    "library_zh",
                                                    "band",
                                                    "band_zh",
                                                    "growth_mark",
                                                    "sub_state",
                                                    "sub_state_zh",
                                                    "sub_state_action",
                                                    "comparison",
                                                    "comparison_zh",
                                                    "proposal",
                                                    "awaits",
                                                    "awaits_zh",
                                                    "moved",
                                                    "moved_from",
                                                    "eligible",
                                                    "reached",
                                                    "rule_id",
                                                    "threshold_wan_yuan",
                                                    "threshold_from",
                                                    "threshold_to",
                                                    "ytd_wan_yuan",
                                                    "r_ytd",
                                                    "ytd_measure",
                                                    "ytd_source",
                                                    "ytd_period",
                                                    "r12_wan_yuan",
                                                    "r12",
                                                    "r12_measure",
                                                    "r12_source",
                                                    "r12_period",
                                                    "projected_wan_yuan",
                                                    "growth_percent",
                                                    "confidence",
                                                    "reasons",
                                                    "reasons_zh",
                                                    "reasons_en",
                                                    "rule_zh",
                                                    "rule_en",
                                                    "street",
                                                    "batch",
                                                    "owner",
                                                    "library_misses",
                                                    "band_misses",
                                                    "assessed_period"};
  return kColumns;
}

std::vector<std::string> result_cells(const UnitRow& row, const Assessment& a, const ResultContext& context) {
  const Wording& words = context.wording;
  const codes::Threshold* line = a.line;
  const AmountCells ytd = amount_cells(a.revenue.year_to_date, line, context.settings);
  const AmountCells year = amount_cells(a.revenue.twelve_months, line, context.settings);
  const auto& before = a.revenue.same_months_last_year_fen;
  const bool grows = a.revenue.year_to_date && before && *before > 0;
  const std::string library(library_name(a.library));
  const std::string band(band_name(a.band));
  const std::string state(sub_state_name(a.sub_state));
  const std::string comparison(comparison_name(a.comparison));
  const std::string awaits(awaits_name(a.awaits));
  const bool used = a.library != Library::kRejected;
  return {row.unit.id,
          row.unit.name,
          row.unit.industry_code,
          kind_name(row.unit.kind),
          line != nullptr ? line->category : "",
          library,
          named(words, "library", library),
          band,
          named(words, "band", band),
          used ? (a.growth_marked ? "1" : "2") : "",
          state,
          named(words, "sub_state", state),
          a.sub_state_action,
          comparison,
          named(words, "comparison", comparison),
          std::string(proposal_name(a.proposal)),
          awaits,
          named(words, "awaits", awaits),
          used ? (a.moved ? "1" : "2") : "",
          row.unit.previous ? std::string(library_name(row.unit.previous->library)) : "",
          used ? (a.eligible ? "1" : "2") : "",
          used ? (a.reached ? "1" : "2") : "",
          line != nullptr ? line->id : "",
          line != nullptr && line->min_fen ? wan_yuan_text(*line->min_fen) : "",
          line != nullptr ? day_text(line->validity.from) : "",
          line != nullptr ? day_text(line->validity.to) : "",
          ytd.amount,
          ytd.ratio,
          ytd.measure,
          ytd.source,
          ytd.period,
          year.amount,
          year.ratio,
          year.measure,
          year.source,
          year.period,
          a.revenue.projected_fen ? wan_yuan_text(*a.revenue.projected_fen) : "",
          grows ? growth_text(a.revenue.year_to_date->fen, *before) : "",
          used ? std::string(confidence_name(a.confidence)) : "",
          codes_of(a.reasons),
          words.reasons(a.reasons, Language::kChinese),
          words.reasons(a.reasons, Language::kEnglish),
          line != nullptr ? words.rule(*line, *a.line_unit, Language::kChinese) : "",
          line != nullptr ? words.rule(*line, *a.line_unit, Language::kEnglish) : "",
          row.street,
          row.batch,
          row.owner,
          std::to_string(a.library_misses),
          std::to_string(a.band_misses),
          base::format_period(context.assessed)};
}

Assessment rejected(const UnitRow& row) {
  Assessment out;
  out.library = Library::kRejected;
  out.reasons = row.problems;
  return out;
}

void Summary::add(const UnitRow& row, const Assessment& a) {
  ++rows;
  const std::string library(library_name(a.library));
  ++libraries[library];
  if (row.unit.previous && a.moved) ++moved;
  if (a.band != Band::kNone) ++bands[std::string(band_name(a.band))];
  if (a.sub_state != SubState::kNone) ++sub_states[std::string(sub_state_name(a.sub_state))];
  if (a.comparison != Comparison::kNone) ++comparisons[std::string(comparison_name(a.comparison))];
  if (a.proposal != Proposal::kNone) ++proposals[std::string(proposal_name(a.proposal))];
  if (a.line != nullptr) {
    ++lines[a.line->id];
    ++categories[a.line->category][library];
  }
  std::set<std::string_view> codes;
  for (const Reason& reason : a.reasons) codes.insert(reason_name(reason.code));
  for (const std::string_view code : codes) ++reasons[std::string(code)];
}

}  // namespace minglu::tiers
