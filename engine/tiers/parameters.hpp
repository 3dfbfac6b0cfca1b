// What the bureau decides about libraries, as dated data: bands, waiting periods, order of trust of revenue sources,
// sub-states of 准四上. Nothing of it is a constant of the code.
//
//   MINGLU_TRY(const Settings settings, Settings::load(codes::catalog_directory(), day));
//   settings.parameters.near_percent_min            // 80
//
// Source: catalog/tiers/parameters.csv, revenue_sources.csv, sub_states.csv (rule book §3.1). Units are in the names;
// percent is whole percent of the line, so that every comparison is exact. Errors (kInvalidArgument, naming file and
// line): an unknown, missing or doubled parameter on that day, a value of the wrong form, an overlap or gap in time.
// Thread-safety: immutable after load. Cost: a few milliseconds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/thresholds.hpp"
#include "tiers/sub_state.hpp"

namespace minglu::tiers {

/// A day of any year.
struct MonthDay {
  int32_t month = 1;
  int32_t day = 1;
  auto operator<=>(const MonthDay&) const = default;
};
MonthDay month_day_of(Date date) noexcept;
std::string month_day_text(MonthDay day);  // "07-01"

/// Lines whose units belong to 一套表 and are never counted as 四上.
struct SurveyOnly {
  std::string category;  // "*" = any
  bool any_unit = false;
  codes::ThresholdUnit unit = codes::ThresholdUnit::kLegal;
};

struct Parameters {
  int64_t near_percent_min = 0;           // 临近达标 from here up to the line
  int64_t growth_mark_percent_min = 0;    // 成长企业 by rule: from here ...
  int64_t growth_mark_percent_below = 0;  // ... up to here, exclusive
  int64_t growth_percent_min = 0;
  std::string growth_grade_worst;  // "B": A and B suffice
  int32_t operating_months_min = 0;
  int32_t leave_after_periods = 0;          // misses in a row before a unit leaves a band or library
  int32_t stale_months_max = 0;             // a source this much older than the freshest still counts
  int32_t twelve_months_age_max = 0;        // a 12-month sum may have ended this many months ago
  int32_t carry_last_year_until_month = 0;  // last year's total is the year to date until this month
  MonthDay exit_warning_from;
  MonthDay exit_proposal_from;  // annual batch 1, both ends inclusive
  MonthDay exit_proposal_to;
  int64_t sentinel_revenue_fen = 0;
  int64_t sentinel_employees = 0;
  std::vector<SurveyOnly> survey_only;
};

enum class Confidence : uint8_t { kHigh, kMedium, kLow };
std::string_view confidence_name(Confidence confidence) noexcept;  // "high", "medium", "low"

struct RevenueSource {
  std::string code;
  std::string zh;
  std::string en;
  int64_t rank = 0;  // 1 is trusted most
  Confidence confidence = Confidence::kLow;
  bool substitutes = false;  // knows revenue only: it stands in for a measure the source cannot tell apart
};

/// The source of a figure that names none; must stand in the file.
inline constexpr std::string_view kSourceUnstated = "unstated";

struct Settings {
  Parameters parameters;
  std::vector<RevenueSource> sources;
  SubStates sub_states;

  static Result<Settings> load(const std::filesystem::path& catalog_directory, Date day);
  /// Place in `sources`; sources.size() for an unknown code.
  [[nodiscard]] size_t source_index(std::string_view code) const noexcept;
};

}  // namespace minglu::tiers
