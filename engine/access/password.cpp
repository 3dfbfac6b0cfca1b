#include "access/password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>

#include "access/bytes.hpp"
#include "base/utf8.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

constexpr size_t kHashBytes = 32;
constexpr int64_t kBytesPerKib = 1024;
constexpr int64_t kUsPerDay = 86'400 * kUsPerSecond;
// A part of a name shorter than this is in many good passwords by chance.
constexpr size_t kNameCharsMin = 3;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string text_form_head(const PasswordCosts& costs) {
  return "$argon2id$v=19$m=" + std::to_string(costs.memory_bytes / kBytesPerKib) +
         ",t=" + std::to_string(costs.passes) + ",p=1$";
}

/// Lower case, upper case, digit, anything else.
int64_t count_classes(std::string_view password) {
  std::array<bool, 4> seen = {};
  for (const char c : password) {
    const size_t at = c >= 'a' && c <= 'z' ? 0 : c >= 'A' && c <= 'Z' ? 1 : c >= '0' && c <= '9' ? 2 : 3;
    seen[at] = true;
  }
  return std::count(seen.begin(), seen.end(), true);
}

bool contains_name(std::string_view password, std::string_view name) {
  if (base::count_code_points(name) < kNameCharsMin) return password == name;
  return password.find(name) != std::string_view::npos;
}

Error too_short(int64_t length_min) {
  return base::invalid_argument("密码太短，至少 " + std::to_string(length_min) + " 个字符");
}

}  // namespace

PasswordCosts password_costs(const Parameters& parameters) noexcept {
  return {.memory_bytes = parameters.argon2_memory_bytes, .passes = parameters.argon2_passes};
}

Result<std::string> hash_password(std::string_view password, std::span<const uint8_t, kSaltBytes> salt,
                                  const PasswordCosts& costs) {
  if (sodium_init() < 0) return base::internal_error("libsodium cannot be used");
  std::array<uint8_t, kHashBytes> hash = {};
  const int done = crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(), salt.data(),
                                 static_cast<unsigned long long>(costs.passes), static_cast<size_t>(costs.memory_bytes),
                                 crypto_pwhash_ALG_ARGON2ID13);
  if (done != 0) {
    return base::internal_error("a password cannot be hashed with " + std::to_string(costs.memory_bytes) +
                                " bytes and " + std::to_string(costs.passes) +
                                " passes: not enough memory, or too few");
  }
  return text_form_head(costs) + base64(as_text(salt)) + "$" + base64(as_text(hash));
}

bool verify_password(const std::string& hash, std::string_view password) noexcept {
  if (sodium_init() < 0 || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<std::string> dummy_password_hash(std::span<const uint8_t, kSaltBytes> salt, const PasswordCosts& costs) {
  // The password is the salt itself, spelt: random, and forgotten.
  return hash_password(base64(as_text(salt)), salt, costs);
}

bool needs_rehash(const std::string& hash, const PasswordCosts& costs) noexcept {
  return !hash.starts_with(text_form_head(costs));
}

Result<PasswordProfile> parse_password_profile(std::string_view name) {
  if (name == "dengbao-3") return PasswordProfile::kDengbao3;
  if (name == "asvs") return PasswordProfile::kAsvs;
  return base::invalid_argument("password profile \"" + std::string(name) + "\" is not \"dengbao-3\" or \"asvs\"");
}

Result<PasswordRules> PasswordRules::load(const std::filesystem::path& catalog_directory, PasswordProfile profile,
                                          const Parameters& parameters) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog_directory / "access/common_passwords.csv", {"password"}));
  PasswordRules rules;
  rules.profile_ = profile;
  rules.parameters_ = parameters;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::string& password = file.rows[row][0];
    if (password != lower(password)) return codes::catalog_error(file, row, "passwords stand in lower case");
    if (!rules.common_.insert(password).second) {
      return codes::catalog_error(file, row, "password \"" + password + "\" stands twice");
    }
  }
  return rules;
}

Status PasswordRules::check(const Candidate& candidate) const {
  const std::string_view password = candidate.password;
  if (!base::is_valid_utf8(password) || password.find('\0') != std::string_view::npos) {
    return base::invalid_argument("密码含有无效字符");
  }
  const auto length = static_cast<int64_t>(base::count_code_points(password));
  if (length > parameters_.password_length_max) {
    return base::invalid_argument("密码太长，最多 " + std::to_string(parameters_.password_length_max) + " 个字符");
  }
  if (profile_ == PasswordProfile::kDengbao3) {
    if (length < parameters_.dengbao_length_min) return too_short(parameters_.dengbao_length_min);
    if (count_classes(password) < parameters_.dengbao_classes_min) {
      return base::invalid_argument("密码应含大写字母、小写字母、数字、符号中的至少 " +
                                    std::to_string(parameters_.dengbao_classes_min) + " 类");
    }
  } else if (length < parameters_.asvs_length_min) {
    return too_short(parameters_.asvs_length_min);
  }
  const std::string folded = lower(password);
  for (const std::string_view name : {candidate.login, candidate.display_name}) {
    if (!name.empty() && contains_name(folded, lower(name))) {
      return base::invalid_argument("密码不能包含登录名或姓名");
    }
  }
  if (common_.contains(folded)) return base::invalid_argument("这个密码太常见，请换一个");
  return ok_status();
}

bool PasswordRules::is_too_old(int64_t set_at_us, int64_t now_us) const noexcept {
  return profile_ == PasswordProfile::kDengbao3 && now_us - set_at_us >= parameters_.dengbao_days_max * kUsPerDay;
}

}  // namespace minglu::access
