// Passwords: hashing, verification, and two profiles of what is a good one.
//
// Method: Argon2id (RFC 9106) through libsodium, in the usual text form "$argon2id$v=19$m=65536,t=2,p=1$salt$hash", so
// that the cost is kept with each hash. Profiles: "dengbao-3" asks for composition and rotation (GB/T 22239-2019
// 8.1.4.1), "asvs" for length and a list of common passwords (OWASP ASVS 5.0, 6.2); they contradict each other, so the
// operator chooses.
//
//   MINGLU_TRY(std::string hash, hash_password(password, salt, costs));
//   verify_password(stored ? *stored : dummy, entered)   // same time for unknown users
//
// Cost: one hashing takes argon2_memory_bytes (64 MiB) and about 0.1 s of a core: the server limits how many run at
// once. Thread-safety: functions without state; PasswordRules is immutable after load.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "access/parameters.hpp"
#include "base/result.hpp"

namespace minglu::access {

struct PasswordCosts {
  int64_t memory_bytes = 0;  // at least 8192
  int64_t passes = 0;        // at least 1
};
PasswordCosts password_costs(const Parameters& parameters) noexcept;

inline constexpr size_t kSaltBytes = 16;
/// `salt` must be random and used once. kInternal when the memory is not there.
Result<std::string> hash_password(std::string_view password, std::span<const uint8_t, kSaltBytes> salt,
                                  const PasswordCosts& costs);
/// False for a wrong password and for a text that is no hash. Takes the time of the hash's own costs.
bool verify_password(const std::string& hash, std::string_view password) noexcept;
/// A hash no password is known for, with the same costs: verified for logins that name no user, so that both answers
/// take the same time. Make it once, at start.
Result<std::string> dummy_password_hash(std::span<const uint8_t, kSaltBytes> salt, const PasswordCosts& costs);
/// Whether a stored hash was made with other costs and should be renewed at the next login.
bool needs_rehash(const std::string& hash, const PasswordCosts& costs) noexcept;

enum class PasswordProfile : uint8_t { kDengbao3, kAsvs };
/// "dengbao-3" or "asvs"; kInvalidArgument otherwise.
Result<PasswordProfile> parse_password_profile(std::string_view name);

class PasswordRules {
 public:
  /// Reads catalog/access/common_passwords.csv.
  static Result<PasswordRules> load(const std::filesystem::path& catalog_directory, PasswordProfile profile,
                                    const Parameters& parameters);
  struct Candidate {
    std::string_view password;
    std::string_view login;
    std::string_view display_name;
  };
  /// kInvalidArgument with a sentence for the user (Chinese) that never repeats the password.
  [[nodiscard]] Status check(const Candidate& candidate) const;
  /// Whether a password set then must be changed now. Never under "asvs".
  [[nodiscard]] bool is_too_old(int64_t set_at_us, int64_t now_us) const noexcept;
  [[nodiscard]] PasswordProfile profile() const noexcept { return profile_; }

 private:
  PasswordProfile profile_ = PasswordProfile::kDengbao3;
  Parameters parameters_;
  std::unordered_set<std::string> common_;  // lower case
};

}  // namespace minglu::access
