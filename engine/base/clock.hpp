// The system's clock, for what is recorded truth: commits, audit entries, sessions, jobs. Pure capabilities take the
// time as an argument instead.
//   int64_t now = system_now_us();   // microseconds since 1970 UTC
//   int64_t tonight = next_local_time_us(now, 2 * 60 + 30);
// Thread-safety: function without state. It may jump when the system's clock is set.
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>

namespace minglu::base {

inline int64_t system_now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// The next moment after `now_us` at which local clocks show that minute of the day (0 to 1439).
inline int64_t next_local_time_us(int64_t now_us, int minute_of_day) {
  const std::time_t now = now_us / 1'000'000;
  std::tm local{};
  ::localtime_r(&now, &local);
  local.tm_hour = minute_of_day / 60;
  local.tm_min = minute_of_day % 60;
  local.tm_sec = 0;
  local.tm_isdst = -1;
  std::time_t next = std::mktime(&local);
  if (next <= now) {
    ++local.tm_mday;
    local.tm_isdst = -1;
    next = std::mktime(&local);
  }
  return static_cast<int64_t>(next) * 1'000'000;
}

}  // namespace minglu::base
