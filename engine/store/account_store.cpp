// Users and their credentials. Sessions and keys: account_sessions.cpp; tokens, filters, exports: account_records.cpp.
#include "store/account_store.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"
#include "store/account_rows.hpp"
#include "store/account_seal.hpp"
#include "store/account_state.hpp"

namespace minglu::store {
namespace {

constexpr size_t kLoginCharsMin = 2;
constexpr size_t kLoginCharsMax = 64;
constexpr size_t kNameCharsMax = 128;
constexpr size_t kListEntriesMax = 256;

std::string fold_login(std::string_view login) {
  std::string folded(login);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

Status check_login(const std::string& login) {
  MINGLU_CHECK(check_account_text("登录名", login, kLoginCharsMax));
  const std::u32string characters = base::decode_utf8(login);
  const auto is_blank = [](char32_t c) { return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x3000; };
  if (std::any_of(characters.begin(), characters.end(), is_blank)) {
    return base::invalid_argument("登录名“" + login + "”不能含空格或控制字符");
  }
  if (characters.size() >= kLoginCharsMin) return ok_status();
  return base::invalid_argument("登录名“" + login + "”应为 2 到 64 个字符");
}

Status check_list(const char* what, const std::vector<std::string>& list) {
  if (list.size() > kListEntriesMax) return base::invalid_argument(std::string(what) + "最多 256 项");
  for (const std::string& text : list) MINGLU_CHECK(check_account_text(what, text, kNameCharsMax));
  return ok_status();
}

Status apply(const UserSpec& spec, UserRow& row) {
  MINGLU_CHECK(check_account_text("姓名", spec.display_name, kNameCharsMax));
  MINGLU_CHECK(check_list("角色", spec.roles));
  MINGLU_CHECK(check_list("区域", spec.regions));
  MINGLU_CHECK(check_list("专业", spec.specialties));
  MINGLU_CHECK(check_list("数据来源", spec.sources));
  row.display_name = spec.display_name;
  row.roles = spec.roles;
  row.regions = spec.regions;
  row.specialties = spec.specialties;
  row.sources = spec.sources;
  row.may_unmask = spec.may_unmask;
  row.is_disabled = spec.is_disabled;
  return ok_status();
}

std::string totp_context(int64_t id) { return "totp:" + std::to_string(id); }

LoginState login_state_of(const Account& account) {
  return {.failures = account.row.failures,
          .locked_until_us = account.row.locked_until_us,
          .totp_last_step = account.totp_last_step,
          .last_login_us = account.row.last_login_us};
}

}  // namespace

Status check_account_text(const char* what, const std::string& text, size_t characters_max) {
  if (!base::is_valid_utf8(text) || text.find('\0') != std::string::npos) {
    return base::invalid_argument(std::string(what) + "含有无效字符");
  }
  if (base::count_code_points(text) <= characters_max) return ok_status();
  return base::invalid_argument(std::string(what) + "最多 " + std::to_string(characters_max) + " 个字符");
}

Status AccountStore::State::load() {
  std::vector<Account> read_accounts;
  std::vector<SessionRow> read_session_rows;
  std::vector<ApiKeyRow> read_key_rows;
  MINGLU_CHECK(database->read([&](soci::session& sql) -> Status {
    read_accounts.clear();
    read_session_rows.clear();
    read_key_rows.clear();
    MINGLU_CHECK(read_users(sql, read_accounts));
    read_sessions(sql, read_session_rows);
    read_keys(sql, read_key_rows);
    return ok_status();
  }));
  const std::unique_lock lock(memory_mutex);
  users.clear();
  by_login.clear();
  sessions.clear();
  keys.clear();
  for (Account& account : read_accounts) {
    by_login[account.row.login] = account.row.id;
    users[account.row.id] = std::move(account);
  }
  for (SessionRow& row : read_session_rows) sessions[row.token_hash] = {row, row.last_seen_us};
  for (ApiKeyRow& row : read_key_rows) keys[row.id] = std::move(row);
  return ok_status();
}

Result<std::unique_lock<std::mutex>> AccountStore::State::begin_change() {
  std::unique_lock lock(change_mutex);
  if (memory_is_behind) {
    MINGLU_CHECK(load());
    memory_is_behind = false;
  }
  return lock;
}

Status AccountStore::State::change(const std::function<Status(soci::session&)>& write,
                                   const std::function<void()>& remember) {
  Status status = database->write(write);
  if (!status.ok()) {
    memory_is_behind = true;
    return status;
  }
  const std::unique_lock lock(memory_mutex);
  remember();
  return status;
}

void AccountStore::State::forget_sessions(int64_t user_id, const std::string& keep) {
  std::erase_if(sessions,
                [&](const auto& entry) { return entry.second.row.user_id == user_id && entry.first != keep; });
}

Result<Account> AccountStore::State::find(int64_t id) const {
  const std::shared_lock lock(memory_mutex);
  const auto found = users.find(id);
  if (found == users.end()) return base::not_found("没有编号为 " + std::to_string(id) + " 的用户");
  return found->second;
}

Result<Account> AccountStore::State::change_account(const AccountChange& what,
                                                    const std::function<Status(Account&)>& edit) {
  MINGLU_TRY(const auto lock, begin_change());
  MINGLU_TRY(Account account, find(what.id));
  MINGLU_CHECK(edit(account));
  account.row.has_password = !account.password_hash.empty();
  account.row.has_totp = !account.totp_sealed.empty();
  const auto write = [&](soci::session& sql) {
    put_user(sql, account);
    if (what.ends_sessions) {
      sql << "DELETE FROM account_session WHERE user_id = :user_id AND token_hash <> :keep",
          soci::use(what.id, "user_id"), soci::use(what.keep_session, "keep");
    }
    return ok_status();
  };
  MINGLU_CHECK(change(write, [&] {
    users[what.id] = account;
    if (what.ends_sessions) forget_sessions(what.id, what.keep_session);
  }));
  return account;
}

AccountStore::AccountStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
AccountStore::~AccountStore() = default;

Result<std::unique_ptr<AccountStore>> AccountStore::open(const AccountSpec& spec) {
  if (!spec.seal_key.empty() && spec.seal_key.size() != kSealKeyBytes) {
    return base::invalid_argument("the key for sealing secrets has " + std::to_string(spec.seal_key.size()) +
                                  " bytes, it must have " + std::to_string(kSealKeyBytes));
  }
  auto state = std::make_unique<State>();
  state->seal_key = spec.seal_key;
  MINGLU_TRY(state->database, AccountDatabase::open(spec.database, AccountLock::kAccounts));
  MINGLU_CHECK(state->load());
  return std::unique_ptr<AccountStore>(new AccountStore(std::move(state)));
}

Status AccountStore::check_user(const UserSpec& spec) {
  MINGLU_CHECK(check_login(spec.login));
  UserRow row;
  return apply(spec, row);
}

Result<UserRow> AccountStore::create_user(const UserSpec& spec, const std::string& organisation) {
  MINGLU_CHECK(check_login(spec.login));
  Account account;
  account.row.login = fold_login(spec.login);
  account.row.created_us = spec.created_us;
  MINGLU_CHECK(apply(spec, account.row));
  MINGLU_TRY(const auto lock, state_->begin_change());
  if (find_login(account.row.login)) return base::conflict("登录名“" + account.row.login + "”已被使用");
  const auto write = [&](soci::session& sql) {
    sql << "SELECT COALESCE(MAX(id), 0) + 1 FROM account_user", soci::into(account.row.id);
    put_user(sql, account);
    if (!organisation.empty()) insert_member(sql, account.row.id, organisation);
    return ok_status();
  };
  MINGLU_CHECK(state_->change(write, [&] {
    state_->by_login[account.row.login] = account.row.id;
    state_->users[account.row.id] = account;
  }));
  return account.row;
}

Result<UserRow> AccountStore::update_user(int64_t id, int64_t version, const UserSpec& spec) {
  MINGLU_TRY(const Account account,
             state_->change_account({.id = id, .ends_sessions = spec.is_disabled}, [&](Account& edited) -> Status {
               if (edited.row.version != version) {
                 return base::conflict("用户“" + edited.row.login + "”已被他人修改，请刷新后重试");
               }
               MINGLU_CHECK(apply(spec, edited.row));
               ++edited.row.version;
               return ok_status();
             }));
  return account.row;
}

Result<UserRow> AccountStore::find_user(int64_t id) const {
  MINGLU_TRY(const Account account, state_->find(id));
  return account.row;
}

std::optional<UserRow> AccountStore::find_login(std::string_view login) const {
  const std::shared_lock lock(state_->memory_mutex);
  const auto found = state_->by_login.find(fold_login(login));
  if (found == state_->by_login.end()) return std::nullopt;
  return state_->users.at(found->second).row;
}

std::vector<UserRow> AccountStore::users() const {
  const std::shared_lock lock(state_->memory_mutex);
  std::vector<UserRow> rows;
  for (const auto& [login, id] : state_->by_login) rows.push_back(state_->users.at(id).row);
  return rows;
}

Result<std::optional<std::string>> AccountStore::password_hash(int64_t id) const {
  MINGLU_TRY(const Account account, state_->find(id));
  if (account.password_hash.empty()) return std::optional<std::string>();
  return std::optional<std::string>(account.password_hash);
}

Result<UserRow> AccountStore::set_password(int64_t id, const PasswordSpec& spec) {
  if (spec.hash.empty()) return base::invalid_argument("the hash of a password is empty");
  MINGLU_TRY(const Account account,
             state_->change_account({.id = id, .ends_sessions = true, .keep_session = spec.keep_session},
                                    [&](Account& edited) {
                                      edited.password_hash = spec.hash;
                                      edited.row.password_set_us = spec.at_us;
                                      edited.row.must_change_password = spec.must_change;
                                      edited.row.failures = 0;
                                      edited.row.locked_until_us = 0;
                                      return ok_status();
                                    }));
  return account.row;
}

Result<UserRow> AccountStore::clear_password(int64_t id) {
  MINGLU_TRY(const Account account, state_->change_account({.id = id, .ends_sessions = true}, [](Account& edited) {
    edited.password_hash.clear();
    edited.row.must_change_password = true;
    return ok_status();
  }));
  return account.row;
}

Result<UserRow> AccountStore::set_totp(int64_t id, const std::optional<std::string>& secret) {
  std::string sealed;
  if (secret) {
    if (secret->empty()) return base::invalid_argument("the secret of a second factor is empty");
    if (state_->seal_key.empty()) return base::failed_precondition("未配置密钥文件，不能启用第二因素");
    MINGLU_TRY(sealed, seal({.key = state_->seal_key, .context = totp_context(id)}, *secret));
  }
  MINGLU_TRY(const Account account, state_->change_account({.id = id}, [&](Account& edited) {
    edited.totp_sealed = sealed;
    edited.totp_last_step = 0;
    return ok_status();
  }));
  return account.row;
}

Result<std::optional<std::string>> AccountStore::totp_secret(int64_t id) const {
  MINGLU_TRY(const Account account, state_->find(id));
  if (account.totp_sealed.empty()) return std::optional<std::string>();
  if (state_->seal_key.empty()) return base::failed_precondition("未配置密钥文件，不能校验第二因素");
  std::optional<std::string> secret =
      unseal({.key = state_->seal_key, .context = totp_context(id)}, account.totp_sealed);
  if (!secret) {
    return base::failed_precondition("密钥文件打不开用户“" + account.row.login +
                                     "”的第二因素：密钥不对，或数据被改动；由安全管理员重置");
  }
  return secret;
}

Result<LoginState> AccountStore::login_state(int64_t id) const {
  MINGLU_TRY(const Account account, state_->find(id));
  return login_state_of(account);
}

Result<LoginState> AccountStore::change_login_state(int64_t id,
                                                    const std::function<LoginState(const LoginState&)>& change) {
  MINGLU_TRY(const Account account, state_->change_account({.id = id}, [&](Account& edited) {
    const LoginState state = change(login_state_of(edited));
    edited.row.failures = state.failures;
    edited.row.locked_until_us = state.locked_until_us;
    edited.row.last_login_us = state.last_login_us;
    edited.totp_last_step = state.totp_last_step;
    return ok_status();
  }));
  return login_state_of(account);
}

}  // namespace minglu::store
