#include "access/lockout.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr int64_t kMinute = 60 * kUsPerSecond;

const Parameters& parameters() {
  static const Parameters kParameters = Parameters::load(codes::catalog_directory()).value();
  return kParameters;
}

TEST(Lockout, FiveFailuresLockForFifteenMinutes) {
  LoginAttempts state;
  for (int i = 1; i <= 4; ++i) {
    state = after_failure(state, kNow, parameters());
    EXPECT_EQ(state.failures, i);
    EXPECT_FALSE(is_locked(state, kNow));
  }
  state = after_failure(state, kNow, parameters());
  EXPECT_TRUE(is_locked(state, kNow));
  EXPECT_TRUE(is_locked(state, kNow + 15 * kMinute - 1));
  EXPECT_FALSE(is_locked(state, kNow + 15 * kMinute));
}

TEST(Lockout, KnockingDoesNotLengthenTheLockAndItsEndStartsAnew) {
  LoginAttempts state;
  for (int i = 0; i < 5; ++i) state = after_failure(state, kNow, parameters());
  const LoginAttempts locked = state;
  for (int i = 0; i < 100; ++i) state = after_failure(state, kNow + kMinute, parameters());
  EXPECT_EQ(state, locked);
  state = after_failure(state, kNow + 15 * kMinute, parameters());
  EXPECT_EQ(state, (LoginAttempts{.failures = 1, .locked_until_us = 0}));
  EXPECT_EQ(after_success(), LoginAttempts{});
}

TEST(Lockout, NamesOfNobodyLockAsRealOnesDo) {
  UnknownLogins unknown;
  for (int i = 0; i < 4; ++i) unknown.note_failure("nobody", kNow, parameters());
  EXPECT_FALSE(unknown.is_locked("nobody", kNow));
  unknown.note_failure("nobody", kNow, parameters());
  EXPECT_TRUE(unknown.is_locked("nobody", kNow));
  EXPECT_FALSE(unknown.is_locked("somebody", kNow));
  EXPECT_FALSE(unknown.is_locked("nobody", kNow + 15 * kMinute));
}

TEST(Lockout, AFloodOfNamesDoesNotUnlockOne) {
  UnknownLogins unknown;
  for (int i = 0; i < 5; ++i) unknown.note_failure("nobody", kNow, parameters());
  for (size_t i = 0; i < UnknownLogins::kNamesMax + 10; ++i) {
    unknown.note_failure("n" + std::to_string(i), kNow, parameters());
  }
  EXPECT_TRUE(unknown.is_locked("nobody", kNow));
}

}  // namespace
}  // namespace minglu::access
