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

}  // namespace minglu::access
