#include <sys/resource.h>

#include <algorithm>

#include "flows/pin_flow.hpp"
#include "flows/scoped_export.hpp"
#include "flows/version.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

constexpr int64_t kExportLifeUs = 7 * 86'400LL * access::kUsPerSecond;

struct ExportTitle {
  std::string_view list;
  std::string_view title;
  std::string_view operation;  // a list is for those who may look at it; discrepancies are for whose source it is
};
constexpr ExportTitle kExports[] = {{"units", "全部单位", "search_units"},
                                    {"search", "查询结果", "search_units"},
                                    {"conflicts", "冲突清单", "list_conflicts"},
                                    {"missing", "缺失清单", "list_missing"},
                                    {"new", "新增单位", "list_new"},
                                    {"discrepancies", "差异反馈清单", ""}};

const ExportTitle* find_export_title(std::string_view list) {
  const auto* found = std::find_if(std::begin(kExports), std::end(kExports),
                                   [&](const ExportTitle& known) { return known.list == list; });
  return found == std::end(kExports) ? nullptr : found;
}

std::string_view export_title(std::string_view list) {
  const ExportTitle* found = find_export_title(list);
  return found == nullptr ? std::string_view() : found->title;
}

Status check_export_right(const ApiCall& call, const flows::ScopedExport& spec) {
  const std::string_view operation = find_export_title(spec.list)->operation;
  if (operation.empty() && !sees_source(call, spec.source))
    return base::invalid_argument("请指明来源：没有来源“" + spec.source + "”");
  if (!operation.empty() && !call.may_call(operation))
    return Error{ErrorCode::kPermissionDenied, "您的角色不能查看这个清单，也不能导出"};
  return ok_status();
}

Json export_json(const store::ExportRow& row) {
  Json json = {{"id", std::to_string(row.id)}, {"list", row.list}, {"title", export_title(row.list)},
               {"state", row.state},           {"rows", row.rows}, {"created_at", utc_text(row.created_us)}};
  put_text(json, "expires_at", utc_text(row.expires_us));
  if (!row.file.empty())
    json["file_name"] = row.list + "_" + std::to_string(row.id) + row.file.substr(row.file.rfind('.'));
  return json;
}

// Runs on the thread of long reads; the row of the export tells how it ended, whoever asks later.
Status run_export(Services& services, const flows::RegisterReader& reader, store::ExportRow row,
                  const flows::ScopedExport& spec, flows::JobReporter& reporter) {
  row.state = "running";
  MINGLU_CHECK(services.accounts->update_export(row));
  const Result<uint64_t> rows = flows::export_for(services.reg->home(), reader, spec);
  row.finished_us = now_us();
  row.state = rows.ok() ? "done" : "failed";
  if (rows.ok()) {
    row.rows = static_cast<int64_t>(*rows);
    row.file = spec.out.filename().string();
    row.expires_us = row.finished_us + kExportLifeUs;
  } else {
    row.message = rows.error().message;
  }
  MINGLU_CHECK(services.accounts->update_export(row));
  if (!rows.ok()) return rows.error();
  reporter.result("export_id", row.id);
  reporter.result("rows", row.rows);
  return ok_status();
}

