// Sessions of the console. The browser holds a random token of 256 bits; we keep only its SHA-256. The CSRF token is
// derived from it, so nothing more is stored and a new session has a new one.
//
//   const std::string token = make_session_token(random_32_bytes);   // for the cookie __Host-minglu, 43 characters
//   store(session_token_hash(token));
//   csrf_token(token)                                                // for the page; header X-CSRF-Token
//
// Thread-safety: functions without state. Times: microseconds since 1970 UTC.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "access/parameters.hpp"

namespace minglu::access {

inline constexpr size_t kTokenBytes = 32;

/// base64url without padding, 43 characters. Also for one-time tokens.
std::string make_session_token(std::span<const uint8_t, kTokenBytes> random);
/// Whether it looks like one: saves the look-up for rubbish.
bool is_session_token(std::string_view text) noexcept;
/// 64 hex digits.
std::string session_token_hash(std::string_view token);

/// base64url(HMAC-SHA-256(token, "minglu csrf 1")), 43 characters.
std::string csrf_token(std::string_view token);
/// Compares in constant time.
bool is_csrf_token_of(std::string_view token, std::string_view csrf) noexcept;

struct SessionTimes {
  int64_t created_us = 0;
  int64_t last_seen_us = 0;
};
enum class SessionState : uint8_t { kLive, kIdleTooLong, kTooOld };
/// A clock that ran backwards counts as no time passed.
SessionState session_state(const SessionTimes& times, int64_t now_us, const Parameters& parameters) noexcept;

}  // namespace minglu::access
