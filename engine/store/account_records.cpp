// One-time tokens, saved filters and exports: read from the database, since they are asked for rarely.
#include <algorithm>
#include <utility>

#include "store/account_rows.hpp"
#include "store/account_state.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr size_t kFilterNameCharsMax = 64;
constexpr size_t kFilterBytesMax = 65'536;
constexpr int64_t kFiltersMax = 200;
constexpr int64_t kExportRowsMax = 1000;
constexpr size_t kWordCharsMax = 64;
constexpr size_t kTextCharsMax = 4000;
constexpr const char* kExportColumns =
    "id, owner_id, list, filters, reason, state, row_count, file, message, created_us, finished_us, expires_us";

Error unknown_ticket() { return base::not_found("链接无效或已过期，请向安全管理员重新申请"); }

Status read_ticket(soci::session& sql, const std::string& token_hash, TicketRow& row) {
  sql << "SELECT token_hash, kind, user_id, expires_us, used_us FROM account_ticket WHERE token_hash = :token_hash",
      soci::use(token_hash, "token_hash"), soci::into(row.token_hash), soci::into(row.kind), soci::into(row.user_id),
      soci::into(row.expires_us), soci::into(row.used_us);
  if (!sql.got_data()) return unknown_ticket();
  return ok_status();
}

Status check_ticket(const TicketRow& row, std::string_view kind, int64_t now_us) {
  if (row.kind != kind || row.used_us != 0 || now_us >= row.expires_us) return unknown_ticket();
  return ok_status();
}

void exchange_export(soci::statement& select, ExportRow& row) {
  for (int64_t* number : {&row.id, &row.owner_id}) select.exchange(soci::into(*number));
  for (std::string* text : {&row.list, &row.filters_json, &row.reason, &row.state}) select.exchange(soci::into(*text));
  select.exchange(soci::into(row.rows));
  for (std::string* text : {&row.file, &row.message}) select.exchange(soci::into(*text));
  for (int64_t* number : {&row.created_us, &row.finished_us, &row.expires_us}) select.exchange(soci::into(*number));
}

void read_exports(soci::session& sql, const std::string& condition, int64_t value, std::vector<ExportRow>& out) {
  ExportRow row;
  soci::statement select(sql);
  exchange_export(select, row);
  if (!condition.empty()) select.exchange(soci::use(value, "value"));
  select.alloc();
  select.prepare(std::string("SELECT ") + kExportColumns + " FROM account_export" + condition);
  select.define_and_bind();
  select.execute();
  while (select.fetch()) out.push_back(row);
}

Status check_export(const ExportRow& row) {
  for (const std::string* word : {&row.list, &row.state})
    MINGLU_CHECK(check_account_text("导出", *word, kWordCharsMax));
  for (const std::string* text : {&row.reason, &row.file, &row.message}) {
    MINGLU_CHECK(check_account_text("导出", *text, kTextCharsMax));
  }
  return ok_status();
}

}  // namespace

Status AccountStore::create_ticket(const TicketRow& ticket) {
  if (ticket.token_hash.empty() || ticket.kind.empty()) return base::invalid_argument("a token has no hash or no kind");
  MINGLU_CHECK(check_account_text("kind", ticket.kind, kWordCharsMax));
  return state_->database->write([&](soci::session& sql) {
    sql << "DELETE FROM account_ticket WHERE kind = :kind AND user_id = :user_id", soci::use(ticket.kind, "kind"),
        soci::use(ticket.user_id, "user_id");
    sql << "INSERT INTO account_ticket (token_hash, kind, user_id, expires_us, used_us) VALUES (:token_hash, :kind, "
           ":user_id, :expires, 0)",
        soci::use(ticket.token_hash, "token_hash"), soci::use(ticket.kind, "kind"),
        soci::use(ticket.user_id, "user_id"), soci::use(ticket.expires_us, "expires");
    return ok_status();
  });
}

Result<TicketRow> AccountStore::find_ticket(const std::string& token_hash, std::string_view kind, int64_t now_us) {
  TicketRow row;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) { return read_ticket(sql, token_hash, row); }));
  MINGLU_CHECK(check_ticket(row, kind, now_us));
  return row;
}

Result<TicketRow> AccountStore::use_ticket(const std::string& token_hash, std::string_view kind, int64_t now_us) {
  TicketRow row;
  // A used token has a time that is not 0, whatever the clock says.
  const int64_t used_us = std::max<int64_t>(now_us, 1);
  MINGLU_CHECK(state_->database->write([&](soci::session& sql) -> Status {
    MINGLU_CHECK(read_ticket(sql, token_hash, row));
    MINGLU_CHECK(check_ticket(row, kind, now_us));
    sql << "UPDATE account_ticket SET used_us = :used WHERE token_hash = :token_hash", soci::use(used_us, "used"),
        soci::use(token_hash, "token_hash");
    return ok_status();
  }));
  row.used_us = used_us;
  return row;
}

