// From statements to units: match, give ids, fuse, write units and state, commit.
//
// The same function serves a first load, a daily delta and a rebuild: it looks at the whole set of statements, and
// fuses again only units whose statements or members changed. With `recorded` outcomes (rebuild) matching is not run;
// the archived outcome of that commit is applied instead.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "flows/home.hpp"

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
  double seconds = 0;
};

struct ResolveSpec {
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress = {};
};

/// Resolves what the ledger holds up to its head and commits when anything changed.
Result<ResolveReport> resolve_register(Home& home, const ResolveSpec& spec);

/// Repeats one recorded resolve commit from its archived outcome and writes its derived files.
/// kDataLoss when the state hash differs from the recorded one.
Result<ResolveReport> replay_resolve(Home& home, const store::CommitRow& commit, const ResolveSpec& spec);

}  // namespace minglu::flows
