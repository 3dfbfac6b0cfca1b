// A bug is an assert: on in release, never reachable from input; the process stops and the stores stay whole.
// The condition is evaluated exactly once and must have no side effect; a failure writes condition, file and line to
// standard error and aborts. Cost: one branch. Thread-safe.
#pragma once

namespace minglu::base {
[[noreturn]] void assert_failed(const char* condition, const char* file, int line) noexcept;
}

#define MINGLU_ASSERT(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::minglu::base::assert_failed(#condition, __FILE__, __LINE__))
