#include "access/api_key.hpp"

#include <gtest/gtest.h>

#include <array>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr int64_t kMinute = 60 * kUsPerSecond;

const Parameters& parameters() {
  static const Parameters kParameters = Parameters::load(codes::catalog_directory()).value();
  return kParameters;
}

TEST(ApiKey, IsShownOnceAndRecognisedByItsHash) {
  const std::array<uint8_t, kApiKeyIdBytes> id = {0, 1, 2, 3, 4, 5, 6, 0xFF};
  std::array<uint8_t, kApiKeySecretBytes> secret = {};
  secret.fill(0xAB);
  const ApiKeyText key = make_api_key(id, secret);
  EXPECT_EQ(key.id, "00010203040506ff");
  EXPECT_TRUE(key.text.starts_with("mk_00010203040506ff_abab"));
  const std::optional<ApiKeyParts> parts = parse_api_key(key.text);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->id, key.id);
  EXPECT_TRUE(matches_secret(*parts, key.secret_hash));
  ApiKeyParts other = *parts;
  other.secret[0] = 'b';
  EXPECT_FALSE(matches_secret(other, key.secret_hash));
  EXPECT_FALSE(matches_secret(*parts, ""));
  EXPECT_EQ(key.secret_hash.find("abab"), std::string::npos);
}

TEST(ApiKey, RefusesWhatHasNoForm) {
  const std::string good = "mk_00010203040506ff_" + std::string(64, 'a');
  EXPECT_TRUE(parse_api_key(good));
  for (const std::string& text :
       {std::string(), good + "a", good.substr(1), "MK" + good.substr(2), "mk_00010203040506fg_" + std::string(64, 'a'),
        "mk_00010203040506ff-" + std::string(64, 'a'), "mk_00010203040506ff_" + std::string(64, 'A')}) {
    EXPECT_FALSE(parse_api_key(text)) << text;
  }
}

TEST(Quota, AllowsABurstOfTheWholeQuotaThenRefillsEvenly) {
  const Quota quota = default_quota(parameters());
  TokenBucket bucket;
  for (int i = 0; i < 600; ++i) {
    const QuotaAnswer answer = take_token(bucket, quota, kNow);
    ASSERT_TRUE(answer.allowed) << i;
    EXPECT_EQ(answer.remaining, 599 - i);
  }
  const QuotaAnswer refused = take_token(bucket, quota, kNow);
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.retry_after_s, 1);
  EXPECT_FALSE(take_token(bucket, quota, kNow + 499'999).allowed);
  EXPECT_TRUE(take_token(bucket, quota, kNow + 500'000).allowed);
  EXPECT_FALSE(take_token(bucket, quota, kNow + 500'000).allowed);
  EXPECT_FALSE(take_token(bucket, quota, kNow - kMinute).allowed) << "the clock ran backwards";
  EXPECT_EQ(take_token(bucket, quota, kNow + 60 * kMinute).remaining, 599);
}

TEST(Quota, OneRequestADayStillWorks) {
  const Quota quota{.requests = 1, .window_us = 86'400 * kUsPerSecond};
  TokenBucket bucket;
  EXPECT_TRUE(take_token(bucket, quota, kNow).allowed);
  EXPECT_EQ(take_token(bucket, quota, kNow).retry_after_s, 86'400);
}

TEST(Quota, KeysDoNotShareAndFullBucketsAreForgotten) {
  QuotaTable table;
  const Quota quota{.requests = 2, .window_us = kMinute};
  EXPECT_TRUE(table.take("a", quota, kNow).allowed);
  EXPECT_TRUE(table.take("a", quota, kNow).allowed);
  EXPECT_FALSE(table.take("a", quota, kNow).allowed);
  EXPECT_TRUE(table.take("b", quota, kNow).allowed);
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(table.take("k" + std::to_string(i), quota, kNow).allowed);
  EXPECT_FALSE(table.take("a", quota, kNow).allowed) << "one that is spent is never forgotten";
}

}  // namespace
}  // namespace minglu::access
