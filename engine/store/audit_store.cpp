#include "store/audit_store.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <utility>

#include "base/clock.hpp"
#include "store/account_database.hpp"
#include "store/audit_record.hpp"

namespace minglu::store {
namespace {

constexpr size_t kGroupSizeMax = 256;
constexpr int64_t kChunkRows = 4096;
constexpr int64_t kPageRowsMax = 1000;
constexpr std::array<std::string_view, 3> kOutcomeNames = {"ok", "denied", "failed"};
constexpr const char* kColumns =
    "seq, at_us, actor_id, actor, role, remote, operation, object, outcome, reason, detail, hash";

/// A row as the database holds it: its outcome may be a word that nobody wrote but a forger.
struct StoredEntry {
  AuditEntry entry;
  std::string outcome;
};

void exchange_columns(soci::statement& select, StoredEntry& row) {
  AuditEntry& e = row.entry;
  for (int64_t* number : {&e.seq, &e.at_us, &e.actor_id}) select.exchange(soci::into(*number));
  for (std::string* text :
       {&e.actor, &e.role, &e.remote, &e.operation, &e.object, &row.outcome, &e.reason, &e.detail_json, &e.hash}) {
    select.exchange(soci::into(*text));
  }
}

void prepare(soci::statement& select, const std::string& query) {
  select.alloc();
  select.prepare(query);
  select.define_and_bind();
  select.execute();
}

Status read_head(soci::session& sql, AuditHead& head) {
  sql << "SELECT seq, hash, at_us FROM audit_head WHERE id = 1", soci::into(head.seq), soci::into(head.hash),
      soci::into(head.at_us);
  if (!sql.got_data()) return base::data_loss("the audit trail has no head row; restore a backup");
  return ok_status();
}

/// Gives the entries their places in the chain after `head`, and moves `head` to the last of them.
void chain(const std::vector<AuditEntry*>& group, int64_t now_us, AuditHead& head) {
  for (AuditEntry* entry : group) {
    entry->seq = head.seq + 1;
    entry->at_us = std::max(entry->at_us == 0 ? now_us : entry->at_us, head.at_us);
    entry->hash = audit_hash(head.hash, *entry);
    head = {.seq = entry->seq, .hash = entry->hash, .at_us = entry->at_us};
  }
}

void insert(soci::session& sql, const std::vector<AuditEntry*>& group) {
  AuditEntry e;
  std::string outcome;
  soci::statement insert_row =
      (sql.prepare << "INSERT INTO audit_log (" << kColumns
                   << ") VALUES (:seq, :at, :actor_id, :actor, :role, :remote, :operation, :object, :outcome, :reason, "
                      ":detail, :hash)",
       soci::use(e.seq, "seq"), soci::use(e.at_us, "at"), soci::use(e.actor_id, "actor_id"),
       soci::use(e.actor, "actor"), soci::use(e.role, "role"), soci::use(e.remote, "remote"),
       soci::use(e.operation, "operation"), soci::use(e.object, "object"), soci::use(outcome, "outcome"),
       soci::use(e.reason, "reason"), soci::use(e.detail_json, "detail"), soci::use(e.hash, "hash"));
  for (const AuditEntry* entry : group) {
    e = *entry;
    outcome = audit_outcome_name(entry->outcome);
    insert_row.execute(true);
  }
}

/// Empty when the row follows on `last`.
std::string fault_of(const StoredEntry& row, const AuditHead& last) {
  const AuditEntry& entry = row.entry;
  const std::string at = std::to_string(entry.seq);
  if (entry.seq != last.seq + 1) return "entry " + std::to_string(last.seq + 1) + " is missing; the next is " + at;
  if (entry.at_us < last.at_us) return "entry " + at + " is dated before the one before it";
  if (!find_audit_outcome(row.outcome)) return "entry " + at + " has the unknown outcome \"" + row.outcome + "\"";
  const std::string expected = audit_hash(last.hash, entry);
  if (entry.hash != expected) {
    return "entry " + at + " records hash " + entry.hash + ", its content after the entry before hashes to " + expected;
  }
  return {};
}

}  // namespace

std::string_view audit_outcome_name(AuditOutcome outcome) noexcept {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

std::optional<AuditOutcome> find_audit_outcome(std::string_view name) noexcept {
  const auto found = std::find(kOutcomeNames.begin(), kOutcomeNames.end(), name);
  if (found == kOutcomeNames.end()) return std::nullopt;
  return static_cast<AuditOutcome>(found - kOutcomeNames.begin());
}

/// A caller of append waiting for the leader of its group. `status` is guarded by queue_mutex; the leader sets it when
/// the group is durable, or has failed.
struct PendingEntry {
  AuditEntry* entry = nullptr;
  std::optional<Status> status;
};

struct AuditStore::State {
  std::function<int64_t()> now_us;
  std::unique_ptr<AccountDatabase> database;
  // Group commit: whoever finds no leader leads, and writes what has queued up.
  std::mutex queue_mutex;
  std::condition_variable queue_changed;
  std::deque<PendingEntry*> queue;
  bool has_leader = false;

  Status write(const std::vector<AuditEntry*>& group) {
    return database->write([&](soci::session& sql) -> Status {
      AuditHead head;
      MINGLU_CHECK(read_head(sql, head));
      chain(group, now_us(), head);
      insert(sql, group);
      sql << "UPDATE audit_head SET seq = :seq, hash = :hash, at_us = :at WHERE id = 1", soci::use(head.seq, "seq"),
          soci::use(head.hash, "hash"), soci::use(head.at_us, "at");
      return ok_status();
    });
  }

  /// Rows seq_from .. seq_to, at most kChunkRows of them.
  Result<std::vector<StoredEntry>> chunk(int64_t seq_from, int64_t seq_to) {
    std::vector<StoredEntry> rows;
    MINGLU_CHECK(database->read([&](soci::session& sql) {
      rows.clear();
      rows.reserve(kChunkRows);
      StoredEntry row;
      soci::statement select(sql);
      exchange_columns(select, row);
      select.exchange(soci::use(seq_from, "seq_from"));
      select.exchange(soci::use(seq_to, "seq_to"));
      prepare(select, std::string("SELECT ") + kColumns +
                          " FROM audit_log WHERE seq BETWEEN :seq_from AND :seq_to ORDER BY seq LIMIT " +
                          std::to_string(kChunkRows));
      while (select.fetch()) {
        row.entry.outcome = find_audit_outcome(row.outcome).value_or(AuditOutcome::kFailed);
        rows.push_back(row);
      }
      return ok_status();
    }));
    return rows;
  }
};

AuditStore::AuditStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
AuditStore::~AuditStore() = default;

Result<std::unique_ptr<AuditStore>> AuditStore::open(const LedgerSpec& spec) {
  auto state = std::make_unique<State>();
  state->now_us = spec.now_us ? spec.now_us : base::system_now_us;
  MINGLU_TRY(state->database, AccountDatabase::open(spec, AccountLock::kAudit));
  return std::unique_ptr<AuditStore>(new AuditStore(std::move(state)));
}

Result<AuditReceipt> AuditStore::append(AuditEntry entry) {
  MINGLU_CHECK(make_storable(entry));
  PendingEntry mine{&entry, std::nullopt};
  std::unique_lock lock(state_->queue_mutex);
  state_->queue.push_back(&mine);
  state_->queue_changed.wait(lock, [&] { return mine.status.has_value() || !state_->has_leader; });
  // This caller may lead a group that does not reach as far as its own entry, so it leads until it is served.
  while (!mine.status) {
    state_->has_leader = true;
    const auto size = static_cast<ptrdiff_t>(std::min(state_->queue.size(), kGroupSizeMax));
    const std::vector<PendingEntry*> group(state_->queue.begin(), state_->queue.begin() + size);
    state_->queue.erase(state_->queue.begin(), state_->queue.begin() + size);
    lock.unlock();
    std::vector<AuditEntry*> entries;
    for (const PendingEntry* pending : group) entries.push_back(pending->entry);
    const Status status = state_->write(entries);
    lock.lock();
    for (PendingEntry* pending : group) pending->status = status;
    state_->has_leader = false;
    state_->queue_changed.notify_all();
  }
  lock.unlock();
  MINGLU_CHECK(*mine.status);
  return AuditReceipt{.seq = entry.seq, .at_us = entry.at_us, .hash = entry.hash};
}

Result<AuditHead> AuditStore::head() {
  AuditHead head;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) { return read_head(sql, head); }));
  return head;
}

