#include "store/ledger_session.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <filesystem>
#include <string_view>

#include "base/file.hpp"
#include "store/directories.hpp"

namespace minglu::store {
namespace {

constexpr std::string_view kSqlitePrefix = "sqlite:";
constexpr std::string_view kPostgresqlPrefix = "postgresql://";
constexpr std::string_view kAdvisoryLockKey = "7236718301";  // any constant that no other program uses in our database

Error sqlite_error(int code, const std::string& message) {
  switch (code & 0xFF) {
    case SQLITE_CONSTRAINT: return base::conflict(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return base::unavailable(message + "; another process is writing: retry later");
    case SQLITE_FULL: return base::unavailable(message + "; free disk space, then retry");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return base::unavailable(message + "; check that the ledger file and its folder can be written");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::data_loss(message + "; restore the ledger from a backup");
    default: return base::internal_error(message);
  }
}

Error postgresql_error(const std::string& state, bool connected, const std::string& message) {
  const std::string_view sql_class = std::string_view(state).substr(0, 2);
  // 08 connection, 53 resources, 57 operator intervention, 55P03 lock not available.
  const bool retry = sql_class == "08" || sql_class == "53" || sql_class == "57" || state == "55P03";
  if (!connected || retry) return base::unavailable(message + "; retry later");
  // 23 constraint, 40 serialisation failure or deadlock.
  if (sql_class == "23" || sql_class == "40") return base::conflict(message);
  if (sql_class == "XX") return base::data_loss(message);
  return base::internal_error(message);
}

}  // namespace

Result<std::unique_ptr<LedgerSession>> LedgerSession::open(const LedgerSpec& spec) {
  std::unique_ptr<LedgerSession> session(new LedgerSession());
  session->spec_ = spec;
  const std::string_view url = spec.url;
  if (url.starts_with(kSqlitePrefix) && url.size() > kSqlitePrefix.size()) {
    session->backend_ = LedgerBackend::kSqlite;
  } else if (url.starts_with(kPostgresqlPrefix)) {
    session->backend_ = LedgerBackend::kPostgresql;
  } else {
    return base::invalid_argument("ledger url must be \"sqlite:PATH\" or \"postgresql://user@host:port/database\"");
  }
  MINGLU_CHECK(session->run([&] { return session->connect(); }));
  return session;
}

Status LedgerSession::connect() {
  const std::string wait_ms = std::to_string(spec_.wait_ms_max);
  if (backend_ == LedgerBackend::kPostgresql) {
    sql_.open(soci::postgresql, spec_.url);
    sql_ << "SET client_encoding = 'UTF8'";
    sql_ << "SET client_min_messages = warning";
    sql_ << "SET synchronous_commit = on";
    sql_ << "SET lock_timeout = " << wait_ms;
    lost_ = false;
    return ok_status();
  }
  const std::filesystem::path path(std::string_view(spec_.url).substr(kSqlitePrefix.size()));
  if (path.string().find('"') != std::string::npos) {
    return base::invalid_argument("ledger path \"" + path.string() +
                                  "\" contains a quotation mark, which is not allowed");
  }
  if (path.has_parent_path()) MINGLU_CHECK(create_directories_durably(path.parent_path()));
  sql_.open(soci::sqlite3, "db=\"" + path.string() + "\"");
  sql_ << "PRAGMA busy_timeout = " << wait_ms;
  std::string mode;
  sql_ << "PRAGMA journal_mode = WAL", soci::into(mode);
  if (mode != "wal") {
    return base::failed_precondition("ledger \"" + path.string() +
                                     "\": the file system does not allow SQLite's WAL mode");
  }
  sql_ << "PRAGMA synchronous = FULL";
  // A process killed inside COMMIT may have left commits in the log that are readable but not yet on the disk. Whoever
  // answers by them acknowledges them, so they are synced first. Nothing to do, and no cost, after a clean end.
  int busy = 0;
  int in_log = 0;
  int moved = 0;
  sql_ << "PRAGMA wal_checkpoint(PASSIVE)", soci::into(busy), soci::into(in_log), soci::into(moved);
  sql_ << "PRAGMA foreign_keys = ON";
  lost_ = false;
  return ok_status();
}

Status LedgerSession::run(const std::function<Status()>& work) {
  try {
    return work();
  } catch (const soci::sqlite3_soci_error& error) {
    return sqlite_error(error.result(), std::string("ledger: ") + error.what());
  } catch (const soci::postgresql_soci_error& error) {
    const auto* backend = static_cast<soci::postgresql_session_backend*>(sql_.get_backend());
    const bool connected =
        backend != nullptr && backend->conn_ != nullptr && ::PQstatus(backend->conn_) == CONNECTION_OK;
    lost_ = !connected;
    return postgresql_error(error.sqlstate(), connected, std::string("ledger: ") + error.what());
  } catch (const soci::soci_error& error) {
    // The library's own complaints: a session that is not open (a reconnect that failed) or a wrong use of it.
    lost_ = backend_ == LedgerBackend::kPostgresql;
    return lost_ ? base::unavailable(std::string("ledger: ") + error.what() + "; retry later")
                 : base::internal_error(std::string("ledger: ") + error.what());
  } catch (const std::exception& error) { return base::internal_error(std::string("ledger: ") + error.what()); }
}

Status LedgerSession::run_healing(const std::function<Status()>& work) {
  if (!lost_) {
    Status status = run(work);
    if (status.ok() || !lost_) return status;
  }
  return run([&]() -> Status {
    sql_.close();
    MINGLU_CHECK(connect());
    return work();
  });
}

Status LedgerSession::begin_write() {
  return run_healing([&] {
    if (backend_ == LedgerBackend::kSqlite) {
      sql_ << "BEGIN IMMEDIATE";
      return ok_status();
    }
    sql_ << "BEGIN";
    int one = 0;
    try {
      sql_ << "SELECT 1 FROM (SELECT pg_advisory_xact_lock(" << kAdvisoryLockKey << ")) AS held", soci::into(one);
    } catch (...) {
      rollback();
      throw;
    }
    return ok_status();
  });
}

Status LedgerSession::commit() {
  const Status status = run([&] {
    sql_ << "COMMIT";
    return ok_status();
  });
  if (status.ok()) return status;
  const bool was_lost = lost_;
  rollback();
  if (!was_lost) return status;
  return base::unavailable(
      status.error().message +
      "; the connection was lost during the commit, which may have happened: compare the head first");
}

void LedgerSession::rollback() noexcept {
  try {
    sql_ << "ROLLBACK";
  } catch (const std::exception&) {
    // SQLite rolled back by itself (disk full), or the connection is gone, which PostgreSQL answers with a rollback.
  }
}

}  // namespace minglu::store
