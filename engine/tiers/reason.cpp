#include "tiers/reason.hpp"

#include <array>

namespace minglu::tiers {
namespace {

constexpr std::array<std::string_view, kReasonCodes> kNames = {"LISTED",
                                                               "REACHED_YTD",
                                                               "REACHED_12M",
                                                               "REACHED_EMPLOYEES",
                                                               "REACHED_QUALIFICATION",
                                                               "REACHED_DEVELOPMENT",
                                                               "REACHED_INVESTMENT",
                                                               "NEAR_LINE",
                                                               "BELOW_LINE",
                                                               "NO_REVENUE",
                                                               "NO_LINE",
                                                               "NO_LINE_FOR_UNIT_TYPE",
                                                               "NO_LINE_AT_DATE",
                                                               "NOT_OPERATING",
                                                               "NOT_ENTERPRISE",
                                                               "NO_QUALIFICATION",
                                                               "QUALIFICATION_EXPIRED",
                                                               "QUALIFICATION_NOT_YET",
                                                               "QUALIFICATION_OTHER_KIND",
                                                               "QUALIFICATION_UNKNOWN",
                                                               "NO_DEVELOPMENT",
                                                               "DEVELOPMENT_UNKNOWN",
                                                               "MARKED_BY_RULE",
                                                               "MARKED_BY_PERSON",
                                                               "UNMARKED_BY_PERSON",
                                                               "GROWTH_MET",
                                                               "GRADE_MET",
                                                               "OPERATING_UNKNOWN",
                                                               "OPERATING_TOO_SHORT",
                                                               "HELD",
                                                               "PROJECTED_BELOW",
                                                               "EXIT_WARNING_CLOSED",
                                                               "EXIT_BATCH_CLOSED",
                                                               "CATEGORY_DIFFERS",
                                                               "NAME_DIFFERS",
                                                               "LEFT_LIST",
                                                               "SCREENING_ONLY",
                                                               "FALLBACK_MEASURE",
                                                               "SUBSTITUTED_MEASURE",
                                                               "SOURCE_UNSTATED",
                                                               "STALE_SOURCE",
                                                               "LAST_YEAR_CARRIED",
                                                               "CUMULATIVE_FELL",
                                                               "TWELVE_MONTHS_OLDER",
                                                               "FUTURE_FIGURE",
                                                               "NEGATIVE_REVENUE",
                                                               "SENTINEL",
                                                               "CONSOLIDATED_TAX",
                                                               "STATUS_UNKNOWN",
                                                               "INSTITUTION_UNKNOWN",
                                                               "BAD_ID",
                                                               "DUPLICATE_ID",
                                                               "BAD_INDUSTRY",
                                                               "BAD_CELL",
                                                               "BAD_ROW",
                                                               "BAD_ACTION"};

}  // namespace

std::string_view reason_name(ReasonCode code) noexcept { return kNames[static_cast<size_t>(code)]; }

bool is_doubt(ReasonCode code) noexcept {
  switch (code) {
    case ReasonCode::kScreeningOnly:
    case ReasonCode::kSubstitutedMeasure:
    case ReasonCode::kSourceUnstated:
    case ReasonCode::kCumulativeFell:
    case ReasonCode::kNegativeRevenue:
    case ReasonCode::kSentinel:
    case ReasonCode::kConsolidatedTax:
    case ReasonCode::kStatusUnknown:
    case ReasonCode::kInstitutionUnknown: return true;
    default: return false;
  }
}

}  // namespace minglu::tiers
