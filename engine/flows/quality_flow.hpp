// 评估: quality per source and field. Completeness, validity and repairs are summed from the batches' records in the
// ledger; consistency is measured against the fused register now; timeliness is the age of the source's last extract.
// All figures are counts (rows, claims) or days; ratios are formed only when shown, and are empty where nothing counts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

struct QualityRow {
  std::string source;
  std::string field;
  std::string field_title;
  uint64_t rows = 0;  // cells that could have been filled
  uint64_t filled = 0;
  uint64_t invalid = 0;   // failed their own check
  uint64_t repaired = 0;  // cleaning had to change the writing
  uint64_t claims = 0;    // of records in force
  uint64_t agreeing = 0;  // say the same as the winning value
  int64_t age_days = 0;   // from the source's latest date to the latest date of any source
};

/// Ascending by (source, field). Cost: one pass over all units.
Result<std::vector<QualityRow>> assess_quality(Home& home);

/// Four decimals, rounded down by integer arithmetic; "" when `whole` is 0.
std::string ratio_text(uint64_t part, uint64_t whole);

}  // namespace minglu::flows
