// Failed logins lock an account for a while: a pure function from state and event to state. Keep the state in the
// account store (AccountStore::change_login_state runs the function under its lock).
//
//   LoginAttempts state;                                   // 5 failures lock for 15 minutes
//   for (int i = 0; i < 5; ++i) state = after_failure(state, now, parameters);
//   is_locked(state, now)                                  // true until now + 15 min
//
// A failure while locked changes nothing, so nobody is locked out longer by an attacker's knocking. A lock that has
// ended starts the count anew.
//
// A login that names no user must lock in the same way, or the lock tells which names exist: UnknownLogins counts those
// in memory, at most kNamesMax of them; beyond that the ones that are not locked are forgotten.
// Thread-safety: functions without state; UnknownLogins from any thread. Times: microseconds since 1970 UTC.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/parameters.hpp"

namespace minglu::access {

struct LoginAttempts {
  int64_t failures = 0;         // in a row, since the last success or lock
  int64_t locked_until_us = 0;  // 0 or past: not locked
  bool operator==(const LoginAttempts&) const = default;
};

bool is_locked(const LoginAttempts& state, int64_t now_us) noexcept;
LoginAttempts after_failure(const LoginAttempts& state, int64_t now_us, const Parameters& parameters) noexcept;
LoginAttempts after_success() noexcept;

class UnknownLogins {
 public:
  static constexpr size_t kNamesMax = 100'000;

  /// `name` as it was entered, cut and folded by the caller as real logins are.
  [[nodiscard]] bool is_locked(std::string_view name, int64_t now_us);
  /// Counts one failure.
  void note_failure(std::string_view name, int64_t now_us, const Parameters& parameters);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, LoginAttempts> attempts_;
};

}  // namespace minglu::access
