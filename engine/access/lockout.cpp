#include "access/lockout.hpp"

namespace minglu::access {

bool is_locked(const LoginAttempts& state, int64_t now_us) noexcept { return now_us < state.locked_until_us; }

LoginAttempts after_failure(const LoginAttempts& state, int64_t now_us, const Parameters& parameters) noexcept {
  if (is_locked(state, now_us)) return state;
  const LoginAttempts counted{.failures = state.failures + 1, .locked_until_us = 0};
  if (counted.failures < parameters.lockout_failures) return counted;
  return {.failures = 0, .locked_until_us = now_us + parameters.lockout_us};
}

LoginAttempts after_success() noexcept { return {}; }

bool UnknownLogins::is_locked(std::string_view name, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  const auto found = attempts_.find(std::string(name));
  return found != attempts_.end() && access::is_locked(found->second, now_us);
}

void UnknownLogins::note_failure(std::string_view name, int64_t now_us, const Parameters& parameters) {
  const std::lock_guard lock(mutex_);
  if (attempts_.size() >= kNamesMax) {
    std::erase_if(attempts_, [&](const auto& entry) { return !access::is_locked(entry.second, now_us); });
  }
  // All of them locked: somebody floods us with names; one more may go uncounted.
  if (attempts_.size() >= kNamesMax) return;
  LoginAttempts& state = attempts_[std::string(name)];
  state = after_failure(state, now_us, parameters);
}

}  // namespace minglu::access
