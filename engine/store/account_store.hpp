// Accounts of people and programs: users, sessions, keys, one-time tokens, saved filters, drawn areas, exports.
//
//   MINGLU_TRY(auto accounts, AccountStore::open({.database = {.url = "sqlite:" + (home / "accounts.db").string()},
//                                                 .seal_key = key_file_bytes}));
//   MINGLU_TRY(UserRow user, accounts->create_user({.login = "wang", .roles = {"district"}, .regions = {"440303"}}));
//   MINGLU_TRY(user, accounts->set_password(user.id, {.hash = hash, .at_us = now}));
//   MINGLU_CHECK(accounts->create_session({.token_hash = hash, .user_id = user.id, .created_us = now}));
//   std::optional<SignedIn> who = accounts->find_session(hash);   // from memory: each request may ask
//
// Kept here, judged elsewhere: roles, regions and hashes are texts to this store; engine/access says what they mean.
// Durability: what returned ok is on the disk. The one exception is stated at touch_session.
// Memory: users, sessions and keys are held in memory and written through, so look-ups do not touch the database. One
// AccountStore belongs to one database at a time; the lock of the home sees to it.
// Where: give it a database file of its own. A resolve holds the ledger's SQLite file for minutes, and logins would
// wait for it. On PostgreSQL it may share the ledger's database: it takes a lock of its own. Secrets: only hashes of
// passwords, tokens and keys; the secret of the second factor is sealed with AES-256-GCM under `seal_key`, bound to its
// user. Errors: kNotFound (no such user, key, export), kConflict (login taken, or somebody changed the user since
// `version`), kInvalidArgument (malformed; in words for users), kUnavailable, kDataLoss. Messages that reach users are
// Chinese. Thread-safety: every method from any thread. Times: microseconds since 1970 UTC, given by the caller.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/ledger.hpp"

