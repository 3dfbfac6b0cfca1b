#include "access/id_token.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "access/bytes.hpp"
#include "base/assert.hpp"

namespace minglu::access {
namespace {

using Json = nlohmann::json;

constexpr size_t kTokenBytesMax = 16 * 1024;
constexpr size_t kRsaBytesMin = 256;
constexpr size_t kEcBytes = 32;
constexpr std::string_view kRsa = "RSA";
constexpr std::string_view kEc = "EC";

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

Error refused(const std::string& why) { return {ErrorCode::kUnauthenticated, "ID token refused: " + why}; }

const uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

// RFC 4648 section 5 without padding; strict, so that one token has one spelling.
std::optional<std::string> base64url_decode(std::string_view text) {
  std::string out;
  uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<uint32_t>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      digit = static_cast<uint32_t>(c - '0') + 52;
    else if (c == '-' || c == '_')
      digit = c == '-' ? 62 : 63;
    else
      return std::nullopt;
    pending = (pending << 6U | digit) & 0xFFFFU;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(pending >> static_cast<unsigned>(bits) & 0xFFU));
  }
  const bool is_whole = bits < 6 && (pending & ((1U << static_cast<unsigned>(bits)) - 1)) == 0;
  return is_whole ? std::optional(std::move(out)) : std::nullopt;
}

