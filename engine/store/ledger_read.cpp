// Reading and checking the chain. Reads go through a connection of their own, so they never wait for a writer.
#include <algorithm>
#include <mutex>

#include "store/ledger_hash.hpp"
#include "store/ledger_state.hpp"

namespace minglu::store {
namespace {

constexpr int64_t kChunkRows = 256;
// Above any digit of a time, so that a prefix such as "2026-01-31" covers its whole day.
constexpr char kAfterEveryDigit = '~';

Result<std::vector<CommitRow>> read_commits(LedgerSession& session, int64_t seq_from, int64_t rows_max) {
  std::vector<CommitRow> rows;
  MINGLU_CHECK(session.run_healing([&] {
    rows.clear();
    CommitRow row;
    soci::statement select =
        (session.sql().prepare << "SELECT seq, kind, created_at, payload, prev_hash, hash FROM commit_log "
                                  "WHERE seq >= :seq ORDER BY seq LIMIT :rows_max",
         soci::use(seq_from, "seq"), soci::use(rows_max, "rows_max"), soci::into(row.seq), soci::into(row.kind),
         soci::into(row.created_at), soci::into(row.payload_json), soci::into(row.prev_hash), soci::into(row.hash));
    select.execute();
    while (select.fetch()) rows.push_back(row);
    return ok_status();
  }));
  return rows;
}

constexpr const char* kBatchColumns =
    "seq, source, source_date, digest, file_name, bytes, rows_in, accepted, rejected, duplicate, superseded";

Result<std::vector<BatchRow>> read_batches(LedgerSession& session, int64_t seq_from, int64_t seq_to) {
  std::vector<BatchRow> rows;
  MINGLU_CHECK(session.run_healing([&] {
    rows.clear();
    BatchRow b;
    soci::statement select =
        (session.sql().prepare << "SELECT " << kBatchColumns
                               << " FROM batch WHERE seq BETWEEN :seq_from AND :seq_to ORDER BY seq, ordinal",
         soci::use(seq_from, "seq_from"), soci::use(seq_to, "seq_to"), soci::into(b.seq), soci::into(b.source),
         soci::into(b.source_date), soci::into(b.digest), soci::into(b.file_name), soci::into(b.bytes),
         soci::into(b.rows_in), soci::into(b.accepted), soci::into(b.rejected), soci::into(b.duplicate),
         soci::into(b.superseded));
    select.execute();
    while (select.fetch()) rows.push_back(b);
    return ok_status();
  }));
  return rows;
}

Result<std::vector<DecisionRow>> read_decisions(LedgerSession& session, int64_t seq_from, int64_t seq_to) {
  std::vector<DecisionRow> rows;
  MINGLU_CHECK(session.run_healing([&] {
    rows.clear();
    DecisionRow d;
    soci::statement select =
        (session.sql().prepare << "SELECT seq, kind, subject, actor, payload FROM decision "
                                  "WHERE seq BETWEEN :seq_from AND :seq_to ORDER BY seq, ordinal",
         soci::use(seq_from, "seq_from"), soci::use(seq_to, "seq_to"), soci::into(d.seq), soci::into(d.kind),
         soci::into(d.subject), soci::into(d.actor), soci::into(d.payload_json));
    select.execute();
    while (select.fetch()) rows.push_back(d);
    return ok_status();
  }));
  return rows;
}

Result<std::vector<LeaseRow>> read_leases(LedgerSession& session, int64_t seq_from, int64_t seq_to) {
  std::vector<LeaseRow> rows;
  MINGLU_CHECK(session.run_healing([&] {
    rows.clear();
    LeaseRow lease;
    soci::statement select = (session.sql().prepare << "SELECT seq, kind, first_id, id_count FROM id_lease "
                                                       "WHERE seq BETWEEN :seq_from AND :seq_to",
                              soci::use(seq_from, "seq_from"), soci::use(seq_to, "seq_to"), soci::into(lease.seq),
                              soci::into(lease.kind), soci::into(lease.first_id), soci::into(lease.count));
    select.execute();
    while (select.fetch()) rows.push_back(lease);
    return ok_status();
  }));
  // Sorted here, by bytes: text order in PostgreSQL depends on the locale of the database, and the hash on the order.
  std::sort(rows.begin(), rows.end(),
            [](const LeaseRow& a, const LeaseRow& b) { return std::tie(a.seq, a.kind) < std::tie(b.seq, b.kind); });
  return rows;
}

/// Moves the rows of `seq` from the front of `rows` (ascending by seq, from `at`) into `out`.
template <typename Row>
void take_rows(std::vector<Row>& rows, size_t& at, int64_t seq, std::vector<Row>& out) {
  for (; at < rows.size() && rows[at].seq == seq; ++at) out.push_back(std::move(rows[at]));
}

/// Empty when the record follows on `last`.
std::string fault_of(const CommitRecord& record, const LedgerHead& last) {
  const CommitRow& commit = record.commit;
  const std::string at = std::to_string(commit.seq);
  if (commit.seq != last.seq + 1) return "commit " + std::to_string(last.seq + 1) + " is missing; the next is " + at;
  if (commit.prev_hash != last.hash) return "commit " + at + " does not follow on the hash of the one before";
  if (commit.created_at < last.created_at) return "commit " + at + " is dated before the one before it";
  const std::string expected = commit_hash(record);
  if (commit.hash != expected)
    return "commit " + at + " records hash " + commit.hash + ", its content hashes to " + expected;
  return {};
}

}  // namespace

Result<LedgerHead> Ledger::head() {
  const std::lock_guard lock(state_->reader_mutex);
  LedgerHead head;
  MINGLU_CHECK(state_->reader->run_healing([&] {
    state_->reader->sql() << "SELECT seq, hash, created_at FROM ledger_head WHERE id = 1", soci::into(head.seq),
        soci::into(head.hash), soci::into(head.created_at);
    if (!state_->reader->sql().got_data())
      return Status{base::data_loss("the ledger has no head row; restore a backup")};
    return ok_status();
  }));
  return head;
}

Status Ledger::for_each_commit(int64_t seq_from, const std::function<Status(const CommitRow&)>& fn) {
  for (;;) {
    std::vector<CommitRow> rows;
    {
      const std::lock_guard lock(state_->reader_mutex);
      MINGLU_TRY(rows, read_commits(*state_->reader, seq_from, kChunkRows));
    }
    if (rows.empty()) return ok_status();
    for (const CommitRow& row : rows) MINGLU_CHECK(fn(row));
    seq_from = rows.back().seq + 1;
  }
}

Result<CommitRow> Ledger::find_commit(int64_t seq) {
  const std::lock_guard lock(state_->reader_mutex);
  MINGLU_TRY(std::vector<CommitRow> rows, read_commits(*state_->reader, seq, 1));
  if (rows.empty() || rows.front().seq != seq)
    return base::not_found("the ledger has no commit " + std::to_string(seq));
  return std::move(rows.front());
}

Result<int64_t> Ledger::seq_known_at(std::string_view utc_time) {
  const bool time_chars = std::all_of(utc_time.begin(), utc_time.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '.' || c == 'T' || c == 'Z';
  });
  if (!time_chars || utc_time.size() < 4) {
    return base::invalid_argument("known time \"" + std::string(utc_time.substr(0, 40)) +
                                  "\" is not a UTC time such as 2026-01-31T08:15:02.123456Z, or a prefix of one");
  }
  // Compared here, by bytes, over a binary search on seq: created_at ascends along seq.
  const std::string bound = std::string(utc_time) + kAfterEveryDigit;
  MINGLU_TRY(const LedgerHead newest, head());
  int64_t known = 0;
  int64_t not_yet = newest.seq + 1;
  while (not_yet - known > 1) {
    const int64_t middle = known + (not_yet - known) / 2;
    MINGLU_TRY(const CommitRow row, find_commit(middle));
    (row.created_at <= bound ? known : not_yet) = middle;
  }
  return known;
}

