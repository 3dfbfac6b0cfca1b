// Writing. One transaction carries one commit (LedgerTx) or a group of commits (group commit); both go through
// CommitWriter, so there is one way in which a commit is written.
#include "store/ledger.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "store/ledger_hash.hpp"
#include "store/ledger_state.hpp"

namespace minglu::store {
namespace {

constexpr size_t kGroupSizeMax = 64;

void update_head(soci::session& sql, const LedgerHead& head) {
  sql << "UPDATE ledger_head SET seq = :seq, hash = :hash, created_at = :at WHERE id = 1", soci::use(head.seq, "seq"),
      soci::use(head.hash, "hash"), soci::use(head.created_at, "at");
}

void insert_commit(soci::session& sql, const CommitRow& row) {
  sql << "INSERT INTO commit_log (seq, kind, created_at, payload, prev_hash, hash) "
         "VALUES (:seq, :kind, :at, :payload, :prev, :hash)",
      soci::use(row.seq, "seq"), soci::use(row.kind, "kind"), soci::use(row.created_at, "at"),
      soci::use(row.payload_json, "payload"), soci::use(row.prev_hash, "prev"), soci::use(row.hash, "hash");
}

void insert_lease(soci::session& sql, const LeaseRow& row) {
  sql << "INSERT INTO id_lease (seq, kind, first_id, id_count) VALUES (:seq, :kind, :first, :count)",
      soci::use(row.seq, "seq"), soci::use(row.kind, "kind"), soci::use(row.first_id, "first"),
      soci::use(row.count, "count");
}

void insert_batch(soci::session& sql, const BatchRow& row, int64_t ordinal) {
  sql << "INSERT INTO batch (seq, ordinal, source, source_date, digest, file_name, bytes, rows_in, accepted, rejected, "
         "duplicate, superseded) VALUES (:seq, :ordinal, :source, :date, :digest, :file, :bytes, :rows_in, :accepted, "
         ":rejected, :duplicate, :superseded)",
      soci::use(row.seq, "seq"), soci::use(ordinal, "ordinal"), soci::use(row.source, "source"),
      soci::use(row.source_date, "date"), soci::use(row.digest, "digest"), soci::use(row.file_name, "file"),
      soci::use(row.bytes, "bytes"), soci::use(row.rows_in, "rows_in"), soci::use(row.accepted, "accepted"),
      soci::use(row.rejected, "rejected"), soci::use(row.duplicate, "duplicate"),
      soci::use(row.superseded, "superseded");
}

void insert_decision(soci::session& sql, const DecisionRow& row, int64_t ordinal) {
  sql << "INSERT INTO decision (seq, ordinal, kind, subject, actor, payload) "
         "VALUES (:seq, :ordinal, :kind, :subject, :actor, :payload)",
      soci::use(row.seq, "seq"), soci::use(ordinal, "ordinal"), soci::use(row.kind, "kind"),
      soci::use(row.subject, "subject"), soci::use(row.actor, "actor"), soci::use(row.payload_json, "payload");
}

/// The stored next id of a kind; ranges follow each other without a gap.
int64_t stored_next_id(soci::session& sql, const std::string& kind) {
  int64_t next = 1;
  sql << "SELECT COALESCE(MAX(first_id + id_count), 1) FROM id_lease WHERE kind = :kind", soci::use(kind, "kind"),
      soci::into(next);
  return next;
}

}  // namespace

/// Writes commits one after the other into the open transaction of `session`. Errors leave rows behind: the caller
/// rolls back, to a savepoint or wholly.
class CommitWriter {
 public:
  CommitWriter(LedgerSession& session, int64_t now_us) : session_(session), now_(format_utc_us(now_us)) {}

  Status read_head() {
    return session_.run([&] {
      // On PostgreSQL the row lock also stops a writer that does not take the advisory lock.
      const bool locks_rows = session_.backend() == LedgerBackend::kPostgresql;
      session_.sql() << "SELECT seq, hash, created_at FROM ledger_head WHERE id = 1"
                     << (locks_rows ? " FOR UPDATE" : ""),
          soci::into(head_.seq), soci::into(head_.hash), soci::into(head_.created_at);
      if (!session_.sql().got_data()) return Status{base::data_loss("the ledger has no head row; restore a backup")};
      created_at_ = std::max(now_, head_.created_at);  // known time never runs backwards, whatever the clock does
      return ok_status();
    });
  }

