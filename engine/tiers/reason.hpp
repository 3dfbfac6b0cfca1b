// Why a unit stands where it stands: one code with its figures, worded in Chinese and English by Wording.
// The codes are stable; programs look at them, people read the words (catalog/tiers/wording.csv, key "reason.<code>").
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minglu::tiers {

enum class ReasonCode : uint8_t {
  kListed,
  kReachedYtd,
  kReached12m,
  kReachedEmployees,
  kReachedQualification,
  kReachedDevelopment,
  kReachedInvestment,
  kNearLine,
  kBelowLine,
  kNoRevenue,
  kNoLine,
  kNoLineForUnitType,
  kNoLineAtDate,
  kNotOperating,
  kNotEnterprise,
  kNoQualification,
  kQualificationExpired,
  kQualificationNotYet,
  kQualificationOtherKind,
  kQualificationUnknown,
  kNoDevelopment,
  kDevelopmentUnknown,
  kMarkedByRule,
  kMarkedByPerson,
  kUnmarkedByPerson,
  kGrowthMet,
  kGradeMet,
  kOperatingUnknown,
  kOperatingTooShort,
  kHeld,
  kProjectedBelow,
  kExitWarningClosed,
  kExitBatchClosed,
  kCategoryDiffers,
  kNameDiffers,
  kLeftList,
  kScreeningOnly,
  kFallbackMeasure,
  kSubstitutedMeasure,
  kSourceUnstated,
  kStaleSource,
  kLastYearCarried,
  kCumulativeFell,
  kTwelveMonthsOlder,
  kFutureFigure,
  kNegativeRevenue,
  kSentinel,
  kConsolidatedTax,
  kStatusUnknown,
  kInstitutionUnknown,
  kBadId,
  kDuplicateId,
  kBadIndustry,
  kBadCell,
  kBadRow,
  kBadAction
};
inline constexpr size_t kReasonCodes = static_cast<size_t>(ReasonCode::kBadAction) + 1;
/// "REACHED_YTD", ...
std::string_view reason_name(ReasonCode code) noexcept;
/// True for what lowers the confidence of a result: something unknown, substituted or suspect.
bool is_doubt(ReasonCode code) noexcept;

struct Reason {
  ReasonCode code = ReasonCode::kListed;
  std::vector<std::string> values;  // for {0}, {1} ... of its wording
  bool operator==(const Reason&) const = default;
};

}  // namespace minglu::tiers