Result<Response> start_export(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  flows::ScopedExport spec;
  spec.list = body.text("list", 1, 40);
  const std::string format = body.optional_text("format", 1, 8).value_or("xlsx");
  spec.source = body.optional_text("source", 1, 64).value_or("");
  spec.pin = body.optional_text("pin", 1, flows::kPinNameCharsMax).value_or("");
  call.reason = body.optional_text("reason", 0, 500).value_or("");
  const Json* query = body.member("query");
  if (query != nullptr && !query->is_object()) body.complain("/query", "应为一个对象");
  if (format != "xlsx" && format != "csv") body.complain("/format", "应为 xlsx 或 csv");
  if (!spec.list.empty() && export_title(spec.list).empty()) body.complain("/list", "没有这个清单");
  MINGLU_CHECK(body.check());
  MINGLU_CHECK(check_export_right(call, spec));
  if (!spec.pin.empty()) MINGLU_CHECK(flows::find_pin(call.services.reg->home(), spec.pin));
  store::ExportRow row;
  row.owner_id = call.who.user->id;
  row.list = spec.list;
  row.filters_json = query == nullptr ? "{}" : query->dump();
  row.reason = call.reason;
  row.created_us = now_us();
  if (query != nullptr) {
    MINGLU_TRY(spec.query, parse_search(call, [&](std::string_view name) -> std::optional<std::string> {
                 const auto it = query->find(std::string(name));
                 if (it == query->end() || !it->is_string()) return std::nullopt;
                 return it->get<std::string>();
               }));
  }
  MINGLU_TRY(row, call.services.accounts->create_export(row));
  spec.out = call.services.exports / (std::to_string(row.id) + "_" + random_token() + "." + format);
  call.object = "export:" + std::to_string(row.id);
  call.detail = {{"list", spec.list}, {"filters", row.filters_json}};
  if (!spec.pin.empty()) call.detail["pin"] = spec.pin;
  Services& services = call.services;
  const std::string id = services.reg->submit(
      {.kind = "export",
       .title = "导出" + std::string(export_title(spec.list)),
       .owner = row.owner_id,
       .changes_register = false},
      [&services, reader = call.reader(), row, spec](flows::JobReporter& reporter) mutable -> Status {
        spec.progress = [&](uint64_t done, uint64_t total) { reporter.progress("export", done, total); };
        return run_export(services, reader, row, spec, reporter);
      });
  Response response = json_response(202, Json{{"id", id},
                                              {"kind", "export"},
                                              {"title", "导出" + std::string(export_title(spec.list))},
                                              {"state", "queued"},
                                              {"export_id", std::to_string(row.id)},
                                              {"created_at", utc_text(row.created_us)}}
                                             .dump());
  response.with("Location", "/api/v1/jobs/" + id);
  return response;
}

Result<Response> list_exports(ApiCall& call) {
  MINGLU_TRY(const auto rows, call.services.accounts->exports(call.who.user->id));
  Json items = Json::array();
  for (const store::ExportRow& row : rows) items.push_back(export_json(row));
  return json_response(200, Json{{"items", std::move(items)}}.dump());
}

