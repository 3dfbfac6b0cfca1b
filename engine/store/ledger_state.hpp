// What a Ledger holds: one connection that writes, one that reads, and the queue of the group commit.
// Lock order: queue_mutex and writer_mutex are never held together; reader_mutex is held alone.
// Internal to store/.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "store/ledger.hpp"
#include "store/ledger_schema.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {

struct PendingCommit;

struct Ledger::State {
  std::function<int64_t()> now_us;

  std::mutex writer_mutex;  // held while a transaction is open on `writer`
  std::unique_ptr<LedgerSession> writer;

  std::mutex reader_mutex;  // held for one read; never while calling out
  std::unique_ptr<LedgerSession> reader;

  // Group commit: whoever finds no leader leads, and writes what has queued up.
  std::mutex queue_mutex;
  std::condition_variable queue_changed;
  std::deque<PendingCommit*> queue;
  bool has_leader = false;
};

}  // namespace minglu::store
