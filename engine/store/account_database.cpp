#include "store/account_database.hpp"

#include <string>

#include "store/ledger_schema.hpp"

namespace minglu::store {

Result<std::unique_ptr<AccountDatabase>> AccountDatabase::open(const LedgerSpec& spec, AccountLock lock) {
  std::unique_ptr<AccountDatabase> database(new AccountDatabase());
  database->lock_ = lock;
  MINGLU_TRY(database->writer_, LedgerSession::open(spec));
  MINGLU_CHECK(migrate_ledger(*database->writer_));
  MINGLU_TRY(database->reader_, LedgerSession::open(spec));
  return database;
}

Status AccountDatabase::begin() {
  if (writer_->backend() == LedgerBackend::kSqlite) return writer_->begin_write();
  return writer_->run_healing([&] {
    soci::session& sql = writer_->sql();
    sql << "BEGIN";
    int one = 0;
    try {
      const std::string key = std::to_string(static_cast<int64_t>(lock_));
      sql << "SELECT 1 FROM (SELECT pg_advisory_xact_lock(" << key << ")) AS held", soci::into(one);
    } catch (...) {
      writer_->rollback();
      throw;
    }
    return ok_status();
  });
}

Status AccountDatabase::write(const std::function<Status(soci::session&)>& work) {
  const std::lock_guard guard(writer_mutex_);
  MINGLU_CHECK(begin());
  Status status = writer_->run([&] { return work(writer_->sql()); });
  if (!status.ok()) {
    writer_->rollback();
    return status;
  }
  return writer_->commit();
}

Status AccountDatabase::read(const std::function<Status(soci::session&)>& work) {
  const std::lock_guard guard(reader_mutex_);
  return reader_->run_healing([&] { return work(reader_->sql()); });
}

}  // namespace minglu::store