Result<std::vector<BatchRow>> Ledger::batches(int64_t seq_from, int64_t seq_to) {
  const std::lock_guard lock(state_->reader_mutex);
  return read_batches(*state_->reader, seq_from, seq_to);
}

Result<std::vector<DecisionRow>> Ledger::decisions(int64_t seq_from, int64_t seq_to) {
  const std::lock_guard lock(state_->reader_mutex);
  return read_decisions(*state_->reader, seq_from, seq_to);
}

Result<std::vector<LeaseRow>> Ledger::leases(int64_t seq_from, int64_t seq_to) {
  const std::lock_guard lock(state_->reader_mutex);
  return read_leases(*state_->reader, seq_from, seq_to);
}

Result<std::optional<BatchRow>> Ledger::find_batch(const std::string& source, const std::string& digest,
                                                   const std::string& source_date) {
  const std::lock_guard lock(state_->reader_mutex);
  std::optional<BatchRow> found;
  MINGLU_CHECK(state_->reader->run_healing([&] {
    BatchRow b;
    state_->reader->sql() << "SELECT " << kBatchColumns
                          << " FROM batch WHERE source = :source AND digest = :digest AND source_date = :date",
        soci::use(source, "source"), soci::use(digest, "digest"), soci::use(source_date, "date"), soci::into(b.seq),
        soci::into(b.source), soci::into(b.source_date), soci::into(b.digest), soci::into(b.file_name),
        soci::into(b.bytes), soci::into(b.rows_in), soci::into(b.accepted), soci::into(b.rejected),
        soci::into(b.duplicate), soci::into(b.superseded);
    found.reset();
    if (state_->reader->sql().got_data()) found = b;
    return ok_status();
  }));
  return found;
}