  Result<int64_t> next_id(const std::string& kind) {
    int64_t next = 1;
    MINGLU_CHECK(session_.run([&] {
      next = stored_next_id(session_.sql(), kind);
      return ok_status();
    }));
    return next;
  }

  Result<int64_t> lease(const std::string& kind, int64_t count) {
    MINGLU_CHECK(check_kind(kind));
    if (count <= 0) return base::invalid_argument("ids of kind \"" + kind + "\": count must be above 0");
    if (leases_.count(kind) > 0) {
      return base::failed_precondition("ids of kind \"" + kind + "\" are leased already in this transaction");
    }
    MINGLU_TRY(const int64_t first, next_id(kind));
    if (count > INT64_MAX - first) {
      return base::invalid_argument("ids of kind \"" + kind + "\": " + std::to_string(count) + " are not left");
    }
    leases_[kind] = {.seq = seq(), .kind = kind, .first_id = first, .count = count};
    return first;
  }

  Result<CommitReceipt> append(const CommitRequest& request) {
    MINGLU_CHECK(check_request(request));
    for (const auto& [kind, count] : request.ids_needed) MINGLU_CHECK(lease(kind, count));
    CommitRecord record;
    record.commit = {.seq = seq(),
                     .kind = request.kind,
                     .created_at = created_at_,
                     .payload_json = request.payload_json,
                     .prev_hash = head_.hash,
                     .hash = {}};
    for (const auto& [kind, lease] : leases_) record.leases.push_back(lease);
    record.batches = request.batches;
    for (BatchRow& batch : record.batches) batch.seq = seq();
    record.decisions = request.decisions;
    for (DecisionRow& decision : record.decisions) decision.seq = seq();
    record.commit.hash = commit_hash(record);
    MINGLU_CHECK(write(record));
    CommitReceipt receipt{seq(), record.commit.hash, created_at_, std::exchange(leases_, {})};
    head_ = {receipt.seq, receipt.hash, receipt.created_at};
    return receipt;
  }

  void forget_leases() { leases_.clear(); }
  [[nodiscard]] int64_t seq() const { return head_.seq + 1; }
  [[nodiscard]] const LedgerHead& head() const { return head_; }
  [[nodiscard]] const std::string& created_at() const { return created_at_; }

 private:
  Status write(const CommitRecord& record) {
    return session_.run([&] {
      soci::session& sql = session_.sql();
      insert_commit(sql, record.commit);
      for (const LeaseRow& lease : record.leases) insert_lease(sql, lease);
      for (size_t i = 0; i < record.batches.size(); ++i) insert_batch(sql, record.batches[i], static_cast<int64_t>(i));
      for (size_t i = 0; i < record.decisions.size(); ++i) {
        insert_decision(sql, record.decisions[i], static_cast<int64_t>(i));
      }
      update_head(sql, {record.commit.seq, record.commit.hash, record.commit.created_at});
      return ok_status();
    });
  }

  LedgerSession& session_;
  std::string now_;
  std::string created_at_;
  LedgerHead head_;
  std::map<std::string, LeaseRow> leases_;
};

struct LedgerTx::State {
  State(std::unique_lock<std::mutex> held, LedgerSession& open_session, int64_t now_us)
      : lock(std::move(held)), session(open_session), writer(open_session, now_us) {}
  ~State() {
    if (is_open) session.rollback();
  }
  std::unique_lock<std::mutex> lock;
  LedgerSession& session;
  CommitWriter writer;
  bool is_open = true;
};

LedgerTx::LedgerTx(std::unique_ptr<State> state) : state_(std::move(state)) {}
LedgerTx::LedgerTx(LedgerTx&&) noexcept = default;
LedgerTx::~LedgerTx() = default;

int64_t LedgerTx::seq() const { return state_->writer.seq(); }
const std::string& LedgerTx::created_at() const { return state_->writer.created_at(); }
const std::string& LedgerTx::prev_hash() const { return state_->writer.head().hash; }

Result<int64_t> LedgerTx::next_id(std::string_view kind) {
  MINGLU_CHECK(check_kind(kind));
  return state_->writer.next_id(std::string(kind));
}

Result<int64_t> LedgerTx::lease_ids(std::string_view kind, int64_t count) {
  return state_->writer.lease(std::string(kind), count);
}

Result<CommitReceipt> LedgerTx::commit(const CommitRequest& request) {
  State& state = *state_;
  if (!state.is_open) return base::failed_precondition("this ledger transaction has ended; begin a new one");
  state.is_open = false;
  Result<CommitReceipt> receipt = state.writer.append(request);
  Status status = receipt.ok() ? state.session.commit() : Status{receipt.error()};
  if (!receipt.ok()) state.session.rollback();
  state.lock.unlock();
  if (!status.ok()) return std::move(status).error();
  return receipt;
}

/// A caller of Ledger::commit waiting for the leader of its group. `result` is guarded by queue_mutex: its caller looks
/// at it whenever it wakes, so the leader sets it only when the group is durable.
struct PendingCommit {
  const CommitRequest* request = nullptr;
  std::optional<Result<CommitReceipt>> result;
};

Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const LedgerSpec& spec) {
  auto state = std::make_unique<State>();
  state->now_us = spec.now_us ? spec.now_us : base::system_now_us;
  MINGLU_TRY(state->writer, LedgerSession::open(spec));
  MINGLU_CHECK(migrate_ledger(*state->writer));
  MINGLU_TRY(state->reader, LedgerSession::open(spec));
  return std::unique_ptr<Ledger>(new Ledger(std::move(state)));
}