namespace minglu::store {

inline constexpr size_t kSealKeyBytes = 32;

struct AccountSpec {
  LedgerSpec database;   // url and waiting time
  std::string seal_key;  // kSealKeyBytes bytes of the key file; empty: no second factor can be set or read
};

/// What is said about a user; holds no secret.
struct UserRow {
  int64_t id = 0;
  std::string login;  // lower case
  std::string display_name;
  std::vector<std::string> roles;
  std::vector<std::string> regions;
  std::vector<std::string> specialties;
  std::vector<std::string> sources;  // sources a department delivers; empty for others
  bool may_unmask = false;
  bool is_disabled = false;
  bool must_change_password = true;
  bool has_password = false;
  bool has_totp = false;
  int64_t password_set_us = 0;
  int64_t failures = 0;
  int64_t locked_until_us = 0;
  int64_t created_us = 0;
  int64_t last_login_us = 0;
  int64_t version = 1;  // +1 at each update_user: for If-Match
  bool operator==(const UserRow&) const = default;
};

/// The part of a user that administrators write.
struct UserSpec {
  std::string login;  // 2 to 64 characters, no blanks or control characters; A-Z is folded to a-z; never changes
  std::string display_name = {};
  std::vector<std::string> roles = {};
  std::vector<std::string> regions = {};
  std::vector<std::string> specialties = {};
  std::vector<std::string> sources = {};
  bool may_unmask = false;
  bool is_disabled = false;
  int64_t created_us = 0;  // of create_user
};

struct PasswordSpec {
  std::string hash;
  int64_t at_us = 0;
  bool must_change = false;       // set by somebody else
  std::string keep_session = {};  // token hash of the one session that stays; the others end
};

/// What changes with each attempt to log in; see access/lockout.hpp and access/totp.hpp.
struct LoginState {
  int64_t failures = 0;
  int64_t locked_until_us = 0;
  int64_t totp_last_step = 0;
  int64_t last_login_us = 0;
  bool operator==(const LoginState&) const = default;
};

struct SessionRow {
  std::string token_hash;  // 64 hex digits
  int64_t user_id = 0;
  int64_t created_us = 0;
  int64_t last_seen_us = 0;
  bool passed_second_factor = false;
  std::string remote = {};
  std::string user_agent = {};  // cut at 256 bytes
};

/// A session with its user as of now: a role taken away is gone at the next request.
struct SignedIn {
  SessionRow session;
  UserRow user;
};

/// A program's key. It acts as its owner, with the owner's roles, scope and sources as of now.
struct ApiKeyRow {
  std::string id;  // 16 hex digits
  int64_t owner_id = 0;
  std::string name;
  std::string purpose = {};  // what the data is used for; shown to auditors
  std::string secret_hash;
  int64_t created_us = 0;
  int64_t expires_us = 0;  // 0: never
  int64_t revoked_us = 0;  // 0: valid
  int64_t quota_requests = 0;
  int64_t quota_window_us = 0;
};

/// A one-time token: to set up the first administrator ("setup"), or to set a new password ("reset").
struct TicketRow {
  std::string token_hash;
  std::string kind;
  int64_t user_id = 0;  // 0 for "setup"
  int64_t expires_us = 0;
  int64_t used_us = 0;
};

struct SavedFilterRow {
  int64_t owner_id = 0;
  std::string name;  // 1 to 64 characters; unique per owner
  std::string json;  // canonical
  int64_t updated_us = 0;
};

/// An organisation (机构) of the platform that people come from: what its people may do here.
struct OrganisationRow {
  std::string code;
  std::string name;
  std::string parent;  // code; empty: at the top
  std::string role;
  std::vector<std::string> regions = {};
  std::vector<std::string> sources = {};
  bool is_closed = false;
  bool operator==(const OrganisationRow&) const = default;
};

/// An area that somebody drew on the map.
struct DrawnAreaRow {
  int64_t owner_id = 0;
  std::string id;        // of its geometry: the same area has the same id
  std::string name;      // 1 to 64 characters
  std::string geometry;  // GeoJSON, checked by the caller
  int64_t created_us = 0;
};

struct ExportRow {
  int64_t id = 0;  // set by the store
  int64_t owner_id = 0;
  std::string list;  // what is exported, e.g. "units"
  std::string filters_json = "{}";
  std::string reason = {};
  std::string state = "queued";  // queued, running, done, failed, expired: the caller's words
  int64_t rows = 0;
  std::string file = {};
  std::string message = {};
  int64_t created_us = 0;
  int64_t finished_us = 0;
  int64_t expires_us = 0;
};

/// What a program was answered to a request that it may send again under the same key: so that it takes effect once.
struct KeptAnswer {
  std::string owner;        // who asked: "user:7", "key:0123456789abcdef"
  std::string key;          // the caller's word for the request
  std::string fingerprint;  // of method, path, query and body
  int64_t begun_us = 0;
  int64_t status = 0;       // HTTP; 0: begun, not answered (yet, or the process ended before)
  std::string answer = {};  // sealed in the database: it may hold a one-time link or a key
};

class AccountStore {
 public:
  /// kInvalidArgument when seal_key has another length than 0 or kSealKeyBytes.
  static Result<std::unique_ptr<AccountStore>> open(const AccountSpec& spec);
  ~AccountStore();
  AccountStore(const AccountStore&) = delete;
  AccountStore& operator=(const AccountStore&) = delete;

  // Users.
  /// `organisation`: that it belongs to, kept in the same commit; empty: none.
  Result<UserRow> create_user(const UserSpec& spec, const std::string& organisation = {});
  /// What create_user would refuse a spec for, but a login that is taken. kInvalidArgument.
  static Status check_user(const UserSpec& spec);
  /// Replaces what UserSpec holds, but the login. kConflict when the stored version is another. Disabling ends
  /// sessions.
  Result<UserRow> update_user(int64_t id, int64_t version, const UserSpec& spec);
  [[nodiscard]] Result<UserRow> find_user(int64_t id) const;
  /// By login in any case; null when unknown.
  [[nodiscard]] std::optional<UserRow> find_login(std::string_view login) const;
  /// Ascending by login.
  [[nodiscard]] std::vector<UserRow> users() const;

  // Credentials.
  /// Null when none is set.
  [[nodiscard]] Result<std::optional<std::string>> password_hash(int64_t id) const;
  /// Also forgets failures and the lock, and ends the user's sessions but keep_session.
  Result<UserRow> set_password(int64_t id, const PasswordSpec& spec);
  /// Takes the password away and ends all sessions: until a reset token is used, nobody logs in.
  Result<UserRow> clear_password(int64_t id);
  /// Null: takes it away. Sets the last step used to 0. kFailedPrecondition without seal_key.
  Result<UserRow> set_totp(int64_t id, const std::optional<std::string>& secret);
  /// Null when none is set. kFailedPrecondition when seal_key is missing or another one.
  [[nodiscard]] Result<std::optional<std::string>> totp_secret(int64_t id) const;
  [[nodiscard]] Result<LoginState> login_state(int64_t id) const;
  /// Reads, calls `change`, writes, with no other change between; returns what was written. `change` must not call
  /// back.
  Result<LoginState> change_login_state(int64_t id, const std::function<LoginState(const LoginState&)>& change);

