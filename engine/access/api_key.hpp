// Keys of programs (departments' systems) and how often they may call.
//
//   const ApiKeyText key = make_api_key(random_8, random_32);   // key.text = "mk_<id>_<secret>", shown once
//   store(key.id, key.secret_hash);
//   std::optional<ApiKeyParts> parts = parse_api_key(header);   // then compare with matches_secret
//
// Quota: a token bucket of `requests` that refills evenly over `window_us` (default 600 in 5 minutes), so a burst of
// the whole quota is allowed after a pause. Thread-safety: functions without state; QuotaTable may be used from several
// threads.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/parameters.hpp"

namespace minglu::access {

inline constexpr size_t kApiKeyIdBytes = 8;
inline constexpr size_t kApiKeySecretBytes = 32;

struct ApiKeyText {
  std::string id;           // 16 hex digits: names the key in lists and in the audit
  std::string text;         // the whole key
  std::string secret_hash;  // SHA-256, 64 hex digits: all that is stored of the secret
};
ApiKeyText make_api_key(std::span<const uint8_t, kApiKeyIdBytes> id,
                        std::span<const uint8_t, kApiKeySecretBytes> secret);

struct ApiKeyParts {
  std::string id;
  std::string secret;
};
/// Null when the text does not have the form of a key.
std::optional<ApiKeyParts> parse_api_key(std::string_view text);
/// Compares in constant time.
bool matches_secret(const ApiKeyParts& parts, std::string_view secret_hash);

struct Quota {
  int64_t requests = 0;   // at least 1
  int64_t window_us = 0;  // at least 1
};
Quota default_quota(const Parameters& parameters) noexcept;

struct QuotaAnswer {
  bool allowed = false;
  int64_t remaining = 0;      // whole requests left now
  int64_t retry_after_s = 0;  // when refused: seconds until one is allowed, at least 1
};

struct TokenBucket {
  int64_t spent_us = 0;    // time of refill still owed: 0 = full, quota.window_us = empty
  int64_t updated_us = 0;  // when
};
/// Takes one request. A clock that ran backwards counts as no time passed.
QuotaAnswer take_token(TokenBucket& bucket, const Quota& quota, int64_t now_us) noexcept;

/// Buckets by name (key id, user id). Full buckets are forgotten when there are many.
class QuotaTable {
 public:
  QuotaAnswer take(std::string_view name, const Quota& quota, int64_t now_us);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, TokenBucket> buckets_;
  static constexpr size_t kSweepAtMin = 1024;
  size_t sweep_at_ = kSweepAtMin;
};

}  // namespace minglu::access