Status AccountStore::put_filter(const SavedFilterRow& filter) {
  MINGLU_CHECK(check_account_text("筛选名称", filter.name, kFilterNameCharsMax));
  if (filter.name.empty()) return base::invalid_argument("筛选名称不能为空");
  if (filter.json.size() > kFilterBytesMax) return base::invalid_argument("筛选条件过长");
  MINGLU_TRY(const std::string json, canonical_json(filter.json));
  MINGLU_CHECK(state_->find(filter.owner_id));
  return state_->database->write([&](soci::session& sql) -> Status {
    int64_t others = 0;
    sql << "SELECT COUNT(*) FROM account_filter WHERE owner_id = :owner_id AND name <> :name",
        soci::use(filter.owner_id, "owner_id"), soci::use(filter.name, "name"), soci::into(others);
    if (others >= kFiltersMax) return base::failed_precondition("最多保存 200 个筛选，请先删除不用的");
    sql << "INSERT INTO account_filter (owner_id, name, json, updated_us) VALUES (:owner_id, :name, :json, :updated) "
           "ON CONFLICT (owner_id, name) DO UPDATE SET json = excluded.json, updated_us = excluded.updated_us",
        soci::use(filter.owner_id, "owner_id"), soci::use(filter.name, "name"), soci::use(json, "json"),
        soci::use(filter.updated_us, "updated");
    return ok_status();
  });
}

Result<std::vector<SavedFilterRow>> AccountStore::filters_of(int64_t owner_id) {
  std::vector<SavedFilterRow> rows;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    rows.clear();
    SavedFilterRow row;
    soci::statement select =
        (sql.prepare << "SELECT owner_id, name, json, updated_us FROM account_filter WHERE owner_id = :owner_id",
         soci::use(owner_id, "owner_id"), soci::into(row.owner_id), soci::into(row.name), soci::into(row.json),
         soci::into(row.updated_us));
    select.execute();
    while (select.fetch()) rows.push_back(row);
    return ok_status();
  }));
  // By bytes: the order of text in PostgreSQL depends on its locale.
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return rows;
}

Status AccountStore::delete_filter(int64_t owner_id, const std::string& name) {
  MINGLU_CHECK(check_account_text("筛选名称", name, kFilterNameCharsMax));
  return state_->database->write([&](soci::session& sql) -> Status {
    int64_t found = 0;
    sql << "SELECT COUNT(*) FROM account_filter WHERE owner_id = :owner_id AND name = :name",
        soci::use(owner_id, "owner_id"), soci::use(name, "name"), soci::into(found);
    if (found == 0) return base::not_found("没有名为“" + name + "”的筛选");
    sql << "DELETE FROM account_filter WHERE owner_id = :owner_id AND name = :name", soci::use(owner_id, "owner_id"),
        soci::use(name, "name");
    return ok_status();
  });
}

Result<ExportRow> AccountStore::create_export(const ExportRow& row) {
  MINGLU_CHECK(check_export(row));
  ExportRow made = row;
  MINGLU_TRY(made.filters_json, canonical_json(row.filters_json));
  MINGLU_CHECK(state_->find(row.owner_id));
  MINGLU_CHECK(state_->database->write([&](soci::session& sql) {
    sql << "SELECT COALESCE(MAX(id), 0) + 1 FROM account_export", soci::into(made.id);
    sql << "INSERT INTO account_export (" << kExportColumns
        << ") VALUES (:id, :owner_id, :list, :filters, :reason, :state, :row_count, :file, :message, :created, "
           ":finished, :expires)",
        soci::use(made.id, "id"), soci::use(made.owner_id, "owner_id"), soci::use(made.list, "list"),
        soci::use(made.filters_json, "filters"), soci::use(made.reason, "reason"), soci::use(made.state, "state"),
        soci::use(made.rows, "row_count"), soci::use(made.file, "file"), soci::use(made.message, "message"),
        soci::use(made.created_us, "created"), soci::use(made.finished_us, "finished"),
        soci::use(made.expires_us, "expires");
    return ok_status();
  }));
  return made;
}

Status AccountStore::update_export(const ExportRow& row) {
  MINGLU_CHECK(check_export(row));
  MINGLU_CHECK(find_export(row.id));
  return state_->database->write([&](soci::session& sql) {
    sql << "UPDATE account_export SET state = :state, row_count = :row_count, file = :file, message = :message, "
           "finished_us = :finished, expires_us = :expires WHERE id = :id",
        soci::use(row.state, "state"), soci::use(row.rows, "row_count"), soci::use(row.file, "file"),
        soci::use(row.message, "message"), soci::use(row.finished_us, "finished"), soci::use(row.expires_us, "expires"),
        soci::use(row.id, "id");
    return ok_status();
  });
}

Result<ExportRow> AccountStore::find_export(int64_t id) {
  std::vector<ExportRow> rows;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    rows.clear();
    read_exports(sql, " WHERE id = :value", id, rows);
    return ok_status();
  }));
  if (rows.empty()) return base::not_found("没有编号为 " + std::to_string(id) + " 的导出");
  return rows.front();
}

Result<std::vector<ExportRow>> AccountStore::exports(int64_t owner_id, int64_t rows_max) {
  const int64_t limit = std::clamp<int64_t>(rows_max, 0, kExportRowsMax);
  const std::string order = " ORDER BY id DESC LIMIT " + std::to_string(limit);
  std::vector<ExportRow> rows;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    rows.clear();
    // With no owner every id is above the value.
    read_exports(sql, (owner_id == 0 ? " WHERE id > :value" : " WHERE owner_id = :value") + order, owner_id, rows);
    return ok_status();
  }));
  return rows;
}

}  // namespace minglu::store
