// Areas that people draw on the map: read from the database, since they are asked for rarely.
#include <algorithm>

#include "store/account_state.hpp"
#include "store/account_store.hpp"

namespace minglu::store {
namespace {

constexpr size_t kNameCharsMax = 64;
constexpr size_t kIdCharsMax = 40;
constexpr size_t kGeometryBytesMax = 256 * 1024;

Error unknown_area() { return base::not_found("没有这个区域；可能已被删除"); }

Status check_area(const DrawnAreaRow& area) {
  MINGLU_CHECK(check_account_text("区域名称", area.name, kNameCharsMax));
  MINGLU_CHECK(check_account_text("区域编号", area.id, kIdCharsMax));
  if (area.name.empty()) return base::invalid_argument("区域名称不能为空");
  if (area.geometry.size() > kGeometryBytesMax) return base::invalid_argument("区域的边界过于复杂；请简化");
  return ok_status();
}

}  // namespace

Status AccountStore::put_area(const DrawnAreaRow& area) {
  MINGLU_CHECK(check_area(area));
  MINGLU_CHECK(state_->find(area.owner_id));
  return state_->database->write([&](soci::session& sql) -> Status {
    int64_t others = 0;
    sql << "SELECT COUNT(*) FROM account_area WHERE owner_id = :owner_id AND id <> :id",
        soci::use(area.owner_id, "owner_id"), soci::use(area.id, "id"), soci::into(others);
    if (others >= kDrawnAreasMax) {
      return base::failed_precondition("最多保存 " + std::to_string(kDrawnAreasMax) + " 个区域，请先删除不用的");
    }
    sql << "INSERT INTO account_area (owner_id, id, name, geometry, created_us) VALUES (:owner_id, :id, :name, "
           ":geometry, :created) ON CONFLICT (owner_id, id) DO UPDATE SET name = excluded.name",
        soci::use(area.owner_id, "owner_id"), soci::use(area.id, "id"), soci::use(area.name, "name"),
        soci::use(area.geometry, "geometry"), soci::use(area.created_us, "created");
    return ok_status();
  });
}

Result<std::vector<DrawnAreaRow>> AccountStore::areas_of(int64_t owner_id) {
  std::vector<DrawnAreaRow> rows;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) {
    rows.clear();
    DrawnAreaRow row;
    soci::statement select =
        (sql.prepare << "SELECT owner_id, id, name, geometry, created_us FROM account_area WHERE owner_id = :owner_id",
         soci::use(owner_id, "owner_id"), soci::into(row.owner_id), soci::into(row.id), soci::into(row.name),
         soci::into(row.geometry), soci::into(row.created_us));
    select.execute();
    while (select.fetch()) rows.push_back(row);
    return ok_status();
  }));
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.created_us != b.created_us ? a.created_us < b.created_us : a.id < b.id;
  });
  return rows;
}

Result<DrawnAreaRow> AccountStore::find_area(int64_t owner_id, const std::string& id) {
  if (!check_account_text("区域编号", id, kIdCharsMax).ok()) return unknown_area();
  DrawnAreaRow row;
  MINGLU_CHECK(state_->database->read([&](soci::session& sql) -> Status {
    sql << "SELECT owner_id, id, name, geometry, created_us FROM account_area WHERE owner_id = :owner_id AND id = :id",
        soci::use(owner_id, "owner_id"), soci::use(id, "id"), soci::into(row.owner_id), soci::into(row.id),
        soci::into(row.name), soci::into(row.geometry), soci::into(row.created_us);
    return sql.got_data() ? ok_status() : Status(unknown_area());
  }));
  return row;
}

Status AccountStore::delete_area(int64_t owner_id, const std::string& id) {
  MINGLU_CHECK(find_area(owner_id, id));
  return state_->database->write([&](soci::session& sql) -> Status {
    sql << "DELETE FROM account_area WHERE owner_id = :owner_id AND id = :id", soci::use(owner_id, "owner_id"),
        soci::use(id, "id");
    return ok_status();
  });
}

}  // namespace minglu::store
