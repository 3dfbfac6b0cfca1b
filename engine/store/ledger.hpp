// The ledger: the ordered, hash-chained list of every change of truth. A commit has a gap-free `seq`, a kind, a
// canonical JSON payload (input digests, pins, result digest), the id ranges it leased, the batches it took in and the
// human decisions it carries. Runs on SQLite (default) and on PostgreSQL with the same statements.
//
//   MINGLU_TRY(auto ledger, Ledger::open({.url = "sqlite:" + (home / "ledger.db").string()}));
//
//   // One call, when the payload does not depend on the ids:
//   MINGLU_TRY(CommitReceipt receipt, ledger->commit({.kind = "decision", .payload_json = "{}", .decisions = {d}}));
//
//   // Lease before, when the digest of the result depends on the ids:
//   MINGLU_TRY(LedgerTx tx, ledger->begin());
//   MINGLU_TRY(const int64_t first, tx.lease_ids("unit", minted));
//   ... compute, archive the outcome, build the payload with its digest ...
//   MINGLU_TRY(CommitReceipt receipt, tx.commit({.kind = "ingest", .payload_json = payload, .batches = {batch}}));
//
// Durability: a receipt is returned only after the durable commit (SQLite: WAL with synchronous=FULL; PostgreSQL:
// synchronous_commit on). Everything a transaction did rolls back when it is dropped or when a statement fails.
// Chain: hash = sha256(prev_hash + canonical record), over seq, kind, created_at, payload, leases, batches and
// decisions (ledger_hash.hpp), so a change of any of them is found by verify_chain(). The first prev_hash is 64 zeros.
// Known time: created_at is recorded truth, UTC with microseconds, and never runs backwards along seq.
// Errors: kInvalidArgument (malformed request), kConflict (a constraint: e.g. the batch is recorded already),
// kUnavailable (database locked or unreachable, disk full: retry later), kDataLoss (the database file is damaged),
// kFailedPrecondition (written by a newer program). A connection lost during the commit itself leaves the outcome open:
// the message says so; compare head() or find_batch() before repeating.
// Thread-safety: Ledger may be used from several threads; a LedgerTx belongs to the thread that began it, and other
// writers wait for its end. Readers never wait for writers. Do not call Ledger::commit or begin while holding a
// LedgerTx in the same thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::store {

/// Text of the first prev_hash.
inline constexpr std::string_view kGenesisHash = "0000000000000000000000000000000000000000000000000000000000000000";

struct LedgerSpec {
  std::string url;                  // "sqlite:PATH" or "postgresql://user@host:port/database"
  int32_t wait_ms_max = 30'000;     // how long a writer waits for another process before kUnavailable
  std::function<int64_t()> now_us;  // microseconds since 1970 UTC; empty: the system clock
};

/// One file taken in from one source. Row counts obey rows_in = accepted + rejected + duplicate + superseded.
/// (source, digest, source_date) is unique: a file is taken in once.
struct BatchRow {
  int64_t seq = 0;          // of its commit; set by the ledger
  std::string source;       // id of the source in the catalog
  std::string source_date;  // the date the source states, ISO; may be empty
  std::string digest;       // sha256 of the archived file
  std::string file_name;    // as it arrived; for people
  int64_t bytes = 0;
  int64_t rows_in = 0;
  int64_t accepted = 0;
  int64_t rejected = 0;
  int64_t duplicate = 0;
  int64_t superseded = 0;
  bool operator==(const BatchRow&) const = default;
};

/// One decision of a person: a merge, a split, a corrected value, an accepted match.
struct DecisionRow {
  int64_t seq = 0;                  // of its commit; set by the ledger
  std::string kind;                 // [a-z0-9_.-], e.g. "merge"
  std::string subject;              // what it is about, e.g. a record key or a pair
  std::string actor;                // who decided
  std::string payload_json = "{}";  // canonical JSON
  bool operator==(const DecisionRow&) const = default;
};

/// Ids first_id .. first_id + count - 1 of one kind belong to one commit. First id of a kind is 1; never reused.
struct LeaseRow {
  int64_t seq = 0;
  std::string kind;  // e.g. "unit"
  int64_t first_id = 0;
  int64_t count = 0;
  bool operator==(const LeaseRow&) const = default;
};

