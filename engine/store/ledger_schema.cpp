#include "store/ledger_schema.hpp"

#include <array>
#include <charconv>
#include <string>

namespace minglu::store {
namespace {

// Types that mean the same on both databases: BIGINT for integers, TEXT for the rest (times as ISO text, money as fen).
constexpr std::array<std::string_view, 9> kVersion1 = {
    "CREATE TABLE ledger_head (id BIGINT PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL, "
    "created_at TEXT NOT NULL)",
    "CREATE TABLE commit_log (seq BIGINT PRIMARY KEY CHECK (seq > 0), kind TEXT NOT NULL, created_at TEXT NOT NULL, "
    "payload TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL UNIQUE)",
    "CREATE INDEX commit_log_created_at ON commit_log (created_at, seq)",
    "CREATE TABLE id_lease (seq BIGINT NOT NULL REFERENCES commit_log (seq), kind TEXT NOT NULL, "
    "first_id BIGINT NOT NULL CHECK (first_id > 0), id_count BIGINT NOT NULL CHECK (id_count > 0), "
    "PRIMARY KEY (seq, kind), UNIQUE (kind, first_id))",
    "CREATE TABLE batch (seq BIGINT NOT NULL REFERENCES commit_log (seq), ordinal BIGINT NOT NULL, source TEXT NOT "
    "NULL, "
    "source_date TEXT NOT NULL, digest TEXT NOT NULL, file_name TEXT NOT NULL, bytes BIGINT NOT NULL, "
    "rows_in BIGINT NOT NULL, accepted BIGINT NOT NULL, rejected BIGINT NOT NULL, duplicate BIGINT NOT NULL, "
    "superseded BIGINT NOT NULL, PRIMARY KEY (seq, ordinal), "
    "CHECK (rows_in = accepted + rejected + duplicate + superseded))",
    "CREATE UNIQUE INDEX batch_once ON batch (source, digest, source_date)",
    "CREATE TABLE decision (seq BIGINT NOT NULL REFERENCES commit_log (seq), ordinal BIGINT NOT NULL, kind TEXT NOT "
    "NULL, "
    "subject TEXT NOT NULL, actor TEXT NOT NULL, payload TEXT NOT NULL, PRIMARY KEY (seq, ordinal))",
    "CREATE INDEX decision_subject ON decision (subject, seq)",
    "INSERT INTO ledger_head (id, seq, hash, created_at) VALUES "
    "(1, 0, '0000000000000000000000000000000000000000000000000000000000000000', '')",
};

// Accounts and the audit trail (account_store.hpp, audit_store.hpp). Lists are JSON arrays, flags 0 or 1, times
// microseconds since 1970 UTC with 0 for "never".
constexpr std::array<std::string_view, 14> kVersion2 = {
    "CREATE TABLE account_user (id BIGINT PRIMARY KEY CHECK (id > 0), login TEXT NOT NULL UNIQUE, display_name TEXT "
    "NOT "
    "NULL, roles TEXT NOT NULL, regions TEXT NOT NULL, specialties TEXT NOT NULL, sources TEXT NOT NULL, may_unmask "
    "BIGINT NOT NULL, is_disabled BIGINT NOT NULL, must_change_password BIGINT NOT NULL, password_hash TEXT NOT NULL, "
    "password_set_us BIGINT NOT NULL, totp_sealed TEXT NOT NULL, totp_last_step BIGINT NOT NULL, failures BIGINT NOT "
    "NULL, locked_until_us BIGINT NOT NULL, last_login_us BIGINT NOT NULL, created_us BIGINT NOT NULL, version BIGINT "
    "NOT NULL)",
    "CREATE TABLE account_session (token_hash TEXT PRIMARY KEY, user_id BIGINT NOT NULL REFERENCES account_user (id), "
    "created_us BIGINT NOT NULL, last_seen_us BIGINT NOT NULL, second_factor BIGINT NOT NULL, remote TEXT NOT NULL, "
    "user_agent TEXT NOT NULL)",
    "CREATE TABLE account_key (id TEXT PRIMARY KEY, owner_id BIGINT NOT NULL REFERENCES account_user (id), name TEXT "
    "NOT "
    "NULL, purpose TEXT NOT NULL, secret_hash TEXT NOT NULL, created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, "
    "revoked_us BIGINT NOT NULL, quota_requests BIGINT NOT NULL, quota_window_us BIGINT NOT NULL)",
    "CREATE TABLE account_ticket (token_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id BIGINT NOT NULL, expires_us "
    "BIGINT NOT NULL, used_us BIGINT NOT NULL)",
    "CREATE TABLE account_filter (owner_id BIGINT NOT NULL REFERENCES account_user (id), name TEXT NOT NULL, json TEXT "
    "NOT NULL, updated_us BIGINT NOT NULL, PRIMARY KEY (owner_id, name))",
    "CREATE TABLE account_export (id BIGINT PRIMARY KEY CHECK (id > 0), owner_id BIGINT NOT NULL REFERENCES "
    "account_user "
    "(id), list TEXT NOT NULL, filters TEXT NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL, row_count BIGINT NOT "
    "NULL, file TEXT NOT NULL, message TEXT NOT NULL, created_us BIGINT NOT NULL, finished_us BIGINT NOT NULL, "
    "expires_us "
    "BIGINT NOT NULL)",
    "CREATE INDEX account_export_owner ON account_export (owner_id, id)",
    "CREATE TABLE audit_head (id BIGINT PRIMARY KEY CHECK (id = 1), seq BIGINT NOT NULL, hash TEXT NOT NULL, at_us "
    "BIGINT NOT NULL)",
    "CREATE TABLE audit_log (seq BIGINT PRIMARY KEY CHECK (seq > 0), at_us BIGINT NOT NULL, actor_id BIGINT NOT NULL, "
    "actor TEXT NOT NULL, role TEXT NOT NULL, remote TEXT NOT NULL, operation TEXT NOT NULL, object TEXT NOT NULL, "
    "outcome TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL)",
    "CREATE INDEX audit_log_at ON audit_log (at_us, seq)",
    "CREATE INDEX audit_log_actor ON audit_log (actor_id, seq)",
    "CREATE INDEX audit_log_operation ON audit_log (operation, seq)",
    "CREATE INDEX audit_log_object ON audit_log (object, seq)",
    "INSERT INTO audit_head (id, seq, hash, at_us) VALUES "
    "(1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0)",
};

// Areas that people draw on the map. The geometry is GeoJSON as geo::to_geojson writes it.
constexpr std::array<std::string_view, 1> kVersion3 = {
    "CREATE TABLE account_area (owner_id BIGINT NOT NULL REFERENCES account_user (id), id TEXT NOT NULL, name TEXT NOT "
    "NULL, geometry TEXT NOT NULL, created_us BIGINT NOT NULL, PRIMARY KEY (owner_id, id))",
};

// Answers kept for keys of idempotency (account_store.hpp).
constexpr std::array<std::string_view, 2> kVersion4 = {
    "CREATE TABLE account_answer (owner TEXT NOT NULL, idempotency_key TEXT NOT NULL, fingerprint TEXT NOT NULL, "
    "begun_us BIGINT NOT NULL, status BIGINT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (owner, idempotency_key))",
    "CREATE INDEX account_answer_begun ON account_answer (begun_us)",
};

// Organisations that accounts belong to (account_store.hpp). Lists are JSON.
constexpr std::array<std::string_view, 2> kVersion5 = {
    "CREATE TABLE account_organisation (code TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT NOT NULL, role TEXT NOT "
    "NULL, regions TEXT NOT NULL, sources TEXT NOT NULL, is_closed BIGINT NOT NULL)",
    "CREATE TABLE account_member (user_id BIGINT PRIMARY KEY REFERENCES account_user (id), organisation TEXT NOT NULL)",
};

constexpr std::array<LedgerMigration, 5> kMigrations = {
    {{1, kVersion1}, {2, kVersion2}, {3, kVersion3}, {4, kVersion4}, {5, kVersion5}}};

Status migrate_in_transaction(LedgerSession& session) {
  soci::session& sql = session.sql();
  sql << "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)";
  std::string stored;
  sql << "SELECT value FROM meta WHERE key = 'schema_version'", soci::into(stored);
  int64_t version = 0;
  if (sql.got_data()) {
    const auto parsed = std::from_chars(stored.data(), stored.data() + stored.size(), version);
    if (parsed.ec != std::errc() || parsed.ptr != stored.data() + stored.size()) {
      return base::data_loss("the ledger's schema version reads \"" + stored + "\"; restore it from a backup");
    }
  }
  const int64_t newest = kMigrations.back().version;
  if (version > newest) {
    return base::failed_precondition("the ledger has schema version " + std::to_string(version) +
                                     ", this program knows up to " + std::to_string(newest) +
                                     ": use the program that wrote it, or a newer one");
  }
  if (version == newest) return ok_status();
  for (const LedgerMigration& migration : kMigrations) {
    if (migration.version <= version) continue;
    for (const std::string_view statement : migration.statements) sql << std::string(statement);
  }
  const std::string value = std::to_string(newest);
  sql << "DELETE FROM meta WHERE key = 'schema_version'";
  sql << "INSERT INTO meta (key, value) VALUES ('schema_version', :value)", soci::use(value);
  return ok_status();
}

}  // namespace

std::span<const LedgerMigration> ledger_migrations() { return kMigrations; }

Status migrate_ledger(LedgerSession& session) {
  MINGLU_CHECK(session.begin_write());
  Status status = session.run([&] { return migrate_in_transaction(session); });
  if (!status.ok()) {
    session.rollback();
    return status;
  }
  return session.commit();
}

}  // namespace minglu::store