Result<ChainReport> Ledger::verify_chain() {
  // The head first: commits that arrive while we read then lie behind it, which is no fault.
  MINGLU_TRY(const LedgerHead expected, head());
  ChainReport report;
  LedgerHead last;
  const auto bad = [&](int64_t seq, std::string reason) {
    report.first_bad_seq = seq;
    report.reason = std::move(reason);
    return report;
  };
  while (last.seq < expected.seq) {
    const std::lock_guard lock(state_->reader_mutex);
    MINGLU_TRY(std::vector<CommitRow> commits, read_commits(*state_->reader, last.seq + 1, kChunkRows));
    if (commits.empty()) break;
    const int64_t seq_to = commits.back().seq;
    MINGLU_TRY(std::vector<LeaseRow> leases, read_leases(*state_->reader, last.seq + 1, seq_to));
    MINGLU_TRY(std::vector<BatchRow> batches, read_batches(*state_->reader, last.seq + 1, seq_to));
    MINGLU_TRY(std::vector<DecisionRow> decisions, read_decisions(*state_->reader, last.seq + 1, seq_to));
    size_t lease_at = 0, batch_at = 0, decision_at = 0;
    for (CommitRow& commit : commits) {
      CommitRecord record{std::move(commit), {}, {}, {}};
      take_rows(leases, lease_at, record.commit.seq, record.leases);
      take_rows(batches, batch_at, record.commit.seq, record.batches);
      take_rows(decisions, decision_at, record.commit.seq, record.decisions);
      if (std::string fault = fault_of(record, last); !fault.empty()) return bad(last.seq + 1, std::move(fault));
      last = {record.commit.seq, record.commit.hash, record.commit.created_at};
      ++report.commits;
      if (last.seq == expected.seq && last.hash != expected.hash) {
        return bad(last.seq, "the head records hash " + expected.hash + ", commit " + std::to_string(last.seq) +
                                 " has " + last.hash);
      }
    }
  }
  if (last.seq < expected.seq) {
    return bad(last.seq + 1, "the head is at commit " + std::to_string(expected.seq) + ", the log ends at " +
                                 std::to_string(last.seq));
  }
  return report;
}

Result<int64_t> Ledger::schema_version() {
  const std::lock_guard lock(state_->reader_mutex);
  std::string value;
  MINGLU_CHECK(state_->reader->run_healing([&] {
    state_->reader->sql() << "SELECT value FROM meta WHERE key = 'schema_version'", soci::into(value);
    return ok_status();
  }));
  return std::strtoll(value.c_str(), nullptr, 10);
}

}  // namespace minglu::store
