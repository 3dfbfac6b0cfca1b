#include "access/session.hpp"

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

TEST(Session, TokensAreSpeltForCookiesAndKeptAsHashes) {
  std::array<uint8_t, kTokenBytes> random = {};
  const std::string zeros = make_session_token(random);
  EXPECT_EQ(zeros, std::string(43, 'A'));
  random.fill(0xFF);
  const std::string token = make_session_token(random);
  EXPECT_EQ(token, std::string(42, '_') + "8");
  EXPECT_TRUE(is_session_token(token));
  EXPECT_EQ(session_token_hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (const std::string& text :
       {std::string(), std::string(42, 'A'), std::string(44, 'A'), std::string(42, 'A') + "="}) {
    EXPECT_FALSE(is_session_token(text));
  }
}

TEST(Session, TheCsrfTokenBelongsToOneSession) {
  const std::string a(43, 'A');
  const std::string b(43, 'B');
  EXPECT_EQ(csrf_token(a).size(), 43U);
  EXPECT_NE(csrf_token(a), csrf_token(b));
  EXPECT_TRUE(is_csrf_token_of(a, csrf_token(a)));
  EXPECT_FALSE(is_csrf_token_of(a, csrf_token(b)));
  EXPECT_FALSE(is_csrf_token_of(a, ""));
  EXPECT_FALSE(is_csrf_token_of(a, a));
}

TEST(Session, EndsIdleOrOld) {
  const auto state = [](int64_t created, int64_t seen) {
    return session_state({.created_us = created, .last_seen_us = seen}, kNow, parameters());
  };
  EXPECT_EQ(state(kNow, kNow), SessionState::kLive);
  EXPECT_EQ(state(kNow + kMinute, kNow + kMinute), SessionState::kLive) << "the clock ran backwards";
  EXPECT_EQ(state(kNow - 60 * kMinute, kNow - 30 * kMinute + 1), SessionState::kLive);
  EXPECT_EQ(state(kNow - 60 * kMinute, kNow - 30 * kMinute), SessionState::kIdleTooLong);
  EXPECT_EQ(state(kNow - 720 * kMinute + 1, kNow), SessionState::kLive);
  EXPECT_EQ(state(kNow - 720 * kMinute, kNow), SessionState::kTooOld);
}

}  // namespace
}  // namespace minglu::access
