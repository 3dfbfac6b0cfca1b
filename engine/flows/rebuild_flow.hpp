// The register is a function of its truth: derived files are made again from archive and ledger, and every result is
// compared with what the ledger recorded.
// Errors: kDataLoss when truth is damaged or a result differs. One process at a time writes a register.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

struct RebuildSpec {
  bool rematch = false;  // compute matching again and land the differences as a new commit
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress = {};
};

struct RebuildReport {
  uint64_t commits = 0;
  uint64_t ingest_commits = 0;
  uint64_t resolve_commits = 0;
  uint64_t new_seq = 0;  // of the commit that `rematch` landed; 0 when nothing differed
  std::string state_hash;
  std::string history_hash;
  std::vector<std::string> differences;  // only with rematch: commits whose result differs under today's catalog
  double seconds = 0;
};

/// Deletes everything derived and replays all commits. kDataLoss naming the first commit whose result differs.
Result<RebuildReport> rebuild(Home& home, const RebuildSpec& spec);

/// Makes the derived files again that are missing or cut short (a deleted index, a crash). After an interruption
/// (Home::was_interrupted) every byte of them is read and compared with its checksum; else only their tables, so that
/// opening costs one small read per file. kDataLoss when an archived file does not give what its commit recorded.
Status catch_up(Home& home);

struct VerifyReport {
  uint64_t archived_files = 0;
  uint64_t archived_bytes = 0;
  uint64_t commits = 0;
  uint64_t derived_files = 0;
  std::vector<std::string> problems;  // empty: whole
};
/// Reads every byte of truth and of derived files and compares digests, chain and checksums.
Result<VerifyReport> verify(Home& home);

}  // namespace minglu::flows
