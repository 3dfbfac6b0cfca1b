// Single sign-on (单点登录): people sign on at the issuer of their organisation, and come back known. OpenID Connect,
// authorization code flow with PKCE.
//
//   MINGLU_TRY(auto sign_on, SignOn::create(config));                       // serve --sign-on FILE
//   MINGLU_TRY(SignOnBegun begun, sign_on->begin(now));                     // send the browser to begun.url
//   MINGLU_TRY(SignedOn who, sign_on->finish({browser_word, state, code}, now));   // who.login is what the issuer says
//
// What stands between begin and finish is kept in memory: ten minutes, used once, bound to the browser by a random word
// in its cookie. The issuer's addresses and keys are read when first needed, again after an hour, and keys also when a
// token names one that is not known, at most every half minute. One thread at a time talks to the issuer, others wait a
// second for it, and a failure is remembered for some seconds: an issuer that hangs does not take the server with it.
// Who the person is here is decided by the caller: an account with that login must exist.
//
// Errors: kUnavailable (the issuer does not answer; retry), kUnauthenticated (not begun by this browser, too late, or
// the issuer's word does not hold), kFailedPrecondition (issuer and configuration do not fit). Thread-safety: every
// method from any thread. Method: OpenID Connect Core 1.0 and Discovery 1.0, RFC 6749, RFC 7636, RFC 9700 (state, nonce
// and issuer are compared).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "access/id_token.hpp"
#include "base/result.hpp"

namespace minglu::server {

struct SignOnConfig {
  std::string issuer;  // as the issuer writes itself, without a slash added
  std::string client_id;
  std::string client_secret = {};  // empty: a public client, PKCE alone
  std::string redirect_uri;        // https://HOST/sign-on
  std::string title = {};          // what the login page calls it
  std::string scope = "openid profile";
  std::string login_claim = "preferred_username";
  std::vector<std::string> second_factor = {};  // values of "amr" or "acr" that stand for a second factor
  std::filesystem::path ca_file = {};
};

/// Reads a JSON file; a member "client_secret_file" names a file beside it. kInvalidArgument names what is missing,
/// unknown or no address.
Result<SignOnConfig> load_sign_on_config(const std::filesystem::path& file);

struct SignOnBegun {
  std::string url;           // where the browser goes
  std::string browser_word;  // for its cookie
};

struct SignOnAnswer {
  std::string browser_word;
  std::string state;
  std::string code;
};

struct SignedOn {
  std::string login;
  bool passed_second_factor = false;
};

class SignOn {
 public:
  static Result<std::unique_ptr<SignOn>> create(SignOnConfig config);
  [[nodiscard]] const SignOnConfig& config() const noexcept { return config_; }
  Result<SignOnBegun> begin(int64_t now_us);
  Result<SignedOn> finish(const SignOnAnswer& answer, int64_t now_us);

 private:
  struct Flow {
    std::string browser_hash;
    std::string nonce;
    std::string verifier;
    int64_t begun_us = 0;
  };
  struct Issuer {
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    access::KeySet keys;
    int64_t read_us = 0;
  };
  explicit SignOn(SignOnConfig config) : config_(std::move(config)) {}
  Result<Issuer> issuer(int64_t now_us, bool is_key_missing);
  Result<Issuer> read_issuer(int64_t now_us) const;
  Result<Flow> take_flow(const SignOnAnswer& answer, int64_t now_us);
  Result<std::string> exchange(const Issuer& issuer, const Flow& flow, const std::string& code);
  Result<access::IdToken> judge(const std::string& token, const Flow& flow, Issuer issuer, int64_t now_us);

  SignOnConfig config_;
  std::timed_mutex talking_;           // held while asking the issuer
  std::mutex mutex_;                   // guards what follows
  std::map<std::string, Flow> flows_;  // by state
  std::optional<Issuer> issuer_;
  std::optional<Error> failure_;
  int64_t failed_us_ = 0;
};

}  // namespace minglu::server
