#include "tiers/parameters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "codes/catalog_file.hpp"
#include "codes/validity.hpp"

namespace minglu::tiers {
namespace {

constexpr int64_t kFenPerThousandYuan = 100'000;
using Values = std::map<std::string, std::string, std::less<>>;

Error wrong(std::string_view name, std::string_view value, std::string_view allowed) {
  return base::invalid_argument("parameter \"" + std::string(name) + "\": \"" + std::string(value) + "\" is not " +
                                std::string(allowed));
}

Result<int64_t> whole(const Values& values, std::string_view name) {
  const std::string& text = values.find(name)->second;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > 1'000'000)
    return wrong(name, text, "a whole number of 0 to 1000000");
  return number;
}

Result<MonthDay> month_day(const Values& values, std::string_view name) {
  const std::string& text = values.find(name)->second;
  // Any leap year: 02-29 is a day.
  const auto date = base::parse_iso_date("2024-" + text);
  if (!date) return wrong(name, text, "a day such as 07-01");
  return month_day_of(*date);
}

Result<std::vector<SurveyOnly>> survey_only(const std::string& text) {
  std::vector<SurveyOnly> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(';', at), text.size());
    const std::string item = text.substr(at, end - at);
    const size_t colon = item.find(':');
    if (colon == std::string::npos || colon == 0) return wrong("survey_only", item, "written like H:PROJECT");
    const std::string word = item.substr(colon + 1);
    const auto unit = codes::parse_threshold_unit(word);
    if (!unit && word != "*") return wrong("survey_only", item, "of a known unit type");
    out.push_back({item.substr(0, colon), !unit, unit.value_or(codes::ThresholdUnit::kLegal)});
    at = end + 1;
  }
  return out;
}

constexpr std::array<std::string_view, 16> kKnown = {
    "near_percent_min",      "growth_mark_percent_min",        "growth_mark_percent_below", "growth_percent_min",
    "growth_grade_worst",    "operating_months_min",           "leave_after_periods",       "stale_months_max",
    "twelve_months_age_max", "carry_last_year_until_month",    "exit_warning_from",         "exit_proposal_from",
    "exit_proposal_to",      "sentinel_revenue_thousand_yuan", "sentinel_employees",        "survey_only"};

Result<Values> values_on(const std::filesystem::path& catalog, Date day) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog / "tiers" / "parameters.csv",
                                      {"name", "value", "unit", "valid_from", "valid_to", "source", "mark"}));
  std::map<std::string, std::vector<codes::DatedRow>> series;
  Values values;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    if (std::find(kKnown.begin(), kKnown.end(), cells[0]) == kKnown.end())
      return codes::catalog_error(file, row, "parameter \"" + cells[0] + "\" is unknown");
    const auto validity = codes::parse_validity(cells[3], cells[4]);
    if (!validity.ok()) return codes::catalog_error(file, row, validity.error().message);
    series[cells[0]].push_back({*validity, "parameter " + cells[0]});
    const auto checked = codes::check_series(series[cells[0]], codes::SeriesKind::kContinuous);
    if (!checked.ok()) return codes::catalog_error(file, row, checked.error().message);
    if (validity->covers(day)) values[cells[0]] = cells[1];
  }
  for (std::string_view name : kKnown) {
    if (values.count(name) == 0)
      return base::invalid_argument("catalog file \"" + file.path.string() + "\": parameter \"" + std::string(name) +
                                    "\" has no row for " + base::format_iso_date(day));
  }
  return values;
}

