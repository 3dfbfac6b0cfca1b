#include "access/api_key.hpp"

#include <algorithm>

#include "access/bytes.hpp"
#include "base/hash.hpp"

namespace minglu::access {
namespace {

constexpr std::string_view kPrefix = "mk_";
constexpr size_t kIdChars = 2 * kApiKeyIdBytes;
constexpr size_t kSecretChars = 2 * kApiKeySecretBytes;

bool is_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Refill owed that is left after the time since; never below zero.
int64_t owed_now(const TokenBucket& bucket, int64_t now_us) noexcept {
  const int64_t passed = std::max<int64_t>(0, now_us - bucket.updated_us);
  return bucket.spent_us > passed ? bucket.spent_us - passed : 0;
}

}  // namespace

ApiKeyText make_api_key(std::span<const uint8_t, kApiKeyIdBytes> id,
                        std::span<const uint8_t, kApiKeySecretBytes> secret) {
  const std::string id_text = base::hex_of(as_text(id));
  const std::string secret_text = base::hex_of(as_text(secret));
  return {.id = id_text,
          .text = std::string(kPrefix) + id_text + "_" + secret_text,
          .secret_hash = base::sha256_hex(secret_text)};
}

std::optional<ApiKeyParts> parse_api_key(std::string_view text) {
  if (text.size() != kPrefix.size() + kIdChars + 1 + kSecretChars || !text.starts_with(kPrefix)) return std::nullopt;
  const std::string_view id = text.substr(kPrefix.size(), kIdChars);
  const std::string_view secret = text.substr(kPrefix.size() + kIdChars + 1);
  if (text[kPrefix.size() + kIdChars] != '_' || !is_hex(id) || !is_hex(secret)) return std::nullopt;
  return ApiKeyParts{std::string(id), std::string(secret)};
}

bool matches_secret(const ApiKeyParts& parts, std::string_view secret_hash) {
  return equal_in_constant_time(base::sha256_hex(parts.secret), secret_hash);
}

Quota default_quota(const Parameters& parameters) noexcept {
  return {.requests = parameters.quota_requests, .window_us = parameters.quota_window_us};
}

QuotaAnswer take_token(TokenBucket& bucket, const Quota& quota, int64_t now_us) noexcept {
  const int64_t price_us = std::max<int64_t>(1, quota.window_us / quota.requests);
  const int64_t capacity_us = price_us * quota.requests;
  const int64_t owed_us = std::min(owed_now(bucket, now_us), capacity_us);
  bucket.updated_us = std::max(bucket.updated_us, now_us);
  bucket.spent_us = owed_us;
  if (owed_us + price_us > capacity_us) {
    const int64_t wait_us = owed_us + price_us - capacity_us;
    return {.allowed = false, .remaining = 0, .retry_after_s = (wait_us + kUsPerSecond - 1) / kUsPerSecond};
  }
  bucket.spent_us = owed_us + price_us;
  return {.allowed = true, .remaining = (capacity_us - bucket.spent_us) / price_us, .retry_after_s = 0};
}

QuotaAnswer QuotaTable::take(std::string_view name, const Quota& quota, int64_t now_us) {
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= sweep_at_) {
    std::erase_if(buckets_, [&](const auto& entry) { return owed_now(entry.second, now_us) == 0; });
    sweep_at_ = std::max(kSweepAtMin, 2 * buckets_.size());
  }
  return take_token(buckets_[std::string(name)], quota, now_us);
}

}  // namespace minglu::access
