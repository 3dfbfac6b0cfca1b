#include "access/bytes.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace minglu::access {
namespace {

TEST(Bytes, AreSpeltAsTheStandardsSay) {
  EXPECT_EQ(base64url("\xFB\xFF"), "-_8");
  EXPECT_EQ(base64("\xFB\xFF"), "+/8");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(""), "");
  // RFC 4231 case 2, RFC 2202 case 2.
  EXPECT_EQ(base::hex_of(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(base::hex_of(hmac_sha1("Jefe", "what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time("a", "ab"));
}

}  // namespace
}  // namespace minglu::access
