// The lines of 四上 (above which a unit enters the list of units in the monthly and annual surveys), dated.
//
//   thresholds.threshold_for("6513", ThresholdUnit::kLegal, day)->min_fen   // 2000 万元 in fen
//
// Source: catalog/parameters/sishang_thresholds.csv (rule book §3). Thread-safety: immutable. Cost: some 100 ns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "codes/industry.hpp"
#include "codes/validity.hpp"

namespace minglu::codes {

/// What kind of unit the line is for. The two establishments belong to legal units of other trades.
enum class ThresholdUnit : uint8_t {
  kLegal,
  kSelfEmployed,
  kNontradeEstablishment,
  kNoncateringEstablishment,
  kProject
};
/// "LEGAL" ... as in the file; null for an unknown word.
std::optional<ThresholdUnit> parse_threshold_unit(std::string_view word) noexcept;

struct Threshold {
  std::string id;        // "F1"
  std::string category;  // 专业类别, list "survey_category"
  IndustryScope scope;
  std::vector<ThresholdUnit> unit_types;
  std::string measure;              // field compared, or has_qualification / has_development_activity (then no amount)
  std::string fallback;             // field used when the measure is empty; may be empty
  std::string condition;            // for has_qualification: the kinds that count, separated by |
  std::optional<int64_t> min_fen;   // reached when measure >= min; null: the condition alone decides
  std::string alternative_measure;  // "employees": reaching it suffices as well; usually empty
  std::optional<int64_t> alternative_min;  // persons
  Validity validity;
  std::string source;
  std::string mark;
};

class Thresholds {
 public:
  /// kInvalidArgument for an unknown unit type, measure or industry, a duplicate id, two lines for one industry, unit
  /// type and day, or a gap between successive lines of one industry and unit type.
  static Result<Thresholds> load(const std::filesystem::path& catalog_directory, const Industries& industries);

  /// Null when no line applies: 53, 66-69, A, S, T and codes that are no 4-digit class.
  [[nodiscard]] const Threshold* threshold_for(std::string_view industry_code, ThresholdUnit unit,
                                               Date day) const noexcept;
  [[nodiscard]] const std::vector<Threshold>& all() const noexcept { return thresholds_; }

 private:
  std::vector<Threshold> thresholds_;
};

}  // namespace minglu::codes
