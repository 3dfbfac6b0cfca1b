#include "codes/thresholds.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "codes/catalog_file.hpp"
#include "codes/internal/cells.hpp"

namespace minglu::codes {
namespace {

constexpr std::array<std::pair<std::string_view, ThresholdUnit>, 5> kUnits = {
    {{"LEGAL", ThresholdUnit::kLegal},
     {"SELF_EMPLOYED", ThresholdUnit::kSelfEmployed},
     {"NONTRADE_ESTABLISHMENT", ThresholdUnit::kNontradeEstablishment},
     {"NONCATERING_ESTABLISHMENT", ThresholdUnit::kNoncateringEstablishment},
     {"PROJECT", ThresholdUnit::kProject}}};

constexpr std::array<std::string_view, 8> kMeasures = {"main_revenue",
                                                       "revenue",
                                                       "goods_sales",
                                                       "turnover",
                                                       "employees",
                                                       "has_qualification",
                                                       "has_development_activity",
                                                       "ongoing_project_total_investment"};

bool is_measure(std::string_view word) noexcept {
  return std::find(kMeasures.begin(), kMeasures.end(), word) != kMeasures.end();
}

// The file's columns, in order.
enum Column : size_t {
  kId,
  kCategory,
  kScope,
  kUnitTypes,
  kMeasure,
  kFallback,
  kCondition,
  kOp,
  kMin,
  kAltMeasure,
  kAltMin,
  kFrom,
  kTo,
  kSource,
  kMark
};

Result<Threshold> read_threshold(const std::vector<std::string>& cells, const Industries& industries) {
  Threshold out;
  out.id = cells[kId];
  out.category = cells[kCategory];
  MINGLU_TRY(out.scope, IndustryScope::parse(cells[kScope], industries));
  for (const std::string& word : internal::split(cells[kUnitTypes], ';')) {
    const std::optional<ThresholdUnit> unit = parse_threshold_unit(word);
    if (!unit) return base::invalid_argument("unit type \"" + word + "\" is unknown");
    out.unit_types.push_back(*unit);
  }
  out.measure = cells[kMeasure];
  out.fallback = cells[kFallback];
  out.condition = cells[kCondition];
  out.alternative_measure = cells[kAltMeasure];
  MINGLU_TRY(const std::optional<int64_t> min_wan_yuan, internal::parse_count(cells[kMin]));
  if (min_wan_yuan) out.min_fen = *min_wan_yuan * internal::kFenPerWanYuan;
  MINGLU_TRY(out.alternative_min, internal::parse_count(cells[kAltMin]));
  MINGLU_TRY(out.validity, parse_validity(cells[kFrom], cells[kTo]));
  out.source = cells[kSource];
  out.mark = cells[kMark];
  if (out.id.empty() || out.unit_types.empty())
    return base::invalid_argument("a threshold needs an id and a unit type");
  if (!is_measure(out.measure)) return base::invalid_argument("measure \"" + out.measure + "\" is unknown");
  for (const std::string* other : {&out.fallback, &out.alternative_measure}) {
    if (!other->empty() && !is_measure(*other)) return base::invalid_argument("measure \"" + *other + "\" is unknown");
  }
  if (!cells[kOp].empty() && cells[kOp] != ">=")
    return base::invalid_argument("op is >= or empty, not \"" + cells[kOp] + "\"");
  if (out.min_fen.has_value() != (cells[kOp] == ">="))
    return base::invalid_argument("an amount goes with op >=, and only with it");
  if (out.alternative_min.has_value() == out.alternative_measure.empty()) {
    return base::invalid_argument("alternative_measure and alternative_min go together");
  }
  return out;
}

// For every class and unit type, the lines must follow each other in time without overlap or gap.
Status check_time(const std::vector<Threshold>& thresholds, const Industries& industries) {
  for (const Industry& industry : industries.all()) {
    if (industry.level != IndustryLevel::kClass) continue;
    for (const auto& [word, unit] : kUnits) {
      std::vector<DatedRow> rows;
      for (const Threshold& t : thresholds) {
        const bool for_unit = std::find(t.unit_types.begin(), t.unit_types.end(), unit) != t.unit_types.end();
        if (for_unit && t.scope.contains(industry.code)) rows.push_back({t.validity, "threshold " + t.id});
      }
      const Status series = check_series(std::move(rows), SeriesKind::kContinuous);
      if (series.ok()) continue;
      return base::invalid_argument(series.error().message + ", for industry " + industry.code + " and " +
                                    std::string(word));
    }
  }
  return ok_status();
}

}  // namespace

std::optional<ThresholdUnit> parse_threshold_unit(std::string_view word) noexcept {
  for (const auto& [name, unit] : kUnits) {
    if (name == word) return unit;
  }
  return std::nullopt;
}

Result<Thresholds> Thresholds::load(const std::filesystem::path& catalog_directory, const Industries& industries) {
  MINGLU_TRY(const CatalogFile file,
             load_catalog_file(
                 catalog_directory / "parameters/sishang_thresholds.csv",
                 {"id", "category", "scope", "unit_types", "measure", "fallback", "condition", "op", "min_wan_yuan",
                  "alternative_measure", "alternative_min", "valid_from", "valid_to", "source", "mark"}));
  Thresholds out;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    Result<Threshold> threshold = read_threshold(file.rows[row], industries);
    if (!threshold.ok()) return catalog_error(file, row, threshold.error().message);
    for (const Threshold& other : out.thresholds_) {
      if (other.id == threshold->id) return catalog_error(file, row, "threshold \"" + other.id + "\" stands twice");
    }
    out.thresholds_.push_back(std::move(threshold).value());
  }
  const Status time = check_time(out.thresholds_, industries);
  if (!time.ok()) return base::invalid_argument("catalog file \"" + file.path.string() + "\": " + time.error().message);
  return out;
}

const Threshold* Thresholds::threshold_for(std::string_view industry_code, ThresholdUnit unit,
                                           Date day) const noexcept {
  for (const Threshold& t : thresholds_) {
    if (!t.validity.covers(day) || !t.scope.contains(industry_code)) continue;
    if (std::find(t.unit_types.begin(), t.unit_types.end(), unit) != t.unit_types.end()) return &t;
  }
  return nullptr;
}

}  // namespace minglu::codes
