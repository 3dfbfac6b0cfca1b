#include "server/api/services.hpp"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <array>

#include "access/session.hpp"
#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "codes/catalog_file.hpp"
#include "store/directories.hpp"
#include "store/ledger_hash.hpp"

namespace minglu::server {
namespace {

// Made at the first start. Whoever can read it can read the secrets of second factors, so nobody else may.
Result<std::string> load_seal_key(const std::filesystem::path& file) {
  if (std::filesystem::exists(file)) return base::read_file(file);
  std::string key(store::kSealKeyBytes, '\0');
  fill_random(reinterpret_cast<uint8_t*>(key.data()), key.size());
  const mode_t before = ::umask(0077);
  const Status written = base::write_file_durably(file, key);
  ::umask(before);
  if (!written.ok()) return written.error();
  return key;
}

Result<std::string> make_ticket(store::AccountStore& accounts, const std::string& kind, int64_t user, int64_t life_us) {
  const std::string token = random_token();
  MINGLU_CHECK(accounts.create_ticket({.token_hash = access::session_token_hash(token),
                                       .kind = kind,
                                       .user_id = user,
                                       .expires_us = now_us() + life_us}));
  return "/" + kind + "?token=" + token;
}

}  // namespace

int64_t now_us() { return base::system_now_us(); }

std::string utc_text(int64_t us) { return us <= 0 ? std::string() : store::format_utc_us(us); }

void fill_random(uint8_t* bytes, size_t count) {
  const int done = RAND_bytes(bytes, static_cast<int>(count));
  MINGLU_ASSERT(done == 1);
}

std::string random_token() {
  std::array<uint8_t, access::kTokenBytes> random{};
  fill_random(random.data(), random.size());
  return access::make_session_token(random);
}

Services::~Services() {
  if (reg) reg->stop();
}

Result<std::unique_ptr<Services>> Services::open(const ServicesSpec& spec) {
  auto services = std::make_unique<Services>();
  const std::filesystem::path catalog =
      spec.home.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(spec.home.catalog);
  MINGLU_TRY(services->policy, access::Policy::load(catalog));
  MINGLU_TRY(services->parameters, access::Parameters::load(catalog));
  MINGLU_TRY(const access::PasswordProfile profile, access::parse_password_profile(spec.password_profile));
  MINGLU_TRY(services->password_rules, access::PasswordRules::load(catalog, profile, services->parameters));
  if (!spec.sign_on.empty()) {
    MINGLU_TRY(SignOnConfig config, load_sign_on_config(spec.sign_on));
    MINGLU_TRY(services->sign_on, SignOn::create(std::move(config)));
  }
  MINGLU_TRY(services->reg, flows::RegisterService::start({spec.home, spec.whole_resolve_minute}));
  services->activity = std::make_unique<flows::ActivityBoard>(services->reg->home());
  const std::filesystem::path& home = spec.home.directory;
  MINGLU_TRY(const std::string seal_key, load_seal_key(home / "seal.key"));
  const bool shared = spec.home.ledger_url.starts_with("postgresql:");
  const auto url = [&](const char* file) { return shared ? spec.home.ledger_url : "sqlite:" + (home / file).string(); };
  MINGLU_TRY(services->accounts,
             store::AccountStore::open({.database = {.url = url("accounts.db")}, .seal_key = seal_key}));
  MINGLU_TRY(services->audit, store::AuditStore::open({.url = url("audit.db")}));
  std::array<uint8_t, access::kSaltBytes> salt{};
  fill_random(salt.data(), salt.size());
  MINGLU_TRY(services->dummy_hash, access::dummy_password_hash(salt, access::password_costs(services->parameters)));
  services->exports = home / "exports";
  services->uploads = home / "uploads";
  MINGLU_CHECK(store::create_directories_durably(services->exports));
  MINGLU_CHECK(store::create_directories_durably(services->uploads));
  services->secure_cookies = spec.secure_cookies;
  services->second_factor_required = spec.second_factor_required;
  services->started_us = now_us();
  return services;
}

bool Services::verify_password(const std::string& hash, std::string_view password) {
  hashing.acquire();
  const bool is_right = access::verify_password(hash, password);
  hashing.release();
  return is_right;
}

Result<std::string> Services::hash_password(std::string_view password) {
  std::array<uint8_t, access::kSaltBytes> salt{};
  fill_random(salt.data(), salt.size());
  hashing.acquire();
  Result<std::string> hash = access::hash_password(password, salt, access::password_costs(parameters));
  hashing.release();
  return hash;
}

Result<std::optional<std::string>> Services::setup_link() {
  if (!accounts->users().empty()) return std::optional<std::string>();
  MINGLU_TRY(std::string link, make_ticket(*accounts, "setup", 0, parameters.ticket_us));
  return std::optional<std::string>(std::move(link));
}

Result<std::string> Services::reset_link(int64_t user) {
  return make_ticket(*accounts, "reset", user, parameters.ticket_us);
}

}  // namespace minglu::server
