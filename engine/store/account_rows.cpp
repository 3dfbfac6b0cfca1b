#include "store/account_rows.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace minglu::store {

std::string list_to_json(const std::vector<std::string>& texts) { return nlohmann::json(texts).dump(); }

Status list_from_json(const std::string& json, std::vector<std::string>& out) {
  const nlohmann::json parsed = nlohmann::json::parse(json, nullptr, false);
  const auto is_text = [](const nlohmann::json& value) { return value.is_string(); };
  if (!parsed.is_array() || !std::all_of(parsed.begin(), parsed.end(), is_text)) {
    return base::data_loss("accounts: a list reads \"" + json + "\"; restore the database from a backup");
  }
  out = parsed.get<std::vector<std::string>>();
  return ok_status();
}

namespace {

struct Lists {
  std::string roles;
  std::string regions;
  std::string specialties;
  std::string sources;
};

struct Flags {
  int64_t may_unmask = 0;
  int64_t is_disabled = 0;
  int64_t must_change = 0;
};

Status complete(Account& account, const Lists& lists, const Flags& flags) {
  UserRow& row = account.row;
  MINGLU_CHECK(list_from_json(lists.roles, row.roles));
  MINGLU_CHECK(list_from_json(lists.regions, row.regions));
  MINGLU_CHECK(list_from_json(lists.specialties, row.specialties));
  MINGLU_CHECK(list_from_json(lists.sources, row.sources));
  row.may_unmask = flags.may_unmask != 0;
  row.is_disabled = flags.is_disabled != 0;
  row.must_change_password = flags.must_change != 0;
  row.has_password = !account.password_hash.empty();
  row.has_totp = !account.totp_sealed.empty();
  return ok_status();
}

}  // namespace

void put_user(soci::session& sql, const Account& account) {
  const UserRow& row = account.row;
  const Lists lists = {list_to_json(row.roles), list_to_json(row.regions), list_to_json(row.specialties),
                       list_to_json(row.sources)};
  const Flags flags = {row.may_unmask, row.is_disabled, row.must_change_password};
  sql << "INSERT INTO account_user (id, login, display_name, roles, regions, specialties, sources, may_unmask, "
         "is_disabled, must_change_password, password_hash, password_set_us, totp_sealed, totp_last_step, failures, "
         "locked_until_us, last_login_us, created_us, version) VALUES (:id, :login, :display_name, :roles, :regions, "
         ":specialties, :sources, :may_unmask, :is_disabled, :must_change, :password_hash, :password_set, "
         ":totp_sealed, "
         ":totp_step, :failures, :locked_until, :last_login, :created, :version) ON CONFLICT (id) DO UPDATE SET "
         "display_name = excluded.display_name, roles = excluded.roles, regions = excluded.regions, specialties = "
         "excluded.specialties, sources = excluded.sources, may_unmask = excluded.may_unmask, is_disabled = "
         "excluded.is_disabled, must_change_password = excluded.must_change_password, password_hash = "
         "excluded.password_hash, password_set_us = excluded.password_set_us, totp_sealed = excluded.totp_sealed, "
         "totp_last_step = excluded.totp_last_step, failures = excluded.failures, locked_until_us = "
         "excluded.locked_until_us, last_login_us = excluded.last_login_us, version = excluded.version",
      soci::use(row.id, "id"), soci::use(row.login, "login"), soci::use(row.display_name, "display_name"),
      soci::use(lists.roles, "roles"), soci::use(lists.regions, "regions"), soci::use(lists.specialties, "specialties"),
      soci::use(lists.sources, "sources"), soci::use(flags.may_unmask, "may_unmask"),
      soci::use(flags.is_disabled, "is_disabled"), soci::use(flags.must_change, "must_change"),
      soci::use(account.password_hash, "password_hash"), soci::use(row.password_set_us, "password_set"),
      soci::use(account.totp_sealed, "totp_sealed"), soci::use(account.totp_last_step, "totp_step"),
      soci::use(row.failures, "failures"), soci::use(row.locked_until_us, "locked_until"),
      soci::use(row.last_login_us, "last_login"), soci::use(row.created_us, "created"),
      soci::use(row.version, "version");
}

