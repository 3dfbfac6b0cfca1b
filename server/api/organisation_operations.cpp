// Organisations and their people, as the platform of the bureau lists them (flows/people_sync.hpp).
#include <algorithm>

#include "flows/people_sync.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

constexpr size_t kRowsMax = 20'000;
constexpr size_t kRejectsShown = 1000;

// One object of a list, read strictly; what is wrong is told with its pointer.
class Row {
 public:
  Row(Body& body, const Json& json, std::string pointer) : body_(body), json_(json), pointer_(std::move(pointer)) {}

  std::string text(const char* name, bool is_needed) {
    const Json* value = member(name);
    if (value != nullptr && value->is_string()) return value->get<std::string>();
    if (value != nullptr || is_needed) body_.complain(pointer_ + "/" + name, value == nullptr ? "必填" : "应为文字");
    return {};
  }
  std::vector<std::string> texts(const char* name) {
    const Json* value = member(name);
    if (value == nullptr) return {};
    const bool is_fit = value->is_array() &&
                        std::all_of(value->begin(), value->end(), [](const Json& item) { return item.is_string(); });
    if (is_fit) return value->get<std::vector<std::string>>();
    body_.complain(pointer_ + "/" + name, "应为一列文字");
    return {};
  }
  bool flag(const char* name, bool fallback) {
    const Json* value = member(name);
    if (value == nullptr) return fallback;
    if (value->is_boolean()) return value->get<bool>();
    body_.complain(pointer_ + "/" + name, "应为 true 或 false");
    return fallback;
  }
  void end() {
    for (const auto& [name, value] : json_.items()) {
      if (std::find(asked_.begin(), asked_.end(), name) == asked_.end())
        body_.complain(pointer_ + "/" + name, "没有这一项");
    }
  }

 private:
  const Json* member(const char* name) {
    asked_.emplace_back(name);
    const auto it = json_.find(name);
    return it == json_.end() || it->is_null() ? nullptr : &*it;
  }
  Body& body_;
  const Json& json_;
  std::string pointer_;
  std::vector<std::string> asked_;
};

// Calls `read` for each object of a list; the first faulty row ends it, so that a wrong list is not told row by row.
void each_row(Body& body, const char* name, const std::function<void(Row&)>& read) {
  const Json* list = body.member(name);
  if (list == nullptr) return;
  const std::string pointer = std::string("/") + name;
  if (!list->is_array() || list->size() > kRowsMax)
    return body.complain(pointer, "应为一列，最多 " + std::to_string(kRowsMax) + " 项");
  for (size_t i = 0; i < list->size() && body.is_fine(); ++i) {
    const std::string place = pointer + "/" + std::to_string(i);
    if (!(*list)[i].is_object()) return body.complain(place, "应为一个对象");
    Row row(body, (*list)[i], place);
    read(row);
    row.end();
  }
}

flows::SyncList list_of(Body& body) {
  flows::SyncList list;
  each_row(body, "organisations", [&](Row& row) {
    list.organisations.push_back({row.text("code", true), row.text("name", true), row.text("parent", false),
                                  row.text("role", true), row.texts("regions"), row.texts("sources"),
                                  row.flag("closed", false)});
  });
  each_row(body, "people", [&](Row& row) {
    list.people.push_back({row.text("login", true), row.text("display_name", true), row.text("organisation", true),
                           row.flag("active", true)});
  });
  return list;
}

Json counts_json(const flows::SyncCounts& counts) {
  return {{"rows", counts.rows},           {"created", counts.created},   {"changed", counts.changed},
          {"unchanged", counts.unchanged}, {"rejected", counts.rejected}, {"ended", counts.ended}};
}

Result<Response> sync_organisations(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const flows::SyncList list = list_of(body);
  flows::SyncSpec spec;
  spec.is_complete = body.optional_flag("complete").value_or(false);
  spec.dry_run = body.optional_flag("dry_run").value_or(false);
  spec.may_end_many = body.optional_flag("may_end_many").value_or(false);
  MINGLU_CHECK(body.check());
  MINGLU_TRY(const flows::SyncReport report,
             flows::sync_people(*call.services.accounts, call.knowledge(), list, spec, now_us()));
  Json json = {{"dry_run", spec.dry_run},
               {"organisations", counts_json(report.organisations)},
               {"people", counts_json(report.people)}};
  call.detail = json;
  Json rejects = Json::array();
  for (size_t i = 0; i < std::min(report.rejects.size(), kRejectsShown); ++i) {
    const flows::SyncReject& reject = report.rejects[i];
    rejects.push_back({{"kind", reject.kind}, {"row", reject.row}, {"key", reject.key}, {"reason", reject.reason}});
  }
  json["rejects"] = std::move(rejects);
  return json_response(200, json.dump());
}

Result<Response> list_organisations(ApiCall& call) {
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  MINGLU_TRY(const std::vector<store::OrganisationRow> rows, call.services.accounts->organisations());
  MINGLU_TRY(const auto members, call.services.accounts->members());
  std::map<std::string, uint64_t> people;
  for (const auto& [user, organisation] : members) ++people[organisation];
  Json items = Json::array();
  for (uint64_t i = offset; i < rows.size() && i < offset + limit; ++i) {
    const store::OrganisationRow& row = rows[i];
    Json item = {{"code", row.code},          {"name", row.name},       {"role", row.role},
                 {"regions", row.regions},    {"sources", row.sources}, {"closed", row.is_closed},
                 {"people", people[row.code]}};
    put_text(item, "parent", row.parent);
    items.push_back(std::move(item));
  }
  return json_response(200, page_json(std::move(items), offset, limit, rows.size()).dump());
}

}  // namespace

std::vector<ApiOperation> organisation_operations() {
  return {
      {"list_organisations", "GET", "/organisations", "cursor,limit", list_organisations},
      {"sync_organisations", "POST", "/organisations:sync", "", sync_organisations},
  };
}

}  // namespace minglu::server