Result<Response> get_export(ApiCall& call) {
  MINGLU_TRY(const uint64_t id, call.path_number());
  call.object = "export:" + std::to_string(id);
  const Result<store::ExportRow> row = call.services.accounts->find_export(static_cast<int64_t>(id));
  if (!row.ok() || row->owner_id != call.who.user->id || row->file.empty())
    return base::not_found("没有编号为 " + std::to_string(id) + " 的导出文件");
  const std::filesystem::path file = call.services.exports / row->file;
  if (row->expires_us < now_us() || !std::filesystem::exists(file))
    return problem(call.request, {410, "gone", "文件已过期", "The file has expired", "导出文件保留 7 天，请重新导出",
                                  "Export files are kept for 7 days; export again"});
  Response response;
  response.file = file;
  const bool is_csv = file.extension() == ".csv";
  response
      .with("Content-Type",
            is_csv ? "text/csv; charset=utf-8" : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
      .with("Content-Disposition",
            "attachment; filename=\"" + row->list + "_" + std::to_string(id) + file.extension().string() + "\"");
  return response;
}

Result<Response> list_codes(ApiCall& call) {
  const std::string& name = call.request.parts.at(0);
  Json items = Json::array();
  const auto add = [&](std::string_view code, std::string_view title, std::string_view parent) {
    Json item = {{"code", code}, {"title", title}};
    put_text(item, "parent", parent);
    items.push_back(std::move(item));
  };
  const rules::Domain& domain = call.knowledge().domain();
  const codes::CodeList* list = domain.catalog().list(name);
  if (name == "region") {
    for (const codes::Region& region : domain.regions().all()) {
      if (region.code.starts_with("4403")) add(region.code, region.name, region.parent);
    }
  } else if (name == "field") {
    for (uint16_t i = 0; i < call.knowledge().fields().size(); ++i) {
      const codes::FieldInfo& info = call.knowledge().fields().info(codes::FieldId{i});
      add(info.code, info.title_zh, "");
    }
  } else if (list != nullptr) {
    for (const codes::CodeEntry& entry : list->entries()) add(entry.code, entry.name, entry.parent);
  } else {
    return base::not_found("没有代码表“" + name + "”");
  }
  return json_response(200, Json{{"name", name}, {"items", std::move(items)}}.dump());
}

int64_t memory_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

Result<Response> status(ApiCall& call) {
  flows::Home& home = call.services.reg->home();
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  const auto snapshot = call.services.reg->snapshot();
  const Json summary =
      snapshot->state() == nullptr ? Json::object() : Json::parse(snapshot->state()->summary_json(), nullptr, false);
  std::error_code ignored;
  const auto space = std::filesystem::space(home.directory(), ignored);
  const int64_t now = now_us();
  const Json json = {{"version", flows::kVersion},
                     {"seq", head.seq},
                     {"visible_seq", call.services.reg->visible_seq()},
                     {"state_hash", summary.value("state_hash", "")},
                     {"history_hash", head.hash},
                     {"catalog", call.knowledge().digest()},
                     {"started_at", utc_text(call.services.started_us)},
                     {"uptime_s", (now - call.services.started_us) / access::kUsPerSecond},
                     {"memory_mib", memory_mib()},
                     {"disk_free_mib", static_cast<int64_t>(space.available >> 20U)},
                     {"ledger", home.ledger().backend_name()}};
  return json_response(200, json.dump());
}

Json task_json(const char* kind, const char* title, uint64_t count, const char* link) {
  return {{"kind", kind}, {"title", title}, {"count", count}, {"link", link}};
}

// Counts are those of the caller's scope, all of them: a total of the city says something about other districts.
Result<Response> overview(ApiCall& call) {
  const flows::RegisterReader reader = call.reader();
  search::Query all;
  all.limit = 1;
  all.want_facets = true;
  MINGLU_TRY(const flows::SearchPage page, reader.search(all));
  MINGLU_TRY(const flows::FieldPage conflicts, reader.conflicts({.limit = 0}));
  MINGLU_TRY(const flows::FieldPage missing, reader.missing({.limit = 0}));
  const uint64_t state_seq = reader.snapshot().state_seq();
  MINGLU_TRY(const flows::SearchPage fresh, reader.minted_since(state_seq == 0 ? 0 : state_seq - 1, {.limit = 0}));
  MINGLU_TRY(const auto waiting, call.services.reg->waiting_pairs(reader.snapshot()));
  const uint64_t review_count = reader.scope().is_whole_city() ? waiting->size() : 0;
  const Json summary = reader.snapshot().state() == nullptr
                           ? Json::object()
                           : Json::parse(reader.snapshot().state()->summary_json(), nullptr, false);
  Json districts = Json::array();
  for (const search::FacetCount& count : page.facets.districts) {
    const std::string title = region_title(call.knowledge(), count.code);
    districts.push_back({{"code", count.code},
                         {"title", title.empty() ? (count.code.empty() ? "未知" : count.code) : title},
                         {"count", count.count}});
  }
  MINGLU_TRY(const store::LedgerHead head, call.services.reg->home().ledger().head());
  Json json = {{"units", page.total},
               {"conflicts", conflicts.total},
               {"missing", missing.total},
               {"new_units", fresh.total},
               {"reviews", review_count},
               {"seq", head.seq},
               {"visible_seq", call.services.reg->visible_seq()},
               {"state_hash", summary.value("state_hash", "")},
               {"known_at", head.created_at},
               {"districts", std::move(districts)},
               {"sources", Json::array()}};
  json["records"] = reader.scope().is_whole_city() ? summary.value("records", uint64_t{0}) : 0;
  json["tasks"] = {task_json("conflicts", "待裁决的冲突", conflicts.total, "/conflicts"),
                   task_json("reviews", "待核查的匹配", review_count, "/matches"),
                   task_json("missing", "待补的缺失信息", missing.total, "/missing"),
                   task_json("new", "新增单位", fresh.total, "/new")};
  MINGLU_TRY(Json sources, visible_sources(call));
  for (Json& source : sources) {
    if (source["files"] != 0) json["sources"].push_back(std::move(source));  // Those that feed this register.
  }
  return json_response(200, json.dump());
}

}  // namespace

std::vector<ApiOperation> system_operations() {
  return {
      {"overview", "GET", "/overview", "", overview},
      {"start_export", "POST", "/exports", "", start_export},
      {"list_exports", "GET", "/exports", "", list_exports},
      {"get_export", "GET", "/exports/{id}/file", "", get_export},
      {"list_codes", "GET", "/codes/{list}", "", list_codes},
      {"status", "GET", "/system", "", status},
  };
}

}  // namespace minglu::server
