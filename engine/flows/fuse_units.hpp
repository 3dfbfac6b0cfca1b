// Fuses the units of a resolve commit and writes its derived files: units/<seq>.seg with the units that changed, and
// state/<seq>.dir with the directory of all. In parallel, with the same bytes at any thread count.
// Only units whose members or statements changed are fused again; the others are taken from the earlier state.
// Method: every source's latest statement of a field is a claim; fuse/fuse.hpp picks the winner by survivorship rules.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/outcome.hpp"
#include "store/entity_history.hpp"

namespace minglu::flows {

/// All statements up to a commit.
struct Statements {
  std::vector<const store::RecordSegment*> segments;
  store::EntityHistory history;
  [[nodiscard]] const store::RecordMeta& meta(const store::Run& run) const {
    return segments[run.segment]->records()[run.row];
  }
  [[nodiscard]] units::RecordView record(const store::Run& run) const {
    return segments[run.segment]->record(meta(run));
  }
};
Result<Statements> load_statements(Home& home, uint64_t seq_to);

struct FuseJob {
  uint64_t seq = 0;
  const Statements& statements;
  const std::vector<uint64_t>& unit_of;  // per entity of the history
  const Outcome& outcome;
  const store::State* earlier = nullptr;  // null: no state yet
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress;
};

struct FusedTotals {
  uint64_t units = 0;
  uint64_t fused = 0;
  uint64_t claims = 0;
  uint64_t conflicts = 0;
  uint64_t missing = 0;
  std::string state_hash;  // 32 hex digits
};

Result<FusedTotals> fuse_units(Home& home, const FuseJob& job);

/// Sum of the hashes of all figures in force: the indicators' part of the state hash. Independent of order.
base::Hash128 hash_figures(const std::vector<const store::RecordSegment*>& segments);

}  // namespace minglu::flows
