// Fuses the units of a resolve commit and writes its derived file units/<seq>.seg with the units that changed. In
// parallel, with the same bytes at any thread count.
// Only units whose members or statements changed are fused again; the others are taken from the earlier state.
// Method: every source's latest statement of a field is a claim; fuse/fuse.hpp picks the winner by survivorship rules.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/state_summary.hpp"
#include "store/entity_history.hpp"

namespace minglu::flows {

/// Statements up to a commit: all of them, or all about some entities.
struct Statements {
  std::vector<const store::RecordSegment*> segments;
  store::EntityHistory history;
  [[nodiscard]] const store::RecordMeta& meta(const store::Run& run) const {
    return segments[run.segment]->records()[run.row];
  }
  Status read(const store::Run& run, store::RecordText& out) const { return segments[run.segment]->read(run.row, out); }
};
Result<Statements> load_statements(Home& home, uint64_t seq_to);
/// Those about `entities`, which are named once each.
Result<Statements> load_statements_of(Home& home, uint64_t seq_to, std::span<const uint64_t> entities);
/// Source of each segment. kFailedPrecondition when the catalog knows it no more.
Result<std::vector<uint16_t>> sources_of(const Home& home, std::span<const store::RecordSegment* const> segments);

struct FuseJob {
  uint64_t seq = 0;
  const Statements& statements;
  const std::vector<uint64_t>& unit_of;   // per entity of the history
  const store::State* earlier = nullptr;  // null: no state yet
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress;
};

struct FusedUnits {
  std::vector<store::DirectoryEntry> units;  // ascending by unit; those of `unit_of`
  uint64_t fused = 0;                        // of them made anew, the others as they were
};

Result<FusedUnits> fuse_units(Home& home, const FuseJob& job);

/// Adds the units to the totals: their number, claims, conflicts, what is missing, and their hashes.
void add_units(std::span<const store::DirectoryEntry> units, StateSummary& summary);
void subtract_unit(const store::DirectoryEntry& unit, StateSummary& summary);

}  // namespace minglu::flows
