// What an AccountStore holds in memory, and how a change reaches the database first and the memory then.
// Lock order: change_mutex, then memory_mutex; the database is never asked while memory_mutex is held.
// Internal to store/.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "store/account_database.hpp"
#include "store/account_store.hpp"

namespace minglu::store {

/// A user with what never leaves the store unasked.
struct Account {
  UserRow row;
  std::string password_hash;
  std::string totp_sealed;  // see account_seal.hpp; empty: none
  int64_t totp_last_step = 0;
};

struct HeldSession {
  SessionRow row;
  int64_t stored_seen_us = 0;  // last_seen_us in the database
};

struct AccountStore::State {
  std::unique_ptr<AccountDatabase> database;
  std::string seal_key;

  std::mutex change_mutex;        // held over a change: database, then memory
  bool memory_is_behind = false;  // a write failed, perhaps after all: read all again. Guarded by change_mutex.

  mutable std::shared_mutex memory_mutex;
  std::unordered_map<int64_t, Account> users;
  std::map<std::string, int64_t> by_login;
  std::unordered_map<std::string, HeldSession> sessions;
  std::map<std::string, ApiKeyRow> keys;

  /// Reads users, sessions and keys.
  Status load();
  /// Held over a change. Reads all again first when the memory is behind.
  Result<std::unique_lock<std::mutex>> begin_change();
  /// To be called between begin_change and its end: writes durably, then `remember` brings the memory to the same
  /// state.
  Status change(const std::function<Status(soci::session&)>& write, const std::function<void()>& remember);
  /// Copies the account, lets `edit` change it, writes and keeps it. `ends_sessions`: all of the user but `keep`.
  struct AccountChange {
    int64_t id = 0;
    bool ends_sessions = false;
    std::string keep_session = {};
  };
  Result<Account> change_account(const AccountChange& what, const std::function<Status(Account&)>& edit);

  /// kNotFound in words for users.
  Result<Account> find(int64_t id) const;
  /// With memory_mutex held.
  void forget_sessions(int64_t user_id, const std::string& keep);
};

/// kInvalidArgument unless the text is UTF-8 without NUL and has at most `characters_max` characters.
Status check_account_text(const char* what, const std::string& text, size_t characters_max);

}  // namespace minglu::store