  // Sessions.
  Status create_session(const SessionRow& session);
  /// Null when there is none, or its user is disabled. The caller judges the times (access/session.hpp).
  [[nodiscard]] std::optional<SignedIn> find_session(const std::string& token_hash) const;
  /// Notes that it was used. Written to the database at most once a minute for each session: after a crash a session
  /// may seem idle up to a minute longer than it was. No error when it has ended meanwhile.
  Status touch_session(const std::string& token_hash, int64_t now_us);
  Status mark_second_factor(const std::string& token_hash);
  /// No error when there is none.
  Status end_session(const std::string& token_hash);
  /// Every session of a user but `keep`.
  Status end_sessions_of(int64_t user_id, const std::string& keep = {});
  /// Removes sessions last seen before, or created before. Returns how many.
  Result<int64_t> end_old_sessions(int64_t last_seen_before_us, int64_t created_before_us);
  [[nodiscard]] std::vector<SessionRow> sessions_of(int64_t user_id) const;

  // Keys of programs.
  Result<ApiKeyRow> create_api_key(const ApiKeyRow& key);
  Result<ApiKeyRow> revoke_api_key(const std::string& id, int64_t now_us);
  /// Null when unknown. A key that is revoked, expired, or whose owner is disabled is returned: the caller says why
  /// not.
  [[nodiscard]] std::optional<ApiKeyRow> find_api_key(const std::string& id) const;
  /// Ascending by (created_us, id); of one owner, or 0: all.
  [[nodiscard]] std::vector<ApiKeyRow> api_keys(int64_t owner_id = 0) const;

  // One-time tokens. A new one of the same kind and user replaces the one before.
  Status create_ticket(const TicketRow& ticket);
  /// Looks without using. kNotFound when there is none, it is used, or it has expired: one answer for all three.
  Result<TicketRow> find_ticket(const std::string& token_hash, std::string_view kind, int64_t now_us);
  /// Marks it used; only one caller succeeds. Errors as find_ticket.
  Result<TicketRow> use_ticket(const std::string& token_hash, std::string_view kind, int64_t now_us);

  // Saved filters, ascending by name.
  Status put_filter(const SavedFilterRow& filter);
  Result<std::vector<SavedFilterRow>> filters_of(int64_t owner_id);
  /// kNotFound when there is none of that name.
  Status delete_filter(int64_t owner_id, const std::string& name);

  // Drawn areas, ascending by (created_us, id); at most kDrawnAreasMax each. account_areas.cpp.
  static constexpr int64_t kDrawnAreasMax = 100;
  /// An area of the same id gets the new name.
  Status put_area(const DrawnAreaRow& area);
  Result<std::vector<DrawnAreaRow>> areas_of(int64_t owner_id);
  /// kNotFound when this owner has none of that id.
  Result<DrawnAreaRow> find_area(int64_t owner_id, const std::string& id);
  Status delete_area(int64_t owner_id, const std::string& id);

  // Organisations, ascending by code, and whose account belongs to one (account_organisations.cpp). An account that
  // does is kept by synchronisation, others by hand.
  Status put_organisation(const OrganisationRow& organisation);
  Result<std::vector<OrganisationRow>> organisations();
  Status put_member(int64_t user_id, const std::string& organisation);
  Result<std::map<int64_t, std::string>> members();

  // Exports.
  Result<ExportRow> create_export(const ExportRow& row);
  /// Replaces state, rows, file, message, finished_us and expires_us.
  Status update_export(const ExportRow& row);
  Result<ExportRow> find_export(int64_t id);
  /// Newest first, at most `rows_max`; of one owner, or 0: all.
  Result<std::vector<ExportRow>> exports(int64_t owner_id, int64_t rows_max = 200);

  // Answers by key of idempotency.
  /// Null: the key was free and is taken now, durably. Else what stands under it. Forgets what was begun before
  /// `forget_before_us`, of everybody. kFailedPrecondition without seal_key, as keep_answer.
  Result<std::optional<KeptAnswer>> begin_answer(const KeptAnswer& fresh, int64_t forget_before_us);
  /// Keeps status and answer of what was begun.
  Status keep_answer(const KeptAnswer& answer);
  /// Nothing took effect: the key is free again. No error when there is none.
  Status forget_answer(const KeptAnswer& answer);

 private:
  struct State;
  explicit AccountStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace minglu::store
