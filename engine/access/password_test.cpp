#include "access/password.hpp"

#include <gtest/gtest.h>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

constexpr std::array<uint8_t, kSaltBytes> kSalt = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr PasswordCosts kCheap = {.memory_bytes = 8192, .passes = 1};
constexpr int64_t kDay = 86'400 * kUsPerSecond;

const Parameters& parameters() {
  static const Parameters kParameters = Parameters::load(codes::catalog_directory()).value();
  return kParameters;
}

PasswordRules rules(PasswordProfile profile) {
  return PasswordRules::load(codes::catalog_directory(), profile, parameters()).value();
}

TEST(Password, AHashIsVerifiedByItsPasswordOnly) {
  const std::string hash = hash_password("名录Minglu#2026", kSalt, kCheap).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$AQIDBAUGBwgJCgsMDQ4PEA$")) << hash;
  EXPECT_TRUE(verify_password(hash, "名录Minglu#2026"));
  EXPECT_FALSE(verify_password(hash, "名录Minglu#2027"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_FALSE(verify_password(hash, std::string_view("名录Minglu#2026\0", 18)));
}

TEST(Password, TheShippedCostsMakeATextThatIsVerified) {
  const PasswordCosts costs = password_costs(parameters());
  EXPECT_EQ(costs.memory_bytes, 64 * 1024 * 1024);
  EXPECT_EQ(costs.passes, 2);
  const std::string hash = hash_password("x", kSalt, costs).value();
  EXPECT_TRUE(verify_password(hash, "x"));
  EXPECT_FALSE(needs_rehash(hash, costs));
  EXPECT_TRUE(needs_rehash(hash, kCheap));
}

TEST(Password, WhatIsNoHashVerifiesNothing) {
  for (const std::string text : {"", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AA$AA", "plain"}) {
    EXPECT_FALSE(verify_password(text, "x")) << text;
    EXPECT_FALSE(verify_password(text, "")) << text;
  }
  EXPECT_FALSE(verify_password(std::string(4096, 'a'), "x"));
}

TEST(Password, CostsThatAreTooLowAreRefused) {
  EXPECT_FALSE(hash_password("x", kSalt, {.memory_bytes = 1, .passes = 1}).ok());
  EXPECT_FALSE(hash_password("x", kSalt, {.memory_bytes = 8192, .passes = 0}).ok());
}

TEST(Password, TheDummyHasTheSameCostsAndNoKnownPassword) {
  const std::string dummy = dummy_password_hash(kSalt, kCheap).value();
  EXPECT_FALSE(needs_rehash(dummy, kCheap));
  EXPECT_FALSE(verify_password(dummy, ""));
  EXPECT_FALSE(verify_password(dummy, "dummy"));
}

TEST(Password, DengbaoAsksForLengthAndClasses) {
  const PasswordRules checked = rules(PasswordProfile::kDengbao3);
  const auto is_good = [&](std::string_view password) {
    return checked.check({.password = password, .login = "wang", .display_name = "王小芳"}).ok();
  };
  EXPECT_TRUE(is_good("Tulip-9371"));
  EXPECT_TRUE(is_good("tulip-9371"));
  EXPECT_TRUE(is_good("Tulipan9371"));
  EXPECT_FALSE(is_good("Tulip-937"));        // 9 characters
  EXPECT_FALSE(is_good("tulipan9371"));      // 2 classes
  EXPECT_FALSE(is_good("1234567890"));       // 1 class
  EXPECT_FALSE(is_good(""));                 //
  EXPECT_FALSE(is_good("Wang-2026-ok"));     // the login within
  EXPECT_FALSE(is_good("王小芳-Abc-2026"));  // the name within
  EXPECT_FALSE(is_good("P@ssw0rd1234"));     // common
  EXPECT_FALSE(is_good(std::string(130, 'a') + "A1"));
  EXPECT_FALSE(is_good("Tulip-9371\xFF"));
  EXPECT_FALSE(is_good(std::string_view("Tulip-9371\0", 11)));
}

TEST(Password, AsvsAsksForLengthAndNothingCommon) {
  const PasswordRules checked = rules(PasswordProfile::kAsvs);
  const auto is_good = [&](std::string_view password) {
    return checked.check({.password = password, .login = "wang", .display_name = "王"}).ok();
  };
  EXPECT_TRUE(is_good("gelbe tulpen"));
  EXPECT_TRUE(is_good("春眠不觉晓处处闻啼鸟夜来"));  // twelve characters of Chinese
  EXPECT_FALSE(is_good("春眠不觉晓处处闻啼鸟夜"));
  EXPECT_FALSE(is_good("Tulip-9371"));
  EXPECT_FALSE(is_good("QWERTYUIOP123"));
  EXPECT_FALSE(is_good("wang likes tulips"));
}

TEST(Password, TheReasonNeverRepeatsThePassword) {
  const PasswordRules checked = rules(PasswordProfile::kDengbao3);
  for (const std::string password : {"short", "tulipan9371", "P@ssw0rd1234", "Wang-2026-ok"}) {
    const Status status = checked.check({.password = password, .login = "wang", .display_name = ""});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().message.find(password), std::string::npos);
  }
}

TEST(Password, OnlyDengbaoRotates) {
  const PasswordRules dengbao = rules(PasswordProfile::kDengbao3);
  EXPECT_FALSE(dengbao.is_too_old(0, 90 * kDay - 1));
  EXPECT_TRUE(dengbao.is_too_old(0, 90 * kDay));
  EXPECT_FALSE(rules(PasswordProfile::kAsvs).is_too_old(0, 9000 * kDay));
}

TEST(Password, ProfilesAreNamed) {
  EXPECT_EQ(parse_password_profile("dengbao-3").value(), PasswordProfile::kDengbao3);
  EXPECT_EQ(parse_password_profile("asvs").value(), PasswordProfile::kAsvs);
  EXPECT_EQ(parse_password_profile("none").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace minglu::access
