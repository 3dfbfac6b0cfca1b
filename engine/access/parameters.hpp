// The numbers of access control, from catalog/access/parameters.csv, where each has its source.
// Errors of load (kInvalidArgument, naming file and line): an unknown, repeated or missing name, a value out of range.
// Thread-safety: values.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.hpp"

namespace minglu::access {

inline constexpr int64_t kUsPerSecond = 1'000'000;

struct Parameters {
  // Argon2id.
  int64_t argon2_memory_bytes = 0;
  int64_t argon2_passes = 0;
  // Passwords, in code points and days.
  int64_t dengbao_length_min = 0;
  int64_t dengbao_classes_min = 0;
  int64_t dengbao_days_max = 0;
  int64_t asvs_length_min = 0;
  int64_t password_length_max = 0;
  // Failed logins.
  int64_t lockout_failures = 0;
  int64_t lockout_us = 0;
  // Sessions.
  int64_t session_idle_us = 0;
  int64_t session_absolute_us = 0;
  // One-time tokens for set-up and reset.
  int64_t ticket_us = 0;
  // Second factor.
  int64_t totp_step_s = 0;
  int64_t totp_window_steps = 0;
  // Quota of an API key: so many requests in so long.
  int64_t quota_requests = 0;
  int64_t quota_window_us = 0;
  // How long an answer is kept for an Idempotency-Key.
  int64_t idempotency_us = 0;

  static Result<Parameters> load(const std::filesystem::path& catalog_directory);
};

}  // namespace minglu::access