std::string_view Ledger::backend_name() const noexcept {
  return state_->writer->backend() == LedgerBackend::kSqlite ? "sqlite" : "postgresql";
}

Result<LedgerTx> Ledger::begin() {
  std::unique_lock lock(state_->writer_mutex);
  MINGLU_CHECK(state_->writer->begin_write());
  auto tx = std::make_unique<LedgerTx::State>(std::move(lock), *state_->writer, state_->now_us());
  MINGLU_CHECK(tx->writer.read_head());
  return LedgerTx(std::move(tx));
}

namespace {

Status savepoint(LedgerSession& session, const char* statement) {
  return session.run([&] {
    session.sql() << statement;
    return ok_status();
  });
}

/// One member of a group: its rows, or none of them. An error of the returned status ends the whole transaction.
Status append_in_savepoint(LedgerSession& session, CommitWriter& writer, const CommitRequest& request,
                           std::vector<Result<CommitReceipt>>& results) {
  MINGLU_CHECK(savepoint(session, "SAVEPOINT member"));
  results.push_back(writer.append(request));
  if (!results.back().ok()) {
    writer.forget_leases();
    MINGLU_CHECK(savepoint(session, "ROLLBACK TO SAVEPOINT member"));
  }
  return savepoint(session, "RELEASE SAVEPOINT member");
}

/// Appends to `results` the outcome of each member that was reached; receipts hold only if the returned status is ok.
Status write_group(LedgerSession& session, int64_t now_us, const std::vector<PendingCommit*>& group,
                   std::vector<Result<CommitReceipt>>& results) {
  MINGLU_CHECK(session.begin_write());
  CommitWriter writer(session, now_us);
  Status status = writer.read_head();
  for (size_t i = 0; status.ok() && i < group.size(); ++i) {
    status = append_in_savepoint(session, writer, *group[i]->request, results);
  }
  if (!status.ok()) {
    session.rollback();
    return status;
  }
  return session.commit();
}

}  // namespace

Result<CommitReceipt> Ledger::commit(const CommitRequest& request) {
  PendingCommit mine{&request, std::nullopt};
  std::unique_lock queue_lock(state_->queue_mutex);
  state_->queue.push_back(&mine);
  state_->queue_changed.wait(queue_lock, [&] { return mine.result.has_value() || !state_->has_leader; });
  // This caller may lead a group that does not reach as far as its own request, so it leads until it is served.
  while (!mine.result) {
    state_->has_leader = true;
    const size_t size = std::min(state_->queue.size(), kGroupSizeMax);
    std::vector<PendingCommit*> group(state_->queue.begin(), state_->queue.begin() + static_cast<ptrdiff_t>(size));
    state_->queue.erase(state_->queue.begin(), state_->queue.begin() + static_cast<ptrdiff_t>(size));
    queue_lock.unlock();
    std::vector<Result<CommitReceipt>> results;
    Status status = ok_status();
    {
      const std::lock_guard writer_lock(state_->writer_mutex);
      status = write_group(*state_->writer, state_->now_us(), group, results);
    }
    queue_lock.lock();
    for (size_t i = 0; i < group.size(); ++i) {
      const bool refused = i < results.size() && !results[i].ok();  // its own error says more
      if (status.ok() || refused) {
        group[i]->result = std::move(results[i]);
      } else {
        group[i]->result = status.error();
      }
    }
    state_->has_leader = false;
    state_->queue_changed.notify_all();
  }
  return std::move(*mine.result);
}

}  // namespace minglu::store
