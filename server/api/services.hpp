// What the handlers of the API work with: the register, accounts, audit and policy, opened once.
//
//   MINGLU_TRY(auto services, Services::open({.home = {.directory = home}}));
//   std::optional<std::string> link = services->setup_link();      // the first start: print it once
//
// Files beside the ledger: accounts.db, audit.db, seal.key (readable by the owner alone). Errors: those of their
// stores; kFailedPrecondition when an operation has no row in the policy. Thread-safety: every member from any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

#include "access/api_key.hpp"
#include "access/lockout.hpp"
#include "access/parameters.hpp"
#include "access/password.hpp"
#include "access/policy.hpp"
#include "base/result.hpp"
#include "flows/activity_board.hpp"
#include "flows/register_service.hpp"
#include "server/sign_on/sign_on.hpp"
#include "store/account_store.hpp"
#include "store/audit_store.hpp"

namespace minglu::server {

struct ServicesSpec {
  flows::HomeSpec home;
  std::optional<int> whole_resolve_minute;  // flows::ServiceSpec
  std::string password_profile = "dengbao-3";
  bool second_factor_required = true;  // false: operations that ask for it are open without (trial installations)
  bool secure_cookies = false;         // behind TLS: the cookie is Secure and bound to this host
  std::filesystem::path sign_on;       // file that says who else signs people on; empty: nobody
};

struct Services {
  static Result<std::unique_ptr<Services>> open(const ServicesSpec& spec);
  /// Ends the jobs first: they use what else is here.
  ~Services();

  std::unique_ptr<flows::RegisterService> reg;
  std::unique_ptr<flows::ActivityBoard> activity;
  std::unique_ptr<store::AccountStore> accounts;
  std::unique_ptr<store::AuditStore> audit;
  access::Policy policy;
  access::Parameters parameters;
  access::PasswordRules password_rules;
  std::string dummy_hash;
  access::QuotaTable quotas;
  access::UnknownLogins unknown_logins;
  std::unique_ptr<SignOn> sign_on;         // null: not configured
  std::counting_semaphore<64> hashing{2};  // Argon2 takes 64 MiB and a core each: so many at once
  bool secure_cookies = false;
  bool second_factor_required = true;
  int64_t started_us = 0;
  std::filesystem::path exports;  // finished export files
  std::filesystem::path uploads;

  [[nodiscard]] std::string_view cookie_name() const noexcept {
    return secure_cookies ? "__Host-minglu_session" : "minglu_session";
  }
  /// Of the browser that has begun a sign-on.
  [[nodiscard]] std::string_view sign_on_cookie_name() const noexcept {
    return secure_cookies ? "__Host-minglu_sign_on" : "minglu_sign_on";
  }
  /// access::verify_password and hash_password, a few at a time.
  bool verify_password(const std::string& hash, std::string_view password);
  Result<std::string> hash_password(std::string_view password);
  /// A fresh one-time path ("/setup?token=…") while there is no user; empty otherwise.
  Result<std::optional<std::string>> setup_link();
  /// A fresh one-time path ("/reset?token=…") to set that user's pass phrase.
  Result<std::string> reset_link(int64_t user);
};

/// Microseconds since 1970 UTC.
int64_t now_us();
/// "2026-01-31T08:15:02.123456Z"
std::string utc_text(int64_t us);
/// Cryptographically random bytes.
void fill_random(uint8_t* bytes, size_t count);
std::string random_token();

}  // namespace minglu::server
