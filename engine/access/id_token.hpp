// ID tokens of OpenID Connect: what an issuer says about who signed on, checked before anything of it is believed.
//
//   MINGLU_TRY(KeySet keys, parse_key_set(jwks_json));
//   MINGLU_TRY(IdToken token, verify_id_token(text, keys, {.issuer = "https://sso.example", .client_id = "minglu",
//                                                          .nonce = nonce, .now_s = now}));
//   token.text("preferred_username")                     // "wang"
//
// Checked, in the order of OpenID Connect Core 1.0 section 3.1.3.7: shape and signature (RS256 or ES256, RFC 7518;
// never "none", never a key of another kind than the algorithm), issuer, audience and authorised party, expiry, time of
// issue, nonce. A key is taken by its `kid`; a token without one only when the set has a single key of its kind.
// Errors: kUnauthenticated, in words for the log of an operator; kNotFound when no key has the token's `kid`: the
// issuer may have changed its keys, fetch them again. Thread-safety: values. Cost: about 0.1 ms.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::access {

/// One public key that signs (JWK, RFC 7517); numbers as bytes, most significant first.
struct SigningKey {
  std::string id;
  std::string kind;  // "RSA" or "EC" (P-256)
  std::string modulus;
  std::string exponent;
  std::string x;
  std::string y;
};
using KeySet = std::vector<SigningKey>;

/// Keys of other kinds and uses are passed over. kInvalidArgument when the text is no key set, or an RSA key is shorter
/// than 2048 bits.
Result<KeySet> parse_key_set(std::string_view json);

struct IdTokenSpec {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  int64_t now_s = 0;
  int64_t leeway_s = 60;  // by which clocks may differ
};

class IdToken {
 public:
  explicit IdToken(std::string claims_json) : claims_(std::move(claims_json)) {}
  /// A claim that is a text; "" when it is absent or none.
  [[nodiscard]] std::string text(const std::string& claim) const;
  /// A claim that is a text or a list of texts; empty when absent.
  [[nodiscard]] std::vector<std::string> texts(const std::string& claim) const;

 private:
  std::string claims_;
};

Result<IdToken> verify_id_token(std::string_view token, const KeySet& keys, const IdTokenSpec& spec);

/// BASE64URL(SHA256(verifier)): the challenge "S256" of RFC 7636.
std::string pkce_challenge(std::string_view verifier);

}  // namespace minglu::access