std::string text_member(const Json& json, const char* name) {
  const auto it = json.find(name);
  return it != json.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::optional<std::string> bytes_member(const Json& json, const char* name) {
  return base64url_decode(text_member(json, name));
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Key make_key(const char* kind, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Key(key);
}

Key open_key(const SigningKey& key) {
  const Builder builder(OSSL_PARAM_BLD_new());
  if (key.kind == kRsa) {
    const Number modulus = number_of(key.modulus);
    const Number exponent = number_of(key.exponent);
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return make_key("RSA", builder.get());
  }
  const std::string point = "\x04" + key.x + key.y;  // not compressed
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  return make_key("EC", builder.get());
}

// A signature of ES256 is two numbers of 32 bytes; OpenSSL wants them in DER.
std::optional<std::string> der_of(std::string_view signature) {
  if (signature.size() != 2 * kEcBytes) return std::nullopt;
  const Signature made(ECDSA_SIG_new());
  ECDSA_SIG_set0(made.get(), number_of(signature.substr(0, kEcBytes)).release(),
                 number_of(signature.substr(kEcBytes)).release());
  uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(made.get(), &der);
  if (size <= 0) return std::nullopt;
  std::string out(reinterpret_cast<const char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

bool is_signed_by(const SigningKey& signing, std::string_view message, std::string_view signature) {
  std::string der;
  if (signing.kind == kEc) {
    std::optional<std::string> made = der_of(signature);
    if (!made) return false;
    der = std::move(*made);
    signature = der;
  }
  const Key key = open_key(signing);
  const DigestContext context(EVP_MD_CTX_new());
  return key && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

Result<SigningKey> key_of(const Json& header, const KeySet& keys) {
  const std::string algorithm = text_member(header, "alg");
  if (algorithm != "RS256" && algorithm != "ES256")
    return refused("it is signed with \"" + algorithm + "\"; allowed: RS256, ES256");
  const std::string_view kind = algorithm == "RS256" ? kRsa : kEc;
  const std::string id = text_member(header, "kid");
  std::vector<const SigningKey*> fitting;
  for (const SigningKey& key : keys) {
    if (key.kind == kind && (id.empty() || key.id == id)) fitting.push_back(&key);
  }
  if (fitting.size() == 1) return *fitting.front();
  if (fitting.empty() && !id.empty()) return base::not_found("the issuer has no key \"" + id + "\" for " + algorithm);
  return refused("it does not say by which of the issuer's keys it is signed");
}

std::vector<std::string> texts_of(const Json& claims, const std::string& name) {
  const auto it = claims.find(name);
  if (it == claims.end()) return {};
  if (it->is_string()) return {it->get<std::string>()};
  std::vector<std::string> texts;
  if (!it->is_array()) return texts;
  for (const Json& item : *it) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

std::optional<int64_t> seconds_of(const Json& claims, const char* name) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_number()) return std::nullopt;
  const auto seconds = it->get<double>();
  return seconds >= 0 && seconds < 1e12 ? std::optional(static_cast<int64_t>(seconds)) : std::nullopt;
}

Status check_claims(const Json& claims, const IdTokenSpec& spec) {
  if (text_member(claims, "iss") != spec.issuer)
    return refused("its issuer is \"" + text_member(claims, "iss") + "\", not \"" + spec.issuer + "\"");
  const std::vector<std::string> audience = texts_of(claims, "aud");
  if (std::find(audience.begin(), audience.end(), spec.client_id) == audience.end())
    return refused("it is not meant for \"" + spec.client_id + "\"");
  const std::string party = text_member(claims, "azp");
  if ((audience.size() > 1 || !party.empty()) && party != spec.client_id)
    return refused("it was issued to \"" + party + "\"");
  const std::optional<int64_t> expires = seconds_of(claims, "exp");
  if (!expires || *expires + spec.leeway_s <= spec.now_s) return refused("it has expired");
  const std::optional<int64_t> issued = seconds_of(claims, "iat");
  if (!issued || *issued > spec.now_s + spec.leeway_s)
    return refused("it was issued in the future; compare the clocks");
  const std::optional<int64_t> not_before = seconds_of(claims, "nbf");
  if (not_before && *not_before > spec.now_s + spec.leeway_s) return refused("it is not valid yet");
  if (spec.nonce.empty() || !equal_in_constant_time(text_member(claims, "nonce"), spec.nonce))
    return refused("its nonce is not that of this sign-on");
  return ok_status();
}

Result<std::optional<SigningKey>> signing_key(const Json& json) {
  const std::string use = text_member(json, "use");
  SigningKey key{text_member(json, "kid"), text_member(json, "kty"), {}, {}, {}, {}};
  if (!use.empty() && use != "sig") return std::optional<SigningKey>();
  if (key.kind == kRsa) {
    key.modulus = bytes_member(json, "n").value_or("");
    key.exponent = bytes_member(json, "e").value_or("");
    while (key.modulus.starts_with('\0')) key.modulus.erase(0, 1);
    if (key.modulus.size() < kRsaBytesMin || key.exponent.empty())
      return base::invalid_argument("key \"" + key.id + "\" of the issuer is shorter than 2048 bits");
    return std::optional(std::move(key));
  }
  if (key.kind != kEc || text_member(json, "crv") != "P-256") return std::optional<SigningKey>();
  key.x = bytes_member(json, "x").value_or("");
  key.y = bytes_member(json, "y").value_or("");
  if (key.x.size() != kEcBytes || key.y.size() != kEcBytes)
    return base::invalid_argument("key \"" + key.id + "\" of the issuer is no point of P-256");
  return std::optional(std::move(key));
}

}  // namespace

Result<KeySet> parse_key_set(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("keys") || !json["keys"].is_array())
    return base::invalid_argument("the issuer's key set is no JSON object with a list \"keys\"");
  KeySet keys;
  for (const Json& item : json["keys"]) {
    if (!item.is_object()) continue;
    MINGLU_TRY(std::optional<SigningKey> key, signing_key(item));
    if (key) keys.push_back(std::move(*key));
  }
  return keys;
}

std::string IdToken::text(const std::string& claim) const { return text_member(Json::parse(claims_), claim.c_str()); }

std::vector<std::string> IdToken::texts(const std::string& claim) const {
  return texts_of(Json::parse(claims_), claim);
}

Result<IdToken> verify_id_token(std::string_view token, const KeySet& keys, const IdTokenSpec& spec) {
  if (token.size() > kTokenBytesMax) return refused("it is longer than 16 KiB");
  const size_t first = token.find('.');
  const size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return refused("it is no signed token of three parts");
  const auto header_text = base64url_decode(token.substr(0, first));
  const auto claims_text = base64url_decode(token.substr(first + 1, second - first - 1));
  const auto signature = base64url_decode(token.substr(second + 1));
  if (!header_text || !claims_text || !signature) return refused("a part of it is not base64url");
  const Json header = Json::parse(*header_text, nullptr, false);
  const Json claims = Json::parse(*claims_text, nullptr, false);
  if (!header.is_object() || !claims.is_object()) return refused("a part of it is no JSON object");
  if (header.contains("crit")) return refused("it demands an extension that is not known here");
  MINGLU_TRY(const SigningKey key, key_of(header, keys));
  if (!is_signed_by(key, token.substr(0, second), *signature)) return refused("its signature is wrong");
  MINGLU_CHECK(check_claims(claims, spec));
  return IdToken(*claims_text);
}

std::string pkce_challenge(std::string_view verifier) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const int done = EVP_Digest(verifier.data(), verifier.size(), digest.data(), &size, EVP_sha256(), nullptr);
  MINGLU_ASSERT(done == 1);
  return base64url(as_text(std::span(digest).first(size)));
}

}  // namespace minglu::access
