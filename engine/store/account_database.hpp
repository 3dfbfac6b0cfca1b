// The connections of one store of accounts or audit: one that writes, one that reads, each behind its mutex. It is not
// the ledger's write lock: a resolve holds that for minutes, and nobody could log in meanwhile.
// Internal to store/. Thread-safety: write and read from any thread; `work` must not call back.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "base/result.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {

/// Numbers of PostgreSQL's advisory locks, which are shared by everybody in a database. See ledger_session.cpp.
enum class AccountLock : int64_t { kAccounts = 7236718302, kAudit = 7236718303 };

class AccountDatabase {
 public:
  /// Opens both connections and brings the schema to this program's version.
  static Result<std::unique_ptr<AccountDatabase>> open(const LedgerSpec& spec, AccountLock lock);

  /// Runs `work` in a durable transaction that no other writer of this store shares. An error rolls back.
  Status write(const std::function<Status(soci::session&)>& work);
  /// Runs `work` on the reading connection, again when the connection had been lost: it must clear what it fills.
  Status read(const std::function<Status(soci::session&)>& work);

 private:
  AccountDatabase() = default;
  Status begin();
  AccountLock lock_ = AccountLock::kAccounts;
  std::mutex writer_mutex_;
  std::unique_ptr<LedgerSession> writer_;
  std::mutex reader_mutex_;
  std::unique_ptr<LedgerSession> reader_;
};

}  // namespace minglu::store
