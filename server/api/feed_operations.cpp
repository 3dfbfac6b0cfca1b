#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "flows/change_feed.hpp"
#include "flows/ingest_flow.hpp"
#include "flows/live_records.hpp"
#include "flows/scoped_findings.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {

bool is_department(const store::UserRow& user) {
  return std::find(user.roles.begin(), user.roles.end(), "department") != user.roles.end();
}

bool sees_source(const ApiCall& call, std::string_view source) {
  const store::UserRow& user = *call.who.user;
  return !is_department(user) || std::find(user.sources.begin(), user.sources.end(), source) != user.sources.end();
}

namespace {

Result<units::SourceId> source_named(const ApiCall& call, const std::string& id) {
  const auto source = call.knowledge().sources().find(id);
  if (!source || !sees_source(call, id)) return base::not_found("没有来源“" + id + "”");
  return *source;
}

Json counts_json(const store::BatchRow& batch) {
  return {{"rows_in", batch.rows_in},
          {"accepted", batch.accepted},
          {"rejected", batch.rejected},
          {"duplicate", batch.duplicate},
          {"superseded", batch.superseded}};
}

bool has_code(const ApiCall& call, const ingest::SourceDefinition& source) {
  const codes::FieldId uscc = call.knowledge().fields().require("uscc");
  return std::any_of(source.columns.begin(), source.columns.end(),
                     [&](const ingest::ColumnMap& column) { return column.field == uscc; });
}

Json source_json(const ApiCall& call, const ingest::SourceDefinition& source,
                 const std::vector<store::BatchRow>& batches, const std::vector<flows::Home::CommitHead>& commits) {
  Json json = {{"id", source.id},
               {"title", source.title_zh},
               {"department", source.department},
               {"identified", has_code(call, source)},
               {"full_extract", source.extract == ingest::Extract::kFull}};
  store::BatchRow sum;
  int64_t files = 0;
  std::string last_date;
  std::string last_at;
  for (const store::BatchRow& batch : batches) {
    if (batch.source != source.id) continue;
    ++files;
    sum.rows_in += batch.rows_in;
    sum.accepted += batch.accepted;
    sum.rejected += batch.rejected;
    sum.duplicate += batch.duplicate;
    sum.superseded += batch.superseded;
    last_date = std::max(last_date, batch.source_date);
    const auto seq = static_cast<size_t>(batch.seq);
    if (seq >= 1 && seq <= commits.size()) last_at = std::max(last_at, commits[seq - 1].created_at);
  }
  json.update(counts_json(sum));
  json["files"] = files;
  put_text(json, "last_source_date", last_date);
  put_text(json, "last_taken_in_at", last_at);
  const auto date = base::parse_iso_date(last_date);
  if (date) json["lag_days"] = now_us() / (86'400LL * access::kUsPerSecond) - date->days;
  return json;
}

Result<Response> list_sources(ApiCall& call) {
  MINGLU_TRY(Json items, visible_sources(call));
  return json_response(200, Json{{"items", std::move(items)}}.dump());
}

Json import_json(const ApiCall& call, const store::BatchRow& batch,
                 const std::vector<flows::Home::CommitHead>& commits) {
  Json json = counts_json(batch);
  json["seq"] = batch.seq;
  json["source"] = batch.source;
  const auto source = call.knowledge().sources().find(batch.source);
  json["source_title"] = source ? call.knowledge().sources().at(*source).title_zh : batch.source;
  json["file_name"] = batch.file_name;
  json["source_date"] = batch.source_date;
  json["bytes"] = batch.bytes;
  json["balanced"] = batch.rows_in == batch.accepted + batch.rejected + batch.duplicate + batch.superseded;
  const auto seq = static_cast<size_t>(batch.seq);
  json["at"] = seq >= 1 && seq <= commits.size() ? commits[seq - 1].created_at : "";
  return json;
}

// How the file came, from its commit; absent when nobody said so.
Status put_origin(const ApiCall& call, const store::BatchRow& batch, Json& json) {
  MINGLU_TRY(const store::CommitRow commit, call.services.reg->home().ledger().find_commit(batch.seq));
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  if (payload.is_object()) put_text(json, "origin", payload.value("origin", ""));
  return ok_status();
}

Result<Response> list_imports(ApiCall& call) {
  MINGLU_TRY(std::vector<store::BatchRow> batches, call.services.reg->home().ledger().batches());
  MINGLU_TRY(const auto commits, call.services.reg->home().commit_heads());
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  const std::string source = call.request.parameter("source").value_or("");
  std::erase_if(batches, [&](const store::BatchRow& batch) {
    return !sees_source(call, batch.source) || (!source.empty() && batch.source != source);
  });
  std::reverse(batches.begin(), batches.end());
  Json items = Json::array();
  for (uint64_t i = offset; i < batches.size() && i < offset + limit; ++i) {
    items.push_back(import_json(call, batches[i], commits));
    MINGLU_CHECK(put_origin(call, batches[i], items.back()));
  }
  return json_response(200, page_json(std::move(items), offset, limit, batches.size()).dump());
}

Result<store::BatchRow> batch_of(ApiCall& call) {
  MINGLU_TRY(const uint64_t seq, call.path_number());
  const auto at = static_cast<int64_t>(seq);
  MINGLU_TRY(const std::vector<store::BatchRow> batches, call.services.reg->home().ledger().batches(at, at));
  if (batches.empty() || !sees_source(call, batches.front().source))
    return base::not_found("没有编号为 " + std::to_string(seq) + " 的导入");
  call.object = "import:" + std::to_string(seq);
  return batches.front();
}

Result<Response> get_import(ApiCall& call) {
  MINGLU_TRY(const store::BatchRow batch, batch_of(call));
  MINGLU_TRY(const auto commits, call.services.reg->home().commit_heads());
  Json json = import_json(call, batch, commits);
  MINGLU_CHECK(put_origin(call, batch, json));
  MINGLU_TRY(const store::CommitRow commit, call.services.reg->home().ledger().find_commit(batch.seq));
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  Json findings = Json::array();
  if (payload.contains("findings")) {
    for (const auto& [rule, count] : payload["findings"].items())
      findings.push_back({{"rule", rule}, {"title", flows::finding_title(call.knowledge(), rule)}, {"count", count}});
  }
  json["findings"] = std::move(findings);
  return json_response(200, json.dump());
}

Result<Response> get_import_findings(ApiCall& call) {
  MINGLU_TRY(const store::BatchRow batch, batch_of(call));
  MINGLU_TRY(const uint64_t offset, call.cursor());
  MINGLU_TRY(const uint64_t limit, call.limit());
  const std::string rule = call.request.parameter("rule").value_or("");
  Json items = Json::array();
  uint64_t place = 0;
  const auto add = [&](const table::Finding& finding) -> Status {
    if (!rule.empty() && finding.rule != rule) return ok_status();
    const uint64_t at = place++;
    if (at < offset || items.size() >= limit) return ok_status();
    Json item = {{"row", finding.row},
                 {"rule", finding.rule},
                 {"severity", std::string(1, static_cast<char>(finding.severity))},
                 {"message", finding.message}};
    put_text(item, "field", finding.field);
    items.push_back(std::move(item));
    return ok_status();
  };
  MINGLU_CHECK(flows::for_each_finding_for(call.services.reg->home(), call.reader(), batch, add));
  return json_response(200, page_json(std::move(items), offset, limit, place).dump());
}

Result<Response> get_import_rejects(ApiCall& call) {
  MINGLU_TRY(const store::BatchRow batch, batch_of(call));
  // A rejected row stands in no region; a department gets the rows of its own source.
  if (!call.who.scope.is_whole_city() && !is_department(*call.who.user))
    return base::failed_precondition("退回的行不属于任何区，请由全市范围的账号下载");
  const std::string name = "rejects_" + std::to_string(batch.seq) + ".csv";
  const std::filesystem::path file = call.services.exports / (random_token() + "_" + name);
  MINGLU_CHECK(flows::write_rejected_rows(call.services.reg->home(), batch, file));
  MINGLU_TRY(std::string csv, base::read_file(file));
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  Response response;
  response.body = std::move(csv);
  response.with("Content-Type", "text/csv; charset=utf-8")
      .with("Content-Disposition", "attachment; filename=\"" + name + "\"");
  return response;
}

Json job_json(const Request& request, const flows::JobInfo& job) {
  Json json = {{"id", job.id},
               {"kind", job.kind},
               {"title", job.title},
               {"state", flows::job_state_name(job.state)},
               {"done", job.done},
               {"total", job.total},
               {"created_at", utc_text(job.created_us)}};
  put_text(json, "step", job.step);
  put_text(json, "source", job.source);
  if (job.owner == 0) json["origin"] = flows::kWatchedOrigin;
  put_text(json, "finished_at", utc_text(job.finished_us));
  for (const auto& [name, value] : job.results)
    json[name] = name == "export_id" ? Json(std::to_string(value)) : Json(value);
  if (job.error) json["error"] = Json::parse(problem_of(request, *job.error).body, nullptr, false);
  return json;
}

}  // namespace

Response accepted(ApiCall& call, const std::string& id) {
  Response response = json_response(202, job_json(call.request, *call.services.reg->job(id)).dump());
  response.with("Location", "/api/v1/jobs/" + id);
  return response;
}

namespace {

// The upload has a name of its own until its job is done with it.
Result<std::filesystem::path> keep_upload(ApiCall& call, const std::string& file_name) {
  const std::filesystem::path folder = call.services.uploads / random_token();
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  const std::filesystem::path kept = folder / file_name;
  if (!error && call.request.body_file) std::filesystem::rename(*call.request.body_file, kept, error);
  if (error) return base::unavailable("无法保存上传的文件：" + error.message());
  if (!call.request.body_file) MINGLU_CHECK(base::write_file_durably(kept, call.request.body));
  return kept;
}

Result<Response> start_import(ApiCall& call) {
  const std::string file_name = call.request.parameter("file_name").value_or("");
  const std::filesystem::path name(file_name);
  if (file_name.empty() || name.filename() != name || file_name.front() == '.')
    return base::invalid_argument("file_name 应为文件名，不带目录");
  MINGLU_TRY(const units::SourceId source, source_named(call, call.request.parameter("source").value_or("")));
  std::optional<Date> date;
  if (const auto text = call.request.parameter("source_date")) {
    date = base::parse_iso_date(*text);
    if (!date) return base::invalid_argument("source_date 应为日期，例如 2025-06-30");
  }
  MINGLU_TRY(const std::filesystem::path file, keep_upload(call, file_name));
  call.object = "source:" + call.knowledge().sources().at(source).id;
  call.detail = {{"file_name", file_name}};
  flows::Home& home = call.services.reg->home();
  const std::string id = call.services.reg->submit(
      {.kind = "import",
       .title = "导入 " + file_name,
       .owner = call.who.user->id,
       .source = call.knowledge().sources().at(source).id},
      [&home, source, file, date](flows::JobReporter& reporter) -> Status {
        const auto report =
            flows::ingest_file(home, {.source = source, .file = file, .date = date, .progress = [&](uint64_t rows) {
                                        reporter.progress("read", rows, 0);
                                      }});
        std::error_code ignored;
        std::filesystem::remove_all(file.parent_path(), ignored);
        if (!report.ok()) return report.error();
        reporter.result("import_seq", static_cast<int64_t>(report->seq));
        reporter.result("rows", static_cast<int64_t>(report->counts.rows_in));
        return ok_status();
      });
  return accepted(call, id);
}

Result<std::vector<flows::LiveRecord>> records_of(Body& body) {
  std::vector<flows::LiveRecord> records;
  const Json* list = body.member("records");
  if (list == nullptr || !list->is_array() || list->empty() || list->size() > 1000) {
    body.complain("/records", "应为 1 到 1000 条记录");
    return records;
  }
  for (const Json& item : *list) {
    flows::LiveRecord record;
    if (!item.is_object()) return base::invalid_argument("/records 的每一项应为对象");
    for (const auto& [name, value] : item.items()) {
      if (value.is_null()) continue;
      if (!value.is_string() && !value.is_number()) return base::invalid_argument("/records 的值应为文字或数字");
      record.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
    }
    records.push_back(std::move(record));
  }
  return records;
}

Result<Response> post_records(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  const std::string source = body.text("source", 1, 64);
  const std::optional<std::string> date_text = body.optional_text("source_date", 10, 10);
  MINGLU_TRY(std::vector<flows::LiveRecord> records, records_of(body));
  MINGLU_CHECK(body.check());
  flows::LiveBatch batch;
  MINGLU_TRY(batch.source, source_named(call, source));
  const auto today = static_cast<int32_t>(now_us() / (86'400LL * access::kUsPerSecond));
  const std::optional<Date> date = date_text ? base::parse_iso_date(*date_text) : Date{today};
  if (!date) return base::invalid_argument("source_date 应为日期，例如 2025-06-30");
  batch.date = *date;
  batch.records = std::move(records);
  call.object = "source:" + source;
  flows::IngestReport report;
  flows::Home& home = call.services.reg->home();
  MINGLU_CHECK(call.services.reg->run({.kind = "records", .title = "接收记录", .owner = call.who.user->id},
                                      [&](flows::JobReporter&) -> Status {
                                        MINGLU_TRY(report, flows::take_records(home, batch));
                                        return ok_status();
                                      }));
  const Json json = {{"seq", report.seq},
                     {"visible_seq", call.services.reg->visible_seq()},
                     {"rows_in", report.counts.rows_in},
                     {"accepted", report.counts.accepted},
                     {"rejected", report.counts.rejected},
                     {"duplicate", report.counts.duplicate},
                     {"superseded", report.counts.superseded}};
  call.detail = json;
  return json_response(201, json.dump());
}

Result<flows::JobInfo> own_job(ApiCall& call) {
  const std::optional<flows::JobInfo> job = call.services.reg->job(call.request.parts.at(0));
  if (!job || job->owner != call.who.user->id)
    return base::not_found("没有编号为 " + call.request.parts.at(0) + " 的任务");
  return *job;
}

// Those of the caller, and what the watched folder brings: files of a source concern everybody who sees it.
Result<Response> list_jobs(ApiCall& call) {
  Json items = Json::array();
  for (const flows::JobInfo& job : call.services.reg->jobs()) {
    const bool is_own = job.owner == call.who.user->id;
    const bool is_watched = job.owner == 0 && !job.source.empty() && sees_source(call, job.source);
    if (is_own || is_watched) items.push_back(job_json(call.request, job));
  }
  return json_response(200, Json{{"items", std::move(items)}}.dump());
}

Result<Response> get_job(ApiCall& call) {
  MINGLU_TRY(const flows::JobInfo job, own_job(call));
  return json_response(200, job_json(call.request, job).dump());
}

Result<Response> cancel_job(ApiCall& call) {
  MINGLU_TRY(const flows::JobInfo job, own_job(call));
  call.object = "job:" + job.id;
  MINGLU_CHECK(call.services.reg->cancel(job.id));
  Response response;
  response.status = 204;
  return response;
}

Json change_json(const flows::Knowledge& knowledge, const flows::UnitChange& change) {
  Json fields = Json::array();
  for (const uint16_t field : change.fields) fields.push_back(knowledge.fields().info(codes::FieldId{field}).code);
  Json json = {{"seq", change.seq},
               {"ordinal", change.ordinal},
               {"known_at", change.known_at},
               {"kind", flows::change_kind_name(change.kind)},
               {"unit", std::to_string(change.unit)},
               {"fields_changed", std::move(fields)}};
  if (change.survivor != 0) json["survivor"] = std::to_string(change.survivor);
  return json;
}

// Pieces of about 64 KiB; the feed itself lives as long as the answer does.
struct ChangeStream {
  flows::RegisterReader reader;
  flows::ChangeFeed feed;
  const flows::Knowledge& knowledge;
  uint64_t left;
  bool is_events;
  int64_t said_us = 0;

  std::optional<std::string> next() {
    constexpr size_t kPiece = 64 * 1024;
    constexpr int64_t kHeartbeatUs = 15 * access::kUsPerSecond;
    std::string piece;
    while (piece.size() < kPiece && left > 0) {
      auto next = feed.next();
      if (!next.ok()) return std::nullopt;
      if (!*next) break;
      const std::optional<flows::UnitChange> change = reader.shown(std::move(**next));
      if (!change) continue;
      --left;
      const std::string line = change_json(knowledge, *change).dump();
      piece +=
          is_events ? "id: " + std::to_string(change->seq) + "\nevent: change\ndata: " + line + "\n\n" : line + "\n";
    }
    if (!piece.empty()) return piece;
    if (!is_events || left == 0) return std::nullopt;
    if (now_us() - said_us < kHeartbeatUs) return std::string();
    said_us = now_us();
    return std::string(": still here\n\n");
  }
};

Result<Response> stream(ApiCall& call, bool is_events, uint64_t limit) {
  MINGLU_TRY(const uint64_t since, call.number("since", 0, 0, kNumberMax));
  flows::Home& home = call.services.reg->home();
  auto changes = std::make_shared<ChangeStream>(
      ChangeStream{call.reader(), flows::ChangeFeed(home, since), call.knowledge(), limit, is_events});
  Response response;
  response.with("Content-Type", is_events ? "text/event-stream" : "application/x-ndjson");
  response.stream = [changes] { return changes->next(); };
  return response;
}

Result<Response> list_changes(ApiCall& call) {
  MINGLU_TRY(const uint64_t limit, call.number("limit", kNumberMax, 1, kNumberMax));
  return stream(call, false, limit);
}

Result<Response> stream_changes(ApiCall& call) { return stream(call, true, kNumberMax); }

}  // namespace

Result<Json> visible_sources(const ApiCall& call) {
  MINGLU_TRY(const std::vector<store::BatchRow> batches, call.services.reg->home().ledger().batches());
  MINGLU_TRY(const auto commits, call.services.reg->home().commit_heads());
  Json items = Json::array();
  const ingest::Sources& sources = call.knowledge().sources();
  for (uint16_t i = 0; i < sources.size(); ++i) {
    const ingest::SourceDefinition& source = sources.at(units::SourceId{i});
    if (sees_source(call, source.id)) items.push_back(source_json(call, source, batches, commits));
  }
  return items;
}

std::vector<ApiOperation> feed_operations() {
  return {
      {"list_sources", "GET", "/sources", "", list_sources},
      {"list_imports", "GET", "/imports", "cursor,limit,source", list_imports},
      {"start_import", "POST", "/imports", "source,file_name,source_date", start_import, true},
      {"get_import", "GET", "/imports/{seq}", "", get_import},
      {"get_import_findings", "GET", "/imports/{seq}/findings", "cursor,limit,rule", get_import_findings},
      {"get_import_rejects", "GET", "/imports/{seq}/rejects", "", get_import_rejects},
      {"post_records", "POST", "/records", "", post_records},
      {"list_jobs", "GET", "/jobs", "", list_jobs},
      {"get_job", "GET", "/jobs/{id}", "", get_job},
      {"cancel_job", "DELETE", "/jobs/{id}", "", cancel_job},
      {"list_changes", "GET", "/changes", "since,limit", list_changes},
      {"stream_changes", "GET", "/changes/stream", "since", stream_changes},
  };
}

}  // namespace minglu::server
