#include "cli/ingest_run.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

bool is_refusal(ErrorCode code) { return code == ErrorCode::kInvalidArgument || code == ErrorCode::kNotFound; }

bool is_listing(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("truth") || name.starts_with("README") || name == "manifest.json" || name.starts_with(".");
}

Json counts_json(const flows::IngestCounts& c) {
  return {{"rows_in", c.rows_in},     {"accepted", c.accepted},     {"rejected", c.rejected},
          {"duplicate", c.duplicate}, {"superseded", c.superseded}, {"balanced", c.balanced()}};
}

}  // namespace

Result<std::vector<IngestItem>> files_below(const flows::Home& home, const std::filesystem::path& folder) {
  std::vector<IngestItem> items;
  std::string unknown;
  std::error_code error;
  for (auto it = std::filesystem::recursive_directory_iterator(folder, error);
       it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    if (error) break;
    if (!it->is_regular_file() || is_listing(it->path())) continue;
    const auto source = home.knowledge().sources().match_file(it->path());
    if (source)
      items.push_back({*source, it->path()});
    else
      unknown += (unknown.empty() ? "" : ", ") + it->path().filename().string();
  }
  if (error) return base::not_found("cannot list \"" + folder.string() + "\": " + error.message());
  if (!unknown.empty()) {
    return base::invalid_argument("no source matches: " + unknown +
                                  "; name the source: minglu ingest SOURCE FILE, or add catalog/sources/<id>.json");
  }
  if (items.empty()) return base::invalid_argument("no files below \"" + folder.string() + "\"");
  std::sort(items.begin(), items.end(), [](const IngestItem& a, const IngestItem& b) {
    return a.source != b.source ? a.source < b.source : a.file < b.file;
  });
  return items;
}

Result<IngestRun> ingest_items(flows::Home& home, const std::vector<IngestItem>& items, std::optional<Date> date,
                               bool resolve, const GlobalOptions& global) {
  IngestRun run;
  Progress progress(global);
  for (const IngestItem& item : items) {
    const std::string name = item.file.filename().string();
    const auto report =
        flows::ingest_file(home, {item.source, item.file, date, [&](uint64_t rows) { progress.show(name, rows, 0); }});
    if (!report.ok()) {
      if (!is_refusal(report.error().code)) return report.error();
      progress.finish();
      std::fprintf(stderr, "minglu: %s: %s\n", name.c_str(), report.error().message.c_str());
      run.failed.push_back({name, report.error().message});
      continue;
    }
    run.total.add(report->counts);
    run.by_source[report->source].add(report->counts);
    for (const auto& [rule, count] : report->findings) run.findings[rule] += count;
    run.ingest_seconds += report->seconds;
    run.reports.push_back(*report);
  }
  MINGLU_TRY(const bool pending, home.has_unresolved());
  if (resolve && pending) {
    MINGLU_TRY(run.resolved,
               flows::resolve_pending(home, {.progress = [&](const std::string& step, uint64_t done, uint64_t total) {
                                         progress.show(step, done, total);
                                       }}));
    run.resolve_seconds = run.resolved->seconds;
  }
  progress.finish();
  return run;
}

Json run_json(const IngestRun& run) {
  Json json = counts_json(run.total);
  json["files"] = Json::array();
  for (const flows::IngestReport& r : run.reports) {
    Json file = counts_json(r.counts);
    file["source"] = r.source;
    file["file"] = r.file_name;
    file["sha256"] = r.sha256;
    file["source_date"] = base::format_iso_date(r.source_date);
    file["seq"] = r.seq;
    file["already_known"] = r.already_known;
    file["records"] = r.records;
    file["indicators"] = r.indicators;
    file["findings"] = r.findings;
    file["notes"] = r.notes;
    file["seconds"] = r.seconds;
    json["files"].push_back(std::move(file));
  }
  json["failed"] = Json::array();
  for (const FailedFile& failed : run.failed)
    json["failed"].push_back({{"file", failed.file}, {"message", failed.message}});
  json["findings"] = run.findings;
  json["ingest_seconds"] = run.ingest_seconds;
  if (run.resolved) {
    const flows::ResolveReport& r = *run.resolved;
    json["resolve"] = {
        {"seq", r.seq},         {"units", r.units},           {"new", r.minted},          {"merged", r.merged},
        {"split", r.split},     {"claims", r.claims},         {"conflicts", r.conflicts}, {"missing", r.missing},
        {"refused", r.refused}, {"state_hash", r.state_hash}, {"seconds", r.seconds}};
  }
  return json;
}

}  // namespace minglu::cli
