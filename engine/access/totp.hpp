// Second factor: time-based one-time passwords, RFC 6238 with the values that authenticator programs share (HMAC-SHA-1,
// 6 digits, steps of 30 s).
//
//   const std::string uri = totp_uri({.secret = secret, .issuer = "名录", .account = "wang"});   // as a QR code
//   std::optional<int64_t> step = accept_totp(secret, "287082", {.now_s = 59, .last_step = 0}, parameters);
//   // step == 1; store it as last_step before answering
//
// A code is accepted for the current step and `totp_window_steps` either side, and only for a step later than the last
// one used, so a code read over a shoulder cannot be used again. Comparison takes constant time.
// Thread-safety: functions without state.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "access/parameters.hpp"

namespace minglu::access {

inline constexpr size_t kTotpSecretBytes = 20;  // RFC 4226 section 4: at least 128 bits, 160 recommended

/// Secrets are bytes; base32 (RFC 4648, upper case, no padding) is their spelling for people.
std::string totp_secret(std::span<const uint8_t, kTotpSecretBytes> random);
std::string base32_encode(std::string_view bytes);
/// Spaces and lower case are allowed. Null when it is not base32.
std::optional<std::string> base32_decode(std::string_view text);

struct TotpUriSpec {
  std::string_view secret;
  std::string_view issuer;
  std::string_view account;
};
/// "otpauth://totp/..." with percent-encoded UTF-8.
std::string totp_uri(const TotpUriSpec& spec);

/// The six digits of one step (seconds since 1970 / 30).
std::string totp_code(std::string_view secret, int64_t step);

struct TotpMoment {
  int64_t now_s = 0;
  int64_t last_step = 0;  // last step accepted for this person; 0: none yet
};
/// The step whose code was entered; null when the code is wrong, malformed or used already.
std::optional<int64_t> accept_totp(std::string_view secret, std::string_view code, const TotpMoment& moment,
                                   const Parameters& parameters);

}  // namespace minglu::access
