// Sessions of people and keys of programs.
#include <algorithm>
#include <utility>

#include "store/account_rows.hpp"
#include "store/account_state.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr int64_t kSeenStoredEveryUs = 60'000'000;
constexpr size_t kUserAgentBytesMax = 256;
constexpr size_t kRemoteCharsMax = 64;
constexpr size_t kNameCharsMax = 64;
constexpr size_t kPurposeCharsMax = 500;

/// What a browser says about itself is kept for people, so anything unusual in it may be lost.
std::string plain_user_agent(const std::string& text) {
  std::string plain = text.substr(0, kUserAgentBytesMax);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c < 0x20 || c > 0x7E; }, '?');
  return plain;
}

}  // namespace

Status AccountStore::create_session(const SessionRow& session) {
  if (session.token_hash.empty()) return base::invalid_argument("the hash of a session's token is empty");
  SessionRow row = session;
  row.user_agent = plain_user_agent(session.user_agent);
  row.last_seen_us = std::max(session.last_seen_us, session.created_us);
  MINGLU_CHECK(check_account_text("remote", row.remote, kRemoteCharsMax));
  MINGLU_TRY(const auto lock, state_->begin_change());
  MINGLU_TRY(const Account account, state_->find(row.user_id));
  if (account.row.is_disabled) return base::failed_precondition("用户“" + account.row.login + "”已停用");
  const auto write = [&](soci::session& sql) {
    insert_session(sql, row);
    return ok_status();
  };
  return state_->change(write, [&] { state_->sessions[row.token_hash] = {row, row.last_seen_us}; });
}

std::optional<SignedIn> AccountStore::find_session(const std::string& token_hash) const {
  const std::shared_lock lock(state_->memory_mutex);
  const auto found = state_->sessions.find(token_hash);
  if (found == state_->sessions.end()) return std::nullopt;
  const auto user = state_->users.find(found->second.row.user_id);
  if (user == state_->users.end() || user->second.row.is_disabled) return std::nullopt;
  return SignedIn{found->second.row, user->second.row};
}

Status AccountStore::touch_session(const std::string& token_hash, int64_t now_us) {
  {
    const std::unique_lock lock(state_->memory_mutex);
    const auto found = state_->sessions.find(token_hash);
    if (found == state_->sessions.end()) return ok_status();
    HeldSession& held = found->second;
    held.row.last_seen_us = std::max(held.row.last_seen_us, now_us);
    if (held.row.last_seen_us - held.stored_seen_us < kSeenStoredEveryUs) return ok_status();
    held.stored_seen_us = held.row.last_seen_us;  // other requests of this session need not write as well
  }
  MINGLU_TRY(const auto lock, state_->begin_change());
  const auto write = [&](soci::session& sql) {
    sql << "UPDATE account_session SET last_seen_us = :seen WHERE token_hash = :token_hash AND last_seen_us < :now",
        soci::use(now_us, "seen"), soci::use(token_hash, "token_hash"), soci::use(now_us, "now");
    return ok_status();
  };
  return state_->change(write, [] {});
}

Status AccountStore::mark_second_factor(const std::string& token_hash) {
  MINGLU_TRY(const auto lock, state_->begin_change());
  const auto write = [&](soci::session& sql) {
    sql << "UPDATE account_session SET second_factor = 1 WHERE token_hash = :token_hash",
        soci::use(token_hash, "token_hash");
    return ok_status();
  };
  return state_->change(write, [&] {
    const auto found = state_->sessions.find(token_hash);
    if (found != state_->sessions.end()) found->second.row.passed_second_factor = true;
  });
}

Status AccountStore::end_session(const std::string& token_hash) {
  MINGLU_TRY(const auto lock, state_->begin_change());
  const auto write = [&](soci::session& sql) {
    sql << "DELETE FROM account_session WHERE token_hash = :token_hash", soci::use(token_hash, "token_hash");
    return ok_status();
  };
  return state_->change(write, [&] { state_->sessions.erase(token_hash); });
}

Status AccountStore::end_sessions_of(int64_t user_id, const std::string& keep) {
  MINGLU_TRY(const auto lock, state_->begin_change());
  const auto write = [&](soci::session& sql) {
    sql << "DELETE FROM account_session WHERE user_id = :user_id AND token_hash <> :keep",
        soci::use(user_id, "user_id"), soci::use(keep, "keep");
    return ok_status();
  };
  return state_->change(write, [&] { state_->forget_sessions(user_id, keep); });
}

