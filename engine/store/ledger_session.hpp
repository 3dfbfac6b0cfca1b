// One connection to the ledger's database with the differences between SQLite and PostgreSQL, and the only place where
// exceptions of the database library become errors.
// Internal to store/; not thread-safe: one session belongs to one mutex of the Ledger.
#pragma once

// SOCI without its Boost bindings. Debian's SOCI declares that Boost is present, but its package does not bring Boost.
// The switch adds overloads for Boost types to header templates and changes no class of the library, so it can be taken
// back.
#include <soci/soci-config.h>
#undef SOCI_HAVE_BOOST
#undef SOCI_HAVE_BOOST_DATE_TIME
#include <soci/soci.h>

#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/ledger.hpp"

namespace minglu::store {

enum class LedgerBackend : uint8_t { kSqlite, kPostgresql };

class LedgerSession {
 public:
  /// Connects; makes the SQLite file when absent.
  static Result<std::unique_ptr<LedgerSession>> open(const LedgerSpec& spec);

  [[nodiscard]] soci::session& sql() noexcept { return sql_; }
  [[nodiscard]] LedgerBackend backend() const noexcept { return backend_; }

  /// Runs `work`, which may use sql(), and turns what it throws into an error.
  Status run(const std::function<Status()>& work);
  /// Same, outside a transaction: connects anew and repeats once when the connection was lost.
  Status run_healing(const std::function<Status()>& work);

  /// Opens a write transaction that no other writer can share (BEGIN IMMEDIATE; advisory lock). Heals the connection.
  Status begin_write();
  Status commit();
  /// Never fails: an error here means that the database has rolled back already.
  void rollback() noexcept;

 private:
  LedgerSession() = default;
  Status connect();
  LedgerSpec spec_;
  LedgerBackend backend_ = LedgerBackend::kSqlite;
  soci::session sql_;
  bool lost_ = false;  // the connection broke: connect again before the next transaction
};

}  // namespace minglu::store
