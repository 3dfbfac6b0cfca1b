// Whole copies of the register's databases at one moment, as SQLite files, whatever database they are kept in: for
// backups, and for looking at a register that another process has open.
//
//   MINGLU_CHECK(copy_sqlite({.from = home / "ledger.db", .to = scratch / "ledger.db", .is_alone = false}));
//   MINGLU_CHECK(dump_postgresql(url, scratch));       // scratch/ledger.db, accounts.db, audit.db: one moment of all
//   MINGLU_CHECK(load_postgresql(scratch, url));       // into an empty database, all or nothing
//
// SQLite: the online backup interface in one step, through a connection that only reads: writers go on meanwhile, and
// neither the database nor its write-ahead log is changed. PostgreSQL: every row of our tables in one transaction that
// sees one moment (REPEATABLE READ, READ ONLY); tables by range of their sequence number, so that memory stays small.
// The files are not synced: whoever keeps them does that. Errors: kNotFound (no such database), kUnavailable (locked,
// unreachable, disk full), kDataLoss (damaged), kFailedPrecondition (schema of another version; the database to load
// into holds rows already). Thread-safety: functions without state; one at a time per target.
// Cost: SQLite about 1 GB/s; PostgreSQL about 100,000 rows a second.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::store {

/// The three databases of a home, and the file each of them has there and in a backup.
enum class DatabasePart : uint8_t { kLedger, kAccounts, kAudit };
inline constexpr std::array<DatabasePart, 3> kDatabaseParts = {DatabasePart::kLedger, DatabasePart::kAccounts,
                                                               DatabasePart::kAudit};
/// "ledger.db", "accounts.db", "audit.db".
std::string_view database_file_name(DatabasePart part) noexcept;
/// The tables of one part, each after those that it refers to. All parts together are the schema, without `meta`.
std::span<const std::string_view> tables_of(DatabasePart part) noexcept;

struct SqliteCopy {
  std::filesystem::path from;
  std::filesystem::path to;  // replaced
  bool is_alone = false;     // the caller holds the home's lock, so nobody else has `from` open
};
Status copy_sqlite(const SqliteCopy& copy);

Status dump_postgresql(const std::string& url, const std::filesystem::path& folder);

/// Parts whose file is absent stay empty. The files in `folder` are brought to this program's schema version.
Status load_postgresql(const std::filesystem::path& folder, const std::string& url);

}  // namespace minglu::store
