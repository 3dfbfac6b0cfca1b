// Organisations and who belongs to them: read from the database, since only synchronisation asks.
#include "store/account_rows.hpp"
#include "store/account_state.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr size_t kCodeCharsMax = 64;
constexpr size_t kNameCharsMax = 128;

Status check_organisation(const OrganisationRow& organisation) {
  MINGLU_CHECK(check_account_text("机构代码", organisation.code, kCodeCharsMax));
  MINGLU_CHECK(check_account_text("机构名称", organisation.name, kNameCharsMax));
  MINGLU_CHECK(check_account_text("上级机构", organisation.parent, kCodeCharsMax));
  return organisation.code.empty() ? Status(base::invalid_argument("机构代码不能为空")) : ok_status();
}

}  // namespace

void insert_member(soci::session& sql, int64_t user_id, const std::string& organisation) {
  sql << "INSERT INTO account_member (user_id, organisation) VALUES (:user_id, :organisation) ON CONFLICT (user_id) DO "
         "UPDATE SET organisation = excluded.organisation",
      soci::use(user_id, "user_id"), soci::use(organisation, "organisation");
}

Status AccountStore::put_organisation(const OrganisationRow& organisation) {
  MINGLU_CHECK(check_organisation(organisation));
  const std::string regions = list_to_json(organisation.regions);
  const std::string sources = list_to_json(organisation.sources);
  const int64_t is_closed = organisation.is_closed ? 1 : 0;
  return state_->database->write([&](soci::session& sql) -> Status {
    sql << "INSERT INTO account_organisation (code, name, parent, role, regions, sources, is_closed) VALUES (:code, "
           ":name, :parent, :role, :regions, :sources, :is_closed) ON CONFLICT (code) DO UPDATE SET name = "
           "excluded.name, parent = excluded.parent, role = excluded.role, regions = excluded.regions, sources = "
           "excluded.sources, is_closed = excluded.is_closed",
        soci::use(organisation.code, "code"), soci::use(organisation.name, "name"),
        soci::use(organisation.parent, "parent"), soci::use(organisation.role, "role"), soci::use(regions, "regions"),
        soci::use(sources, "sources"), soci::use(is_closed, "is_closed");
    return ok_status();
  });
}

Result<std::vector<OrganisationRow>> AccountStore::organisations() {
  std::vector<OrganisationRow> rows;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) -> Status {
    rows.clear();
    OrganisationRow row;
    std::string regions;
    std::string sources;
    int64_t is_closed = 0;
    soci::statement select =
        (sql.prepare << "SELECT code, name, parent, role, regions, sources, is_closed FROM account_organisation ORDER "
                        "BY code",
         soci::into(row.code), soci::into(row.name), soci::into(row.parent), soci::into(row.role), soci::into(regions),
         soci::into(sources), soci::into(is_closed));
    select.execute();
    while (select.fetch()) {
      MINGLU_CHECK(list_from_json(regions, row.regions));
      MINGLU_CHECK(list_from_json(sources, row.sources));
      row.is_closed = is_closed != 0;
      rows.push_back(row);
    }
    return ok_status();
  }));
  return rows;
}

Status AccountStore::put_member(int64_t user_id, const std::string& organisation) {
  MINGLU_CHECK(check_account_text("机构代码", organisation, kCodeCharsMax));
  MINGLU_CHECK(state_->find(user_id));
  return state_->database->write([&](soci::session& sql) -> Status {
    insert_member(sql, user_id, organisation);
    return ok_status();
  });
}

Result<std::map<int64_t, std::string>> AccountStore::members() {
  std::map<int64_t, std::string> members;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    members.clear();
    int64_t user_id = 0;
    std::string organisation;
    soci::statement select = (sql.prepare << "SELECT user_id, organisation FROM account_member", soci::into(user_id),
                              soci::into(organisation));
    select.execute();
    while (select.fetch()) members[user_id] = organisation;
    return ok_status();
  }));
  return members;
}

}  // namespace minglu::store
