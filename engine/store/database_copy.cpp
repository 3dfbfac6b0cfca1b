#include "store/database_copy.hpp"

#include <sqlite3.h>

#include <memory>
#include <vector>

#include "store/ledger_schema.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

constexpr int kWaitMsMax = 30'000;
constexpr int64_t kRowsPerRange = 20'000;

constexpr std::array<std::string_view, 5> kLedgerTables = {"ledger_head", "commit_log", "id_lease", "batch",
                                                           "decision"};
constexpr std::array<std::string_view, 10> kAccountTables = {
    "account_user", "account_session", "account_key",    "account_ticket",       "account_filter",
    "account_area", "account_export",  "account_answer", "account_organisation", "account_member"};
constexpr std::array<std::string_view, 2> kAuditTables = {"audit_head", "audit_log"};

// Tables that grow for ever; the others fit into memory.
bool is_read_by_seq(std::string_view table) {
  return table == "commit_log" || table == "id_lease" || table == "batch" || table == "decision" ||
         table == "audit_log";
}

struct CloseSqlite {
  void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
};
using Sqlite = std::unique_ptr<sqlite3, CloseSqlite>;

Error sqlite_error(int code, const std::string& action, const fs::path& path) {
  std::string message = action + " \"" + path.string() + "\": " + sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::data_loss(message + "; restore it from a backup");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: return base::unavailable(message);
    default: return base::internal_error(message);
  }
}

// A name of the form that sqlite3_open_v2 takes with SQLITE_OPEN_URI.
std::string uri_of(const fs::path& path, bool is_immutable) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '%' && c != '?' && c != '#') {
      uri.push_back(c);
    } else {
      uri += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return is_immutable ? uri + "?immutable=1" : uri;
}

