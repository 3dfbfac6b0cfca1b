#include "access/totp.hpp"

#include <gtest/gtest.h>

#include <array>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

const Parameters& parameters() {
  static const Parameters kParameters = Parameters::load(codes::catalog_directory()).value();
  return kParameters;
}

TEST(Totp, GivesTheCodesOfRfc6238) {
  // Appendix B, SHA-1, the last six of its eight digits.
  const std::string secret = "12345678901234567890";
  const std::array<std::pair<int64_t, std::string_view>, 6> vectors = {{{59, "287082"},
                                                                        {1111111109, "081804"},
                                                                        {1111111111, "050471"},
                                                                        {1234567890, "005924"},
                                                                        {2000000000, "279037"},
                                                                        {20000000000, "353130"}}};
  for (const auto& [time_s, code] : vectors) {
    EXPECT_EQ(totp_code(secret, time_s / 30), code) << time_s;
    EXPECT_EQ(accept_totp(secret, code, {.now_s = time_s}, parameters()), time_s / 30);
  }
}

TEST(Totp, AcceptsOneStepEitherSideAndEachStepOnce) {
  const std::string secret = "12345678901234567890";
  const auto accepts = [&](int64_t step_of_code, int64_t last_step) {
    return accept_totp(secret, totp_code(secret, step_of_code), {.now_s = 3000, .last_step = last_step}, parameters());
  };
  EXPECT_FALSE(accepts(98, 0));
  EXPECT_EQ(accepts(99, 0), 99);
  EXPECT_EQ(accepts(100, 0), 100);
  EXPECT_EQ(accepts(101, 0), 101);
  EXPECT_FALSE(accepts(102, 0));
  EXPECT_FALSE(accepts(100, 100)) << "used already";
  EXPECT_FALSE(accepts(99, 100)) << "before one that was used";
  EXPECT_EQ(accepts(101, 100), 101);
}

TEST(Totp, RefusesWhatIsNoCode) {
  for (const std::string_view code : {"", "28708", "2870820", "28708x", "２８７０８２", " 287082", "-87082"}) {
    EXPECT_FALSE(accept_totp("12345678901234567890", code, {.now_s = 59}, parameters())) << code;
  }
  EXPECT_FALSE(accept_totp("", totp_code("", 1), {.now_s = 59}, parameters())) << "no secret, no factor";
}

TEST(Totp, SecretsAreSpeltInBase32) {
  const std::array<std::pair<std::string_view, std::string_view>, 7> vectors = {{{"", ""},
                                                                                 {"f", "MY"},
                                                                                 {"fo", "MZXQ"},
                                                                                 {"foo", "MZXW6"},
                                                                                 {"foob", "MZXW6YQ"},
                                                                                 {"fooba", "MZXW6YTB"},
                                                                                 {"foobar", "MZXW6YTBOI"}}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base32_encode(bytes), text);
    EXPECT_EQ(base32_decode(text), bytes);
  }
  EXPECT_EQ(base32_decode("mzxw 6ytb oi"), "foobar");
  EXPECT_FALSE(base32_decode("MZXW1"));
  EXPECT_FALSE(base32_decode("名录"));
  EXPECT_EQ(totp_uri({.secret = "foobar", .issuer = "名录", .account = "wang fang"}),
            "otpauth://totp/%E5%90%8D%E5%BD%95:wang%20fang?secret=MZXW6YTBOI&issuer=%E5%90%8D%E5%BD%95"
            "&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace minglu::access
