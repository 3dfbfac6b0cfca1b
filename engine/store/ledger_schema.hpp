// The ledger's schema as numbered migrations. Internal to store/. A migration changes schema, never holds logic, and is
// never edited once released: append a new one. All run in one transaction, so an interrupted upgrade leaves the old
// schema whole.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {

struct LedgerMigration {
  int64_t version = 0;  // ascending by 1 from 1
  std::span<const std::string_view> statements;
};
std::span<const LedgerMigration> ledger_migrations();

/// Brings an empty or older database to the last version, in one transaction. kFailedPrecondition when a newer program
/// wrote it.
Status migrate_ledger(LedgerSession& session);

}  // namespace minglu::store