struct CommitRequest {
  std::string kind;                                // [a-z0-9_.-]{1,64}, e.g. "ingest"
  std::string payload_json;                        // canonical JSON object, see canonical_json()
  std::map<std::string, int64_t> ids_needed = {};  // kind -> count (> 0), on top of ranges leased through LedgerTx
  std::vector<BatchRow> batches = {};              // their seq is ignored
  std::vector<DecisionRow> decisions = {};         // their seq is ignored
};

struct CommitReceipt {
  int64_t seq = 0;
  std::string hash;
  std::string created_at;                  // "2026-01-31T08:15:02.123456Z"
  std::map<std::string, LeaseRow> leases;  // by kind
};

struct CommitRow {
  int64_t seq = 0;
  std::string kind;
  std::string created_at;
  std::string payload_json;
  std::string prev_hash;
  std::string hash;
};

struct LedgerHead {
  int64_t seq = 0;                               // 0: no commit yet
  std::string hash = std::string(kGenesisHash);  // = history_hash
  std::string created_at;                        // of that commit; empty at 0
};

struct ChainReport {
  int64_t commits = 0;                   // checked and good
  std::optional<int64_t> first_bad_seq;  // absent: the chain is whole
  std::string reason;                    // what is wrong with it
};

/// JSON in the one form that the ledger takes: keys sorted by bytes, no spaces, shortest numbers, UTF-8 unescaped, no
/// duplicate keys. kInvalidArgument when `json` is not JSON. canonical_json(canonical_json(x)) == canonical_json(x).
Result<std::string> canonical_json(std::string_view json);

class Ledger;

/// An open write transaction. Dropping it rolls back: its seq and ids go to the next one.
class LedgerTx {
 public:
  LedgerTx(LedgerTx&&) noexcept;
  LedgerTx& operator=(LedgerTx&&) = delete;
  ~LedgerTx();

  /// The seq, the known time and the chain link that the commit will have.
  [[nodiscard]] int64_t seq() const;
  [[nodiscard]] const std::string& created_at() const;
  [[nodiscard]] const std::string& prev_hash() const;
  /// The first id of `kind` that is free; lease_ids would return it.
  Result<int64_t> next_id(std::string_view kind);
  /// Leases `count` > 0 ids and returns the first. Once per kind and transaction; recorded by commit().
  Result<int64_t> lease_ids(std::string_view kind, int64_t count);
  /// Ends the transaction, durably. After an error everything is rolled back and only destruction is left.
  Result<CommitReceipt> commit(const CommitRequest& request);

 private:
  friend class Ledger;
  struct State;
  explicit LedgerTx(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Ledger {
 public:
  /// Opens, creates when absent, and brings the schema to this program's version.
  static Result<std::unique_ptr<Ledger>> open(const LedgerSpec& spec);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  Result<LedgerTx> begin();

  /// One whole commit. Requests that arrive together from several threads share one durable write (group commit); a bad
  /// request fails alone. Cost: one sync shared by the group.
  Result<CommitReceipt> commit(const CommitRequest& request);

  Result<LedgerHead> head();
  /// Calls fn for each commit from `seq_from` on, ascending; an error of fn stops and is returned. Memory: 256 rows.
  Status for_each_commit(int64_t seq_from, const std::function<Status(const CommitRow&)>& fn);
  /// kNotFound when there is no such seq.
  Result<CommitRow> find_commit(int64_t seq);
  /// The last commit known at that instant ("2026-01-31T08:15:02.123456Z", or a prefix such as "2026-01-31", which
  /// means its end); 0 when there was none yet.
  Result<int64_t> seq_known_at(std::string_view utc_time);
  /// In order of seq, then as given. `seq_to` is included.
  Result<std::vector<BatchRow>> batches(int64_t seq_from = 1, int64_t seq_to = INT64_MAX);
  Result<std::vector<DecisionRow>> decisions(int64_t seq_from = 1, int64_t seq_to = INT64_MAX);
  Result<std::vector<LeaseRow>> leases(int64_t seq_from = 1, int64_t seq_to = INT64_MAX);
  /// Was this file taken in already? For idempotence.
  Result<std::optional<BatchRow>> find_batch(const std::string& source, const std::string& digest,
                                             const std::string& source_date);
  /// Recomputes every hash and compares the head. Cost: reads the whole ledger.
  Result<ChainReport> verify_chain();
  /// Version of the stored schema, and the database behind it ("sqlite" or "postgresql").
  Result<int64_t> schema_version();
  [[nodiscard]] std::string_view backend_name() const noexcept;

 private:
  struct State;
  explicit Ledger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace minglu::store
