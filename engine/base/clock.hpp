// The system's clock, for what is recorded truth: commits, audit entries, sessions, jobs. Pure capabilities take the
// time as an argument instead.
//   int64_t now = system_now_us();   // microseconds since 1970 UTC
// Thread-safety: function without state. It may jump when the system's clock is set.
#pragma once

#include <chrono>
#include <cstdint>

namespace minglu::base {

inline int64_t system_now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace minglu::base
