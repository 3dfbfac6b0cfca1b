// Which line of 四上 is meant for a unit, and whether the unit may be counted at all.
#pragma once

#include <optional>
#include <vector>

#include "tiers/classify.hpp"

namespace minglu::tiers::internal {

struct LineChoice {
  const codes::Threshold* line = nullptr;
  std::optional<codes::ThresholdUnit> unit;
  bool other_kind_has_line = false;  // the industry has a line for legal units, on this day or another
};
LineChoice choose_line(const Unit& unit, const Context& context);

struct Eligibility {
  std::vector<Reason> grounds;  // why it may not be counted; empty: eligible
  std::vector<Reason> doubts;
};
Eligibility check_eligibility(const Unit& unit, const LineChoice& choice, const Context& context);

bool is_survey_only(const codes::Threshold& line, codes::ThresholdUnit unit, const Parameters& parameters) noexcept;

}  // namespace minglu::tiers::internal