Result<Parameters> read_parameters(const Values& values) {
  Parameters out;
  MINGLU_TRY(out.near_percent_min, whole(values, "near_percent_min"));
  MINGLU_TRY(out.growth_mark_percent_min, whole(values, "growth_mark_percent_min"));
  MINGLU_TRY(out.growth_mark_percent_below, whole(values, "growth_mark_percent_below"));
  MINGLU_TRY(out.growth_percent_min, whole(values, "growth_percent_min"));
  out.growth_grade_worst = values.find("growth_grade_worst")->second;
  if (out.growth_grade_worst.size() != 1 || out.growth_grade_worst[0] < 'A' || out.growth_grade_worst[0] > 'E')
    return wrong("growth_grade_worst", out.growth_grade_worst, "one of A B C D E");
  MINGLU_TRY(const int64_t operating, whole(values, "operating_months_min"));
  MINGLU_TRY(const int64_t leave, whole(values, "leave_after_periods"));
  MINGLU_TRY(const int64_t stale, whole(values, "stale_months_max"));
  MINGLU_TRY(const int64_t age, whole(values, "twelve_months_age_max"));
  MINGLU_TRY(const int64_t carry, whole(values, "carry_last_year_until_month"));
  out.operating_months_min = static_cast<int32_t>(operating);
  out.leave_after_periods = static_cast<int32_t>(leave);
  out.stale_months_max = static_cast<int32_t>(stale);
  out.twelve_months_age_max = static_cast<int32_t>(age);
  out.carry_last_year_until_month = static_cast<int32_t>(carry);
  MINGLU_TRY(out.exit_warning_from, month_day(values, "exit_warning_from"));
  MINGLU_TRY(out.exit_proposal_from, month_day(values, "exit_proposal_from"));
  MINGLU_TRY(out.exit_proposal_to, month_day(values, "exit_proposal_to"));
  MINGLU_TRY(const int64_t sentinel, whole(values, "sentinel_revenue_thousand_yuan"));
  out.sentinel_revenue_fen = sentinel * kFenPerThousandYuan;
  MINGLU_TRY(out.sentinel_employees, whole(values, "sentinel_employees"));
  MINGLU_TRY(out.survey_only, survey_only(values.find("survey_only")->second));
  return out;
}

Result<std::vector<RevenueSource>> read_sources(const std::filesystem::path& catalog) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog / "tiers" / "revenue_sources.csv",
                                      {"code", "zh", "en", "rank", "confidence", "substitutes", "source", "mark"}));
  std::vector<RevenueSource> out;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::vector<std::string>& cells = file.rows[row];
    RevenueSource source{cells[0], cells[1], cells[2], 0, Confidence::kLow, cells[5] == "1"};
    const auto rank = whole({{"rank", cells[3]}}, "rank");
    if (!rank.ok()) return codes::catalog_error(file, row, rank.error().message);
    source.rank = *rank;
    bool known = false;
    for (const Confidence c : {Confidence::kHigh, Confidence::kMedium, Confidence::kLow}) {
      if (confidence_name(c) != cells[4]) continue;
      source.confidence = c;
      known = true;
    }
    if (!known) return codes::catalog_error(file, row, "confidence is high, medium or low, not \"" + cells[4] + "\"");
    if (cells[5] != "0" && cells[5] != "1") return codes::catalog_error(file, row, "substitutes is 0 or 1");
    for (const RevenueSource& other : out) {
      if (other.code == source.code) return codes::catalog_error(file, row, "source \"" + cells[0] + "\" stands twice");
    }
    out.push_back(std::move(source));
  }
  return out;
}

}  // namespace

MonthDay month_day_of(Date date) noexcept {
  const base::CivilDate civil = base::civil_from_date(date);
  return {civil.month, civil.day};
}

std::string month_day_text(MonthDay day) {
  const auto two = [](int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return two(day.month) + "-" + two(day.day);
}

std::string_view confidence_name(Confidence confidence) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"high", "medium", "low"};
  return kNames[static_cast<size_t>(confidence)];
}

Result<Settings> Settings::load(const std::filesystem::path& catalog_directory, Date day) {
  Settings out;
  MINGLU_TRY(const Values values, values_on(catalog_directory, day));
  const auto parameters = read_parameters(values);
  if (!parameters.ok())
    return base::invalid_argument("catalog file \"" + (catalog_directory / "tiers" / "parameters.csv").string() +
                                  "\": " + parameters.error().message);
  out.parameters = *parameters;
  MINGLU_TRY(out.sources, read_sources(catalog_directory));
  if (out.source_index(kSourceUnstated) == out.sources.size())
    return base::invalid_argument("catalog file \"" + (catalog_directory / "tiers" / "revenue_sources.csv").string() +
                                  "\": no source \"" + std::string(kSourceUnstated) + "\"");
  MINGLU_TRY(out.sub_states, SubStates::load(catalog_directory));
  return out;
}

size_t Settings::source_index(std::string_view code) const noexcept {
  for (size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].code == code || sources[i].zh == code) return i;
  }
  return sources.size();
}

}  // namespace minglu::tiers