Status read_users(soci::session& sql, std::vector<Account>& out) {
  Account account;
  UserRow& row = account.row;
  Lists lists;
  Flags flags;
  soci::statement select =
      (sql.prepare << "SELECT id, login, display_name, roles, regions, specialties, sources, may_unmask, is_disabled, "
                      "must_change_password, password_hash, password_set_us, totp_sealed, totp_last_step, failures, "
                      "locked_until_us, last_login_us, created_us, version FROM account_user ORDER BY id",
       soci::into(row.id), soci::into(row.login), soci::into(row.display_name), soci::into(lists.roles),
       soci::into(lists.regions), soci::into(lists.specialties), soci::into(lists.sources),
       soci::into(flags.may_unmask), soci::into(flags.is_disabled), soci::into(flags.must_change),
       soci::into(account.password_hash), soci::into(row.password_set_us), soci::into(account.totp_sealed),
       soci::into(account.totp_last_step), soci::into(row.failures), soci::into(row.locked_until_us),
       soci::into(row.last_login_us), soci::into(row.created_us), soci::into(row.version));
  select.execute();
  while (select.fetch()) {
    MINGLU_CHECK(complete(account, lists, flags));
    out.push_back(account);
  }
  return ok_status();
}

void insert_session(soci::session& sql, const SessionRow& row) {
  const int64_t second_factor = row.passed_second_factor;
  sql << "INSERT INTO account_session (token_hash, user_id, created_us, last_seen_us, second_factor, remote, "
         "user_agent) VALUES (:token_hash, :user_id, :created, :seen, :second_factor, :remote, :user_agent)",
      soci::use(row.token_hash, "token_hash"), soci::use(row.user_id, "user_id"), soci::use(row.created_us, "created"),
      soci::use(row.last_seen_us, "seen"), soci::use(second_factor, "second_factor"), soci::use(row.remote, "remote"),
      soci::use(row.user_agent, "user_agent");
}

void read_sessions(soci::session& sql, std::vector<SessionRow>& out) {
  SessionRow row;
  int64_t second_factor = 0;
  soci::statement select =
      (sql.prepare << "SELECT token_hash, user_id, created_us, last_seen_us, second_factor, remote, user_agent "
                      "FROM account_session",
       soci::into(row.token_hash), soci::into(row.user_id), soci::into(row.created_us), soci::into(row.last_seen_us),
       soci::into(second_factor), soci::into(row.remote), soci::into(row.user_agent));
  select.execute();
  while (select.fetch()) {
    row.passed_second_factor = second_factor != 0;
    out.push_back(row);
  }
}

void put_key(soci::session& sql, const ApiKeyRow& row) {
  sql << "INSERT INTO account_key (id, owner_id, name, purpose, secret_hash, created_us, expires_us, revoked_us, "
         "quota_requests, quota_window_us) VALUES (:id, :owner_id, :name, :purpose, :secret_hash, :created, :expires, "
         ":revoked, :requests, :quota_window) ON CONFLICT (id) DO UPDATE SET revoked_us = excluded.revoked_us",
      soci::use(row.id, "id"), soci::use(row.owner_id, "owner_id"), soci::use(row.name, "name"),
      soci::use(row.purpose, "purpose"), soci::use(row.secret_hash, "secret_hash"),
      soci::use(row.created_us, "created"), soci::use(row.expires_us, "expires"), soci::use(row.revoked_us, "revoked"),
      soci::use(row.quota_requests, "requests"), soci::use(row.quota_window_us, "quota_window");
}

void read_keys(soci::session& sql, std::vector<ApiKeyRow>& out) {
  ApiKeyRow row;
  soci::statement select =
      (sql.prepare << "SELECT id, owner_id, name, purpose, secret_hash, created_us, expires_us, "
                      "revoked_us, quota_requests, quota_window_us FROM account_key",
       soci::into(row.id), soci::into(row.owner_id), soci::into(row.name), soci::into(row.purpose),
       soci::into(row.secret_hash), soci::into(row.created_us), soci::into(row.expires_us), soci::into(row.revoked_us),
       soci::into(row.quota_requests), soci::into(row.quota_window_us));
  select.execute();
  while (select.fetch()) out.push_back(row);
}

}  // namespace minglu::store
