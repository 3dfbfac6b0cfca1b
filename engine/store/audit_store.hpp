// The audit trail: who did what, when, from where, to what, and how it ended. Append-only and hash-chained, so that a
// changed, removed or inserted entry is found and named.
//
//   MINGLU_TRY(auto audit, AuditStore::open({.url = "sqlite:" + (home / "audit.db").string()}));
//   MINGLU_TRY(AuditReceipt receipt, audit->append({.actor_id = 7, .actor = "wang", .role = "district",
//       .remote = "10.1.2.3", .operation = "get_unit", .object = "unit:100001"}));   // durable now: answer the client
//   MINGLU_TRY(AuditPage page, audit->page({.operation = "unmask_unit"}, {.rows_max = 50}));
//   MINGLU_TRY(AuditCheck check, audit->verify());                                    // check.first_bad_seq
//
// Durability: append returns after the durable commit. Appends that arrive together share one (group commit).
// Chain: hash = SM3(prev_hash + canonical record): netstrings of the encoding's name and every field, in the order of
// AuditEntry. The first prev_hash is 64 zeros. `seq` counts from 1 without gaps. Times never run backwards along seq.
// The chain shows changes; somebody who owns the database could compute a whole new one: keep head() elsewhere, daily.
// Where: give it a database file of its own. A resolve holds the ledger's SQLite file for minutes, and appends would
// wait for it. On PostgreSQL it may share the ledger's database: it locks its own head row only.
// Bad text (not UTF-8, NUL) is stored with U+FFFD in its place and cut at kAuditTextBytesMax: an audit entry is never
// lost because an attacker chose its words.
// Errors: kInvalidArgument (detail is no JSON object), kUnavailable (locked, unreachable, disk full: do not answer the
// client as if it were done), kDataLoss.
// Thread-safety: every method from any thread. Readers never wait for writers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/ledger.hpp"

namespace minglu::store {

inline constexpr size_t kAuditTextBytesMax = 4096;

enum class AuditOutcome : uint8_t { kOk, kDenied, kFailed };
/// "ok", "denied", "failed".
std::string_view audit_outcome_name(AuditOutcome outcome) noexcept;
/// Null when unknown.
std::optional<AuditOutcome> find_audit_outcome(std::string_view name) noexcept;

struct AuditEntry {
  int64_t seq = 0;        // set by the store
  int64_t at_us = 0;      // microseconds since 1970 UTC; 0: the store's clock
  int64_t actor_id = 0;   // user; 0: nobody signed in
  std::string actor;      // login name, or what was entered; "key:<id>" of a program
  std::string role;       // roles it acted with, separated by |
  std::string remote;     // address it came from
  std::string operation;  // operation id of the policy
  std::string object;     // "unit:100001", "user:7"; empty: none
  AuditOutcome outcome = AuditOutcome::kOk;
  std::string reason;              // why denied or failed; or the reason a person gave
  std::string detail_json = "{}";  // object: before and after, filters, counts
  std::string hash;                // set by the store
};

struct AuditReceipt {
  int64_t seq = 0;
  int64_t at_us = 0;
  std::string hash;
};

/// All that are given must hold. Times are inclusive.
struct AuditFilter {
  std::optional<int64_t> from_us = {};
  std::optional<int64_t> to_us = {};
  std::optional<int64_t> actor_id = {};
  std::string actor = {};      // empty: any
  std::string operation = {};  // empty: any
  std::string object = {};     // empty: any
  std::optional<AuditOutcome> outcome = {};
};

struct AuditPosition {
  int64_t before_seq = INT64_MAX;  // the cursor: next_before_seq of the page before
  int64_t rows_max = 100;          // 1 .. 1000
};

struct AuditPage {
  std::vector<AuditEntry> entries;         // newest first
  std::optional<int64_t> next_before_seq;  // null: that was all
};

struct AuditHead {
  int64_t seq = 0;  // 0: no entry yet
  std::string hash = std::string(kGenesisHash);
  int64_t at_us = 0;
};

struct AuditCheck {
  int64_t entries = 0;                   // checked and good
  std::optional<int64_t> first_bad_seq;  // null: the chain is whole
  std::string reason;                    // what is wrong with it
};

class AuditStore {
 public:
  /// Opens, creates when absent, and brings the schema to this program's version.
  static Result<std::unique_ptr<AuditStore>> open(const LedgerSpec& spec);
  ~AuditStore();
  AuditStore(const AuditStore&) = delete;
  AuditStore& operator=(const AuditStore&) = delete;

  Result<AuditReceipt> append(AuditEntry entry);
  Result<AuditPage> page(const AuditFilter& filter, const AuditPosition& position);
  /// Ascending from `seq_from`, for exports and backups. An error of fn stops and is returned.
  Status for_each(int64_t seq_from, const std::function<Status(const AuditEntry&)>& fn);
  Result<AuditHead> head();
  /// Recomputes every hash up to the head. Cost: reads everything; `progress` hears of the entries checked so far.
  Result<AuditCheck> verify(const std::function<void(int64_t)>& progress = {});

 private:
  struct State;
  explicit AuditStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace minglu::store
