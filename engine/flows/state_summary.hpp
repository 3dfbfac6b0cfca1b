// The totals of a state, kept beside it as JSON: what `status` and the overview show, and what a live resolve brings up
// to date instead of counting again. Counts are of units, entities, claims and fields; the hash is ARCHITECTURE.md's
// state hash. Thread-safety: values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.hpp"
#include "base/result.hpp"

namespace minglu::flows {

struct StateSummary {
  std::string catalog;    // digest of the catalog at the last resolve of the whole register
  std::string resolving;  // digest of what matching and fusing read of it: units of another one are fused again
  uint64_t units = 0;
  uint64_t records = 0;  // entities
  uint64_t claims = 0;
  uint64_t conflicts = 0;
  uint64_t missing = 0;
  uint64_t minted = 0;  // by the commit of the state
  uint64_t refused = 0;
  base::Hash128 hash;  // state hash
};

std::string to_json(const StateSummary& summary);
/// kDataLoss when it is none.
Result<StateSummary> parse_state_summary(std::string_view json);

}  // namespace minglu::flows