Status AuditStore::for_each(int64_t seq_from, const std::function<Status(const AuditEntry&)>& fn) {
  for (int64_t next = seq_from;;) {
    MINGLU_TRY(const std::vector<StoredEntry> rows, state_->chunk(next, INT64_MAX));
    if (rows.empty()) return ok_status();
    for (const StoredEntry& row : rows) MINGLU_CHECK(fn(row.entry));
    next = rows.back().entry.seq + 1;
  }
}

Result<AuditCheck> AuditStore::verify(const std::function<void(int64_t)>& progress) {
  AuditCheck check;
  MINGLU_TRY(const AuditHead stated, head());
  AuditHead last;
  // The next rows are read while these are hashed.
  const auto read_from = [&](int64_t seq) {
    return std::async(std::launch::async, [this, seq, &stated] { return state_->chunk(seq, stated.seq); });
  };
  for (std::future<Result<std::vector<StoredEntry>>> next = read_from(1); last.seq < stated.seq;) {
    MINGLU_TRY(const std::vector<StoredEntry> rows, next.get());
    if (rows.empty()) break;
    next = read_from(rows.back().entry.seq + 1);
    for (const StoredEntry& row : rows) {
      check.reason = fault_of(row, last);
      if (!check.reason.empty()) {
        check.first_bad_seq = last.seq + 1;
        return check;
      }
      last = {.seq = row.entry.seq, .hash = row.entry.hash, .at_us = row.entry.at_us};
      ++check.entries;
    }
    if (progress) progress(check.entries);
  }
  // In one statement, because others append meanwhile.
  int64_t newest = 0;
  int64_t head_seq = 0;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    sql << "SELECT (SELECT COALESCE(MAX(seq), 0) FROM audit_log), seq FROM audit_head WHERE id = 1", soci::into(newest),
        soci::into(head_seq);
    return ok_status();
  }));
  if (last.seq < stated.seq) {
    check.reason = "the entries end at " + std::to_string(last.seq) + ", the head is " + std::to_string(stated.seq);
  } else if (last.hash != stated.hash || last.at_us != stated.at_us) {
    check.reason = "the head does not name the hash and time of entry " + std::to_string(last.seq);
  } else if (newest > head_seq) {
    check.reason = "there are entries up to " + std::to_string(newest) + " behind the head " + std::to_string(head_seq);
  }
  if (!check.reason.empty()) check.first_bad_seq = newest > head_seq ? head_seq + 1 : last.seq + 1;
  return check;
}

