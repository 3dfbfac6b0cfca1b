// From statements to units: match, give ids, fuse, write units and state, commit.
//
// resolve_register looks at the whole set of statements: a first load, a large feed. resolve_live (live_resolve.hpp)
// follows one change through the same functions. resolve_pending takes the one that fits. Either way only units whose
// statements or members changed are fused again. With the recorded outcome (rebuild) matching is not run; the archived
// outcome of that commit is applied instead.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/outcome.hpp"
#include "flows/state_summary.hpp"

namespace minglu::flows {

struct ResolveReport {
  uint64_t seq = 0;  // 0: nothing had changed, no commit
  uint64_t entities = 0;
  uint64_t units = 0;
  uint64_t minted = 0;  // 新增
  uint64_t merged = 0;
  uint64_t split = 0;
  uint64_t fused = 0;  // units fused again
  uint64_t claims = 0;
  uint64_t conflicts = 0;  // fields with different claims
  uint64_t missing = 0;    // required fields without a claim
  uint64_t refused = 0;    // links the constraints refused
  std::string state_hash;
  bool is_live = false;
  double seconds = 0;
};

/// Archives the outcome and commits the resolve: the last step of a live one and of one of the whole register.
Status commit_outcome(Home& home, store::LedgerTx& tx, const Outcome& outcome, const ResolveReport& report);
ResolveReport resolve_report(const Outcome& outcome, const StateSummary& summary, uint64_t fused, uint64_t seq);

struct ResolveSpec {
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress = {};
};

/// Resolves what the ledger holds up to its head, live where that is possible (see live_resolve.hpp), else as a whole.
/// Commits when anything was pending; seq 0 and nothing done otherwise.
Result<ResolveReport> resolve_pending(Home& home, const ResolveSpec& spec);

/// Resolves the whole of what the ledger holds up to its head and commits when anything changed. Begins a new epoch:
/// likeness is looked for anew.
Result<ResolveReport> resolve_register(Home& home, const ResolveSpec& spec);

/// Repeats one recorded resolve commit from its archived outcome and writes its derived files.
/// kDataLoss when the state hash differs from the recorded one.
Result<ResolveReport> replay_resolve(Home& home, const store::CommitRow& commit, const ResolveSpec& spec);

}  // namespace minglu::flows