// Reads only, and leaves no trace. A database that nobody has open and that was closed well has no write-ahead log;
// opened in the usual way, even for reading, it would get one, which says "a process died" to whoever opens next.
Result<Sqlite> open_source(const SqliteCopy& copy) {
  if (!fs::exists(copy.from)) return base::not_found("there is no database \"" + copy.from.string() + "\"");
  const bool is_immutable = copy.is_alone && !fs::exists(copy.from.string() + "-wal");
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(uri_of(copy.from, is_immutable).c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  Sqlite database(raw);
  if (code != SQLITE_OK) return sqlite_error(code, "cannot open", copy.from);
  sqlite3_busy_timeout(raw, kWaitMsMax);
  return database;
}

Result<Sqlite> create_target(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  Sqlite database(raw);
  if (code != SQLITE_OK) return sqlite_error(code, "cannot create", path);
  // No journal and no syncs: a copy that breaks off is thrown away.
  const int set = sqlite3_exec(raw, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
  if (set != SQLITE_OK) return sqlite_error(set, "cannot write", path);
  return database;
}

// Rows with any columns, read from one database and written to another, in the order of the first.
Status copy_rows(LedgerSession& from, LedgerSession& to, std::string_view table, const std::string& condition) {
  return from.run([&]() -> Status {
    const std::string select = "SELECT * FROM " + std::string(table) + condition;
    const soci::rowset<soci::row> rows = (from.sql().prepare << select);
    return to.run([&]() -> Status {
      std::unique_ptr<soci::statement> insert;
      std::vector<long long> numbers;
      std::vector<std::string> texts;
      for (const soci::row& row : rows) {
        if (!insert) {
          numbers.resize(row.size());
          texts.resize(row.size());
          insert = std::make_unique<soci::statement>(to.sql());
          std::string names;
          std::string values;
          for (size_t i = 0; i < row.size(); ++i) {
            const std::string& name = row.get_properties(i).get_name();
            names += (i == 0 ? "" : ", ") + name;
            values += (i == 0 ? ":" : ", :") + name;
            if (row.get_properties(i).get_data_type() == soci::dt_long_long) {
              insert->exchange(soci::use(numbers[i], name));
            } else {
              insert->exchange(soci::use(texts[i], name));
            }
          }
          insert->alloc();
          insert->prepare("INSERT INTO " + std::string(table) + " (" + names + ") VALUES (" + values + ")");
          insert->define_and_bind();
        }
        for (size_t i = 0; i < row.size(); ++i) {
          if (row.get_properties(i).get_data_type() == soci::dt_long_long) {
            numbers[i] = row.get<long long>(i);
          } else {
            texts[i] = row.get<std::string>(i);
          }
        }
        insert->execute(true);
      }
      return ok_status();
    });
  });
}

Result<int64_t> last_seq(LedgerSession& session, std::string_view table) {
  int64_t last = 0;
  MINGLU_CHECK(session.run([&] {
    session.sql() << "SELECT COALESCE(MAX(seq), 0) FROM " << std::string(table), soci::into(last);
    return ok_status();
  }));
  return last;
}

Status copy_table(LedgerSession& from, LedgerSession& to, std::string_view table) {
  MINGLU_CHECK(to.run([&] {
    to.sql() << "DELETE FROM " << std::string(table);  // a fresh schema has the first head rows
    return ok_status();
  }));
  if (!is_read_by_seq(table)) return copy_rows(from, to, table, "");
  MINGLU_TRY(const int64_t last, last_seq(from, table));
  for (int64_t first = 1; first <= last; first += kRowsPerRange) {
    const std::string range =
        " WHERE seq BETWEEN " + std::to_string(first) + " AND " + std::to_string(first + kRowsPerRange - 1);
    MINGLU_CHECK(copy_rows(from, to, table, range + " ORDER BY seq"));
  }
  return ok_status();
}

Status execute(LedgerSession& session, const char* statement) {
  return session.run([&] {
    session.sql() << statement;
    return ok_status();
  });
}

// A SQLite file of the newest schema, made when absent.
Result<std::unique_ptr<LedgerSession>> open_file(const fs::path& path) {
  MINGLU_TRY(std::unique_ptr<LedgerSession> session, LedgerSession::open({.url = "sqlite:" + path.string()}));
  MINGLU_CHECK(migrate_ledger(*session));
  return session;
}

Status check_version(LedgerSession& session) {
  std::string version;
  MINGLU_CHECK(session.run([&] {
    session.sql() << "SELECT value FROM meta WHERE key = 'schema_version'", soci::into(version);
    return ok_status();
  }));
  const std::string known = std::to_string(ledger_migrations().back().version);
  if (version == known) return ok_status();
  return base::failed_precondition("the database has schema version " + version + ", this program " + known +
                                   ": back it up with the program that serves it");
}

Status dump_part(LedgerSession& from, DatabasePart part, const fs::path& folder) {
  const fs::path file = folder / database_file_name(part);
  std::error_code error;
  fs::remove(file, error);
  MINGLU_TRY(const std::unique_ptr<LedgerSession> to, open_file(file));
  MINGLU_CHECK(to->begin_write());
  for (const std::string_view table : tables_of(part)) MINGLU_CHECK(copy_table(from, *to, table));
  return to->commit();
}

Status check_is_empty(LedgerSession& session) {
  for (const DatabasePart part : kDatabaseParts) {
    for (const std::string_view table : tables_of(part)) {
      int64_t rows = 0;
      MINGLU_CHECK(session.run([&] {
        session.sql() << "SELECT COUNT(*) FROM " << std::string(table), soci::into(rows);
        return ok_status();
      }));
      const int64_t fresh = table.ends_with("_head") ? 1 : 0;
      if (rows > fresh) {
        return base::failed_precondition("the database to restore into holds " + std::to_string(rows) +
                                         " rows in table " + std::string(table) + "; name an empty one");
      }
    }
  }
  return ok_status();
}

Status load_parts(const fs::path& folder, LedgerSession& to) {
  MINGLU_CHECK(check_is_empty(to));
  for (const DatabasePart part : kDatabaseParts) {
    const fs::path file = folder / database_file_name(part);
    if (!fs::exists(file)) continue;
    MINGLU_TRY(const std::unique_ptr<LedgerSession> from, open_file(file));
    for (const std::string_view table : tables_of(part)) MINGLU_CHECK(copy_table(*from, to, table));
  }
  return ok_status();
}

}  // namespace

std::string_view database_file_name(DatabasePart part) noexcept {
  switch (part) {
    case DatabasePart::kLedger: return "ledger.db";
    case DatabasePart::kAccounts: return "accounts.db";
    case DatabasePart::kAudit: return "audit.db";
  }
  MINGLU_ASSERT(false);
}

std::span<const std::string_view> tables_of(DatabasePart part) noexcept {
  switch (part) {
    case DatabasePart::kLedger: return kLedgerTables;
    case DatabasePart::kAccounts: return kAccountTables;
    case DatabasePart::kAudit: return kAuditTables;
  }
  MINGLU_ASSERT(false);
}

Status copy_sqlite(const SqliteCopy& copy) {
  MINGLU_TRY(const Sqlite from, open_source(copy));
  MINGLU_TRY(const Sqlite to, create_target(copy.to));
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) return sqlite_error(sqlite3_errcode(to.get()), "cannot copy", copy.from);
  sqlite3_backup_step(backup, -1);  // All pages at once: one read transaction, so one moment.
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return sqlite_error(code, "cannot copy", copy.from);
  return ok_status();
}

Status dump_postgresql(const std::string& url, const fs::path& folder) {
  MINGLU_TRY(const std::unique_ptr<LedgerSession> from, LedgerSession::open({.url = url}));
  MINGLU_CHECK(execute(*from, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  MINGLU_CHECK(check_version(*from));
  for (const DatabasePart part : kDatabaseParts) MINGLU_CHECK(dump_part(*from, part, folder));
  from->rollback();
  return ok_status();
}

Status load_postgresql(const fs::path& folder, const std::string& url) {
  MINGLU_TRY(const std::unique_ptr<LedgerSession> to, LedgerSession::open({.url = url}));
  MINGLU_CHECK(migrate_ledger(*to));
  MINGLU_CHECK(to->begin_write());
  const Status loaded = load_parts(folder, *to);
  if (!loaded.ok()) {
    to->rollback();
    return loaded;
  }
  return to->commit();
}

}  // namespace minglu::store
