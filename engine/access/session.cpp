#include "access/session.hpp"

#include <algorithm>

#include "access/bytes.hpp"
#include "base/hash.hpp"

namespace minglu::access {
namespace {

constexpr size_t kTokenChars = 43;  // 256 bits in base64url
constexpr std::string_view kCsrfMessage = "minglu csrf 1";

bool is_base64url(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

std::string make_session_token(std::span<const uint8_t, kTokenBytes> random) { return base64url(as_text(random)); }

bool is_session_token(std::string_view text) noexcept {
  return text.size() == kTokenChars && std::all_of(text.begin(), text.end(), is_base64url);
}

std::string session_token_hash(std::string_view token) { return base::sha256_hex(token); }

std::string csrf_token(std::string_view token) { return base64url(hmac_sha256(token, kCsrfMessage)); }

bool is_csrf_token_of(std::string_view token, std::string_view csrf) noexcept {
  return equal_in_constant_time(csrf_token(token), csrf);
}

SessionState session_state(const SessionTimes& times, int64_t now_us, const Parameters& parameters) noexcept {
  if (now_us - times.created_us >= parameters.session_absolute_us) return SessionState::kTooOld;
  if (now_us - times.last_seen_us >= parameters.session_idle_us) return SessionState::kIdleTooLong;
  return SessionState::kLive;
}

}  // namespace minglu::access