Result<int64_t> AccountStore::end_old_sessions(int64_t last_seen_before_us, int64_t created_before_us) {
  MINGLU_TRY(const auto lock, state_->begin_change());
  std::vector<std::string> old;
  {
    // The memory knows better than the database when a session was last seen.
    const std::shared_lock reading(state_->memory_mutex);
    for (const auto& [hash, held] : state_->sessions) {
      const SessionRow& row = held.row;
      if (row.last_seen_us < last_seen_before_us || row.created_us < created_before_us) old.push_back(hash);
    }
  }
  if (old.empty()) return int64_t{0};
  const auto write = [&](soci::session& sql) {
    std::string hash;
    soci::statement remove =
        (sql.prepare << "DELETE FROM account_session WHERE token_hash = :token_hash", soci::use(hash, "token_hash"));
    for (const std::string& one : old) {
      hash = one;
      remove.execute(true);
    }
    return ok_status();
  };
  MINGLU_CHECK(state_->change(write, [&] {
    for (const std::string& hash : old) state_->sessions.erase(hash);
  }));
  return static_cast<int64_t>(old.size());
}

std::vector<SessionRow> AccountStore::sessions_of(int64_t user_id) const {
  std::vector<SessionRow> rows;
  {
    const std::shared_lock lock(state_->memory_mutex);
    for (const auto& [hash, held] : state_->sessions) {
      if (held.row.user_id == user_id) rows.push_back(held.row);
    }
  }
  std::sort(rows.begin(), rows.end(), [](const SessionRow& a, const SessionRow& b) {
    return std::tie(a.created_us, a.token_hash) < std::tie(b.created_us, b.token_hash);
  });
  return rows;
}

Result<ApiKeyRow> AccountStore::create_api_key(const ApiKeyRow& key) {
  MINGLU_CHECK(check_account_text("密钥名称", key.name, kNameCharsMax));
  MINGLU_CHECK(check_account_text("用途", key.purpose, kPurposeCharsMax));
  if (key.id.empty() || key.secret_hash.empty()) return base::invalid_argument("a key has no id or no hash");
  if (key.name.empty()) return base::invalid_argument("密钥名称不能为空");
  if (key.quota_requests < 1 || key.quota_window_us < 1) return base::invalid_argument("密钥的调用限额必须大于 0");
  MINGLU_TRY(const auto lock, state_->begin_change());
  MINGLU_CHECK(state_->find(key.owner_id));
  if (find_api_key(key.id)) return base::conflict("密钥编号“" + key.id + "”已存在");
  const auto write = [&](soci::session& sql) {
    put_key(sql, key);
    return ok_status();
  };
  MINGLU_CHECK(state_->change(write, [&] { state_->keys[key.id] = key; }));
  return key;
}

Result<ApiKeyRow> AccountStore::revoke_api_key(const std::string& id, int64_t now_us) {
  MINGLU_TRY(const auto lock, state_->begin_change());
  std::optional<ApiKeyRow> key = find_api_key(id);
  if (!key) return base::not_found("没有编号为“" + id + "”的密钥");
  if (key->revoked_us != 0) return *key;
  key->revoked_us = now_us;
  const auto write = [&](soci::session& sql) {
    put_key(sql, *key);
    return ok_status();
  };
  MINGLU_CHECK(state_->change(write, [&] { state_->keys[id] = *key; }));
  return *key;
}

std::optional<ApiKeyRow> AccountStore::find_api_key(const std::string& id) const {
  const std::shared_lock lock(state_->memory_mutex);
  const auto found = state_->keys.find(id);
  if (found == state_->keys.end()) return std::nullopt;
  return found->second;
}

std::vector<ApiKeyRow> AccountStore::api_keys(int64_t owner_id) const {
  std::vector<ApiKeyRow> rows;
  {
    const std::shared_lock lock(state_->memory_mutex);
    for (const auto& [id, key] : state_->keys) {
      if (owner_id == 0 || key.owner_id == owner_id) rows.push_back(key);
    }
  }
  std::sort(rows.begin(), rows.end(), [](const ApiKeyRow& a, const ApiKeyRow& b) {
    return std::tie(a.created_us, a.id) < std::tie(b.created_us, b.id);
  });
  return rows;
}

}  // namespace minglu::store
