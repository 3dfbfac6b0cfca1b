#include "access/id_token.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <nlohmann/json.hpp>

#include "access/bytes.hpp"

namespace minglu::access {
namespace {

using Json = nlohmann::json;

std::string number(EVP_PKEY* key, const char* name) {
  BIGNUM* value = nullptr;
  EXPECT_EQ(EVP_PKEY_get_bn_param(key, name, &value), 1);
  std::string bytes(static_cast<size_t>(BN_num_bytes(value)), '\0');
  BN_bn2bin(value, reinterpret_cast<uint8_t*>(bytes.data()));
  BN_free(value);
  return bytes;
}

/// An issuer with one key of each kind.
class Issuer {
 public:
  Issuer() : rsa_(EVP_RSA_gen(2048)), ec_(EVP_EC_gen("P-256")) {}
  ~Issuer() {
    EVP_PKEY_free(rsa_);
    EVP_PKEY_free(ec_);
  }
  Issuer(const Issuer&) = delete;
  Issuer& operator=(const Issuer&) = delete;

  [[nodiscard]] Json key_set() const {
    const std::string x = number(ec_, OSSL_PKEY_PARAM_EC_PUB_X);
    const std::string y = number(ec_, OSSL_PKEY_PARAM_EC_PUB_Y);
    const auto padded = [](const std::string& bytes) {
      return base64url(std::string(32 - bytes.size(), '\0') + bytes);
    };
    return {{"keys",
             {{{"kid", "r"},
               {"kty", "RSA"},
               {"use", "sig"},
               {"n", base64url(number(rsa_, OSSL_PKEY_PARAM_RSA_N))},
               {"e", base64url(number(rsa_, OSSL_PKEY_PARAM_RSA_E))}},
              {{"kid", "e"}, {"kty", "EC"}, {"crv", "P-256"}, {"x", padded(x)}, {"y", padded(y)}},
              {{"kid", "x"}, {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", "AA"}}}}};
  }

  [[nodiscard]] std::string sign(const Json& header, const Json& claims) const {
    const std::string message = base64url(header.dump()) + "." + base64url(claims.dump());
    const bool is_ec = header.value("alg", "") == "ES256";
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, is_ec ? ec_ : rsa_);
    size_t size = 0;
    const auto* bytes = reinterpret_cast<const uint8_t*>(message.data());
    EVP_DigestSign(context, nullptr, &size, bytes, message.size());
    std::string signature(size, '\0');
    EVP_DigestSign(context, reinterpret_cast<uint8_t*>(signature.data()), &size, bytes, message.size());
    signature.resize(size);
    EVP_MD_CTX_free(context);
    return message + "." + base64url(is_ec ? raw(signature) : signature);
  }

 private:
  static std::string raw(const std::string& der) {
    const auto* at = reinterpret_cast<const uint8_t*>(der.data());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string out(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), reinterpret_cast<uint8_t*>(out.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), reinterpret_cast<uint8_t*>(out.data()) + 32, 32);
    ECDSA_SIG_free(signature);
    return out;
  }
  EVP_PKEY* rsa_;
  EVP_PKEY* ec_;
};

class IdTokens : public ::testing::Test {
 protected:
  static const Issuer& issuer() {
    static const Issuer kIssuer;
    return kIssuer;
  }
  static Json claims() {
    return {{"iss", "https://sso.example"},
            {"aud", "minglu"},
            {"exp", 1'000'300},
            {"iat", 1'000'000},
            {"nonce", "once"},
            {"preferred_username", "wang"},
            {"amr", {"pwd", "otp"}}};
  }
  static Result<IdToken> verify(const std::string& token) {
    return verify_id_token(
        token, parse_key_set(issuer().key_set().dump()).value(),
        {.issuer = "https://sso.example", .client_id = "minglu", .nonce = "once", .now_s = 1'000'100});
  }
  static std::string why(const Json& header, const Json& claims) {
    const auto token = verify(issuer().sign(header, claims));
    return token.ok() ? "accepted" : token.error().message;
  }
};

const Json kRs256 = {{"alg", "RS256"}, {"kid", "r"}};
const Json kEs256 = {{"alg", "ES256"}, {"kid", "e"}};

TEST_F(IdTokens, OfBothAlgorithmsAreAccepted) {
  for (const Json& header : {kRs256, kEs256, Json{{"alg", "RS256"}}, Json{{"alg", "ES256"}}}) {
    const auto token = verify(issuer().sign(header, claims()));
    ASSERT_TRUE(token.ok()) << header << token.error().message;
    EXPECT_EQ(token->text("preferred_username"), "wang");
    EXPECT_EQ(token->texts("amr"), (std::vector<std::string>{"pwd", "otp"}));
    EXPECT_EQ(token->texts("aud"), (std::vector<std::string>{"minglu"}));
    EXPECT_EQ(token->text("exp"), "") << "no text";
  }
}

TEST_F(IdTokens, ThatSayOtherwiseAreRefused) {
  const auto with = [](const char* name, const Json& value) {
    Json changed = claims();
    changed[name] = value;
    return changed;
  };
  const auto without = [](const char* name) {
    Json changed = claims();
    changed.erase(name);
    return changed;
  };
  const std::vector<std::pair<Json, std::string>> cases = {
      {with("iss", "https://sso.example/"), "its issuer is"},
      {without("iss"), "its issuer is"},
      {with("aud", "other"), "not meant for"},
      {without("aud"), "not meant for"},
      {with("aud", {"other", "minglu"}), "issued to \"\""},
      {with("azp", "other"), "issued to \"other\""},
      {with("exp", 1'000'040), "has expired"},
      {with("exp", "1000300"), "has expired"},
      {without("exp"), "has expired"},
      {with("iat", 1'000'161), "in the future"},
      {without("iat"), "in the future"},
      {with("nbf", 1'000'200), "not valid yet"},
      {with("nonce", "twice"), "nonce"},
      {without("nonce"), "nonce"},
  };
  for (const auto& [changed, expected] : cases)
    EXPECT_NE(why(kRs256, changed).find(expected), std::string::npos) << changed << ": " << why(kRs256, changed);
  Json several = with("aud", {"other", "minglu"});
  several["azp"] = "minglu";
  EXPECT_EQ(why(kRs256, several), "accepted");
}

TEST_F(IdTokens, OfOtherKeysAndAlgorithmsAreRefused) {
  EXPECT_NE(why({{"alg", "none"}}, claims()).find("signed with \"none\""), std::string::npos);
  EXPECT_NE(why({{"alg", "HS256"}, {"kid", "r"}}, claims()).find("signed with \"HS256\""), std::string::npos);
  EXPECT_NE(why({{"alg", "RS256"}, {"kid", "r"}, {"crit", {"b64"}}}, claims()).find("extension"), std::string::npos);
  for (const Json& header : {Json{{"alg", "RS256"}, {"kid", "e"}}, Json{{"alg", "ES256"}, {"kid", "r"}},
                             Json{{"alg", "RS256"}, {"kid", "gone"}}}) {
    EXPECT_EQ(verify(issuer().sign(header, claims())).error().code, ErrorCode::kNotFound) << header;
  }
  const Issuer stranger;
  for (const Json& header : {kRs256, kEs256})
    EXPECT_NE(verify(stranger.sign(header, claims())).error().message.find("signature is wrong"), std::string::npos);
}

TEST_F(IdTokens, ThatWereTouchedAreRefused) {
  for (const Json& header : {kRs256, kEs256}) {
    const std::string token = issuer().sign(header, claims());
    for (size_t at = 0; at < token.size(); at += 7) {
      std::string touched = token;
      touched[at] = touched[at] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(verify(touched).ok()) << at;
    }
    for (const std::string& bad :
         {token + "A", token + ".", token.substr(0, token.rfind('.')), std::string(), std::string(20'000, 'A'),
          token.substr(0, token.rfind('.') + 1), std::string(".."), std::string("a.b.c")})
      EXPECT_EQ(verify(bad).error().code, ErrorCode::kUnauthenticated) << bad;
  }
}

TEST(IdTokenKeys, ThatAreTooWeakOrMalformedAreNamed) {
  for (const char* text :
       {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[{"kty":"RSA","kid":"w","n":"AQAB","e":"AQAB"}]})",
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"AQAB","y":"AQAB"}]})"})
    EXPECT_EQ(parse_key_set(text).error().code, ErrorCode::kInvalidArgument) << text;
  EXPECT_TRUE(parse_key_set(R"({"keys":[{"kty":"RSA","use":"enc","n":"AQAB"},7]})")->empty());
}

// RFC 7636 appendix B.
TEST(IdTokenKeys, ChallengeIsThatOfTheStandard) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

// RFC 7515 appendix A.3: the signature of another implementation.
TEST(IdTokenKeys, SignatureOfTheStandardIsUnderstood) {
  const auto keys =
      parse_key_set(R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
  const std::string token =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const auto judged = verify_id_token(token, *keys, {.issuer = "joe", .client_id = "minglu", .nonce = "n", .now_s = 1});
  EXPECT_NE(judged.error().message.find("not meant for"), std::string::npos) << judged.error().message;
}

}  // namespace
}  // namespace minglu::access