Result<AuditPage> AuditStore::page(const AuditFilter& filter, const AuditPosition& position) {
  if (position.rows_max < 1 || position.rows_max > kPageRowsMax) {
    return base::invalid_argument("rows of a page: " + std::to_string(position.rows_max) + ", allowed are 1 to 1000");
  }
  const int64_t from = filter.from_us.value_or(0);
  const int64_t to = filter.to_us.value_or(0);
  const int64_t actor_id = filter.actor_id.value_or(0);
  const std::string outcome(filter.outcome ? audit_outcome_name(*filter.outcome) : "");
  AuditPage page;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    page = {};
    StoredEntry row;
    soci::statement select(sql);
    exchange_columns(select, row);
    std::string query = std::string("SELECT ") + kColumns + " FROM audit_log WHERE seq < :before";
    select.exchange(soci::use(position.before_seq, "before"));
    const auto add = [&](bool given, const char* condition, const auto& value, const char* name) {
      if (!given) return;
      query += condition;
      select.exchange(soci::use(value, name));
    };
    // Times do not run backwards along seq, so a limit of time is a limit of seq, found through the index.
    add(filter.from_us.has_value(),
        " AND seq >= (SELECT seq FROM audit_log WHERE at_us >= :from_us ORDER BY at_us, seq LIMIT 1)", from, "from_us");
    add(filter.to_us.has_value(),
        " AND seq <= (SELECT seq FROM audit_log WHERE at_us <= :to_us ORDER BY at_us DESC, seq DESC LIMIT 1)", to,
        "to_us");
    add(filter.actor_id.has_value(), " AND actor_id = :actor_id", actor_id, "actor_id");
    add(!filter.actor.empty(), " AND actor = :actor", filter.actor, "actor");
    add(!filter.operation.empty(), " AND operation = :operation", filter.operation, "operation");
    add(!filter.object.empty(), " AND object = :object", filter.object, "object");
    add(filter.outcome.has_value(), " AND outcome = :outcome", outcome, "outcome");
    prepare(select, query + " ORDER BY seq DESC LIMIT " + std::to_string(position.rows_max + 1));
    while (select.fetch()) {
      row.entry.outcome = find_audit_outcome(row.outcome).value_or(AuditOutcome::kFailed);
      page.entries.push_back(row.entry);
    }
    return ok_status();
  }));
  if (static_cast<int64_t>(page.entries.size()) > position.rows_max) {
    page.entries.pop_back();
    page.next_before_seq = page.entries.back().seq;
  }
  return page;
}

}  // namespace minglu::store
