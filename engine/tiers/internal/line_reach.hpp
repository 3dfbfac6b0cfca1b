// Whether a unit reaches its line, how near it is, and what would speak for its exit if it is listed.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tiers/classify.hpp"

namespace minglu::tiers::internal {

struct LineTest {
  bool legal = false;               // reached by what the law tests
  bool screened = false;            // reached by 12 months
  std::optional<int64_t> best_fen;  // the larger of year to date and 12 months
  std::vector<Reason> evidence;
  std::vector<Reason> exit_grounds;
  std::vector<Reason> doubts;
};
/// `revenue` is filled for lines with an amount of revenue.
LineTest test_line(const Unit& unit, const codes::Threshold& line, const Context& context, Revenue& revenue);

/// fen / line_fen >= percent / 100, exactly.
bool at_percent(int64_t fen, int64_t line_fen, int64_t percent) noexcept;

/// The rule of 成长企业: begins with kMarkedByRule when it marks; else what alone stood in its way, or nothing.
std::vector<Reason> growth_rule(const Unit& unit, const codes::Threshold& line, const Revenue& revenue,
                                const Context& context);

}  // namespace minglu::tiers::internal
