// status, rebuild, verify, doctor, export, sources.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/evaluation.hpp"
#include "flows/decision_flow.hpp"
#include "flows/doctor_flow.hpp"
#include "flows/export_flow.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/resolve_flow.hpp"
#include "flows/truth_flow.hpp"
#include "flows/version.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

Result<Json> status_json(flows::Home& home) {
  MINGLU_TRY(const store::LedgerHead head, home.ledger().head());
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  MINGLU_TRY(const bool pending, home.has_unresolved());
  MINGLU_TRY(const uint64_t resolved_seq, home.state_seq(UINT64_MAX));
  Json json{{"units", 0},   {"records", 0}, {"claims", 0},  {"conflicts", 0},
            {"missing", 0}, {"new", 0},     {"refused", 0}, {"state_hash", "00000000000000000000000000000000"}};
  if (state) {
    const Json summary = Json::parse(state->summary_json(), nullptr, false);
    for (const char* key : {"units", "records", "claims", "conflicts", "missing", "new", "refused", "state_hash"}) {
      if (summary.contains(key)) json[key] = summary[key];
    }
    json["catalog_changed"] = summary.value("catalog", "") != home.knowledge().digest();
  }
  json["seq"] = head.seq;
  json["resolved_seq"] = resolved_seq;
  json["pending"] = pending;
  json["history_hash"] = head.hash;
  json["software"] = flows::kVersion;
  return json;
}

}  // namespace

int run_status(const GlobalOptions& global) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto status = status_json(**home);
  if (!status.ok()) return fail(status.error(), global);
  if (global.json) {
    print_json(*status);
    return kExitOk;
  }
  const Json& s = *status;
  for (const char* key : {"units", "records", "claims", "conflicts", "missing", "new", "refused"}) {
    std::printf("%-14s %s\n", key, with_commas(s[key].get<uint64_t>()).c_str());
  }
  std::printf("%-14s %s\n%-14s %s\n%-14s %lld\n", "state_hash", s["state_hash"].get<std::string>().c_str(),
              "history_hash", s["history_hash"].get<std::string>().c_str(), "seq",
              static_cast<long long>(s["seq"].get<int64_t>()));
  if (s["pending"].get<bool>()) std::printf("files were taken in and not yet resolved; run: minglu resolve\n");
  if (s.value("catalog_changed", false)) std::printf("the catalog has changed since; run: minglu rebuild --rematch\n");
  return kExitOk;
}

namespace {

int run_resolve_on(flows::Home& home, const GlobalOptions& global, bool whole) {
  const auto pending = home.has_unresolved();
  if (!pending.ok()) return fail(pending.error(), global);
  if (!*pending && !whole) {
    if (global.json)
      print_json({{"seq", 0}});
    else
      std::printf("nothing to resolve: every file taken in is in the register\n");
    return kExitOk;
  }
  Progress progress(global);
  const flows::ResolveSpec spec{
      .progress = [&](const std::string& step, uint64_t done, uint64_t total) { progress.show(step, done, total); }};
  const auto report = whole ? flows::resolve_register(home, spec) : flows::resolve_pending(home, spec);
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  if (global.json)
    print_json({{"seq", report->seq}, {"units", report->units}, {"state_hash", report->state_hash}});
  else
    std::printf("%s units, state_hash %s\n", with_commas(report->units).c_str(), report->state_hash.c_str());
  return kExitOk;
}

}  // namespace

int run_resolve(const GlobalOptions& global, bool whole) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  return run_resolve_on(**home, global, whole);
}

int run_evaluate(const GlobalOptions& global, const std::vector<std::string>& truth_files) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto result = flows::evaluate_truth(**home, {truth_files.begin(), truth_files.end()});
  if (!result.ok()) return fail(result.error(), global);
  if (!*result) return fail(base::failed_precondition("真值文件与名录没有共同的记录"), global);
  if (global.json) {
    print_json(evaluation_json(**result));
    return kExitOk;
  }
  std::printf("有真值的记录 %s\n", with_commas((*result)->records).c_str());
  print_evaluation(**result);
  return kExitOk;
}

int run_decide(const GlobalOptions& global, const DecideOptions& options) {
  if (options.same.empty() && options.different.empty() && options.undo == 0) {
    return fail(base::invalid_argument("请给出 --same、--different 或 --undo 之一"), global);
  }
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const bool is_same = !options.same.empty();
  const auto& records = is_same ? options.same : options.different;
  const auto seq = options.undo != 0
                       ? flows::undo_decision(**home, {options.undo, options.by, options.reason})
                       : flows::decide_pair(**home, {is_same, records[0], records[1], options.by, options.reason});
  if (!seq.ok()) return fail(seq.error(), global);
  if (!global.json) std::printf("决定已记入账本（提交 %llu）\n", static_cast<unsigned long long>(*seq));
  if (options.no_resolve) {
    if (global.json) print_json({{"seq", *seq}});
    return kExitOk;
  }
  return run_resolve_on(**home, global, false);
}

int run_learn(const GlobalOptions& global, const std::string& out) {
  const auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto model = flows::learn_likeness(**home);
  if (!model.ok()) return fail(model.error(), global);
  auto writer = base::FileWriter::create(out);
  if (!writer.ok()) return fail(writer.error(), global);
  Status written = writer->append(*model);
  if (written.ok()) written = writer->finish();
  if (!written.ok()) return fail(written.error(), global);
  std::printf("权重已写入 %s；核对后放入 catalog/linkage/register.json 即生效（下次 resolve 起）\n", out.c_str());
  return kExitOk;
}

int run_rebuild(const GlobalOptions& global, const RebuildOptions& options) {
  flows::HomeSpec spec{global.home, global.ledger, global.catalog, global.threads};
  auto home = flows::Home::open(spec);
  if (!home.ok()) return fail(home.error(), global);
  Progress progress(global);
  const auto report = flows::rebuild(
      **home, {options.rematch,
               [&](const std::string& step, uint64_t done, uint64_t total) { progress.show(step, done, total); }});
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    print_json({{"commits", report->commits},
                {"ingest_commits", report->ingest_commits},
                {"resolve_commits", report->resolve_commits},
                {"new_seq", report->new_seq},
                {"state_hash", report->state_hash},
                {"history_hash", report->history_hash},
                {"differences", report->differences},
                {"seconds", report->seconds}});
    return kExitOk;
  }
  std::printf("replayed %s commits; every result equals the recorded one\n", with_commas(report->commits).c_str());
  for (const std::string& difference : report->differences) std::printf("differs: %s\n", difference.c_str());
  if (report->new_seq != 0) std::printf("landed as commit %llu\n", static_cast<unsigned long long>(report->new_seq));
  std::printf("state_hash     %s\nhistory_hash   %s\n", report->state_hash.c_str(), report->history_hash.c_str());
  return kExitOk;
}

int run_verify(const GlobalOptions& global) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto report = flows::verify(**home);
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    print_json({{"archived_files", report->archived_files},
                {"archived_bytes", report->archived_bytes},
                {"commits", report->commits},
                {"derived_files", report->derived_files},
                {"problems", report->problems},
                {"whole", report->problems.empty()}});
  } else {
    std::printf("archive: %s files, %s bytes; ledger: %s commits; derived: %s files\n",
                with_commas(report->archived_files).c_str(), with_commas(report->archived_bytes).c_str(),
                with_commas(report->commits).c_str(), with_commas(report->derived_files).c_str());
    for (const std::string& problem : report->problems) std::printf("problem: %s\n", problem.c_str());
    std::printf(report->problems.empty() ? "whole\n" : "NOT whole\n");
  }
  return report->problems.empty() ? kExitOk : kExitInternal;
}

int run_export(const GlobalOptions& global, const ExportOptions& options) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  flows::ExportSpec spec{options.list, options.out, std::nullopt};
  if (options.has_since) spec.since_seq = options.since;
  const auto report = flows::export_list(**home, spec);
  if (!report.ok()) return fail(report.error(), global);
  if (global.json)
    print_json({{"list", options.list}, {"out", options.out}, {"rows", report->rows}});
  else
    std::printf("%s: %s rows\n", options.out.c_str(), with_commas(report->rows).c_str());
  return kExitOk;
}

int run_sources(const GlobalOptions& global) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  Json list = Json::array();
  const ingest::Sources& sources = (*home)->knowledge().sources();
  for (uint16_t s = 0; s < sources.size(); ++s) {
    const ingest::SourceDefinition& source = sources.at(units::SourceId{s});
    if (global.json) {
      list.push_back({{"id", source.id},
                      {"title_zh", source.title_zh},
                      {"department", source.department},
                      {"trust", source.trust},
                      {"file_pattern", source.file_pattern}});
    } else {
      std::printf("%-18s %3d  %-36s %s\n", source.id.c_str(), source.trust, source.file_pattern.c_str(),
                  source.title_zh.c_str());
    }
  }
  if (global.json) print_json(list);
  return kExitOk;
}

int run_doctor(const GlobalOptions& global) {
  const auto checks = flows::examine({global.home, global.ledger, global.catalog, global.threads});
  if (!checks.ok()) return fail(checks.error(), global);
  const bool healthy = flows::worst_grade(*checks) != flows::HealthGrade::kWrong;
  if (global.json) {
    Json list = Json::array();
    for (const flows::HealthCheck& check : *checks) {
      Json item{{"check", check.name},
                {"grade", flows::health_grade_name(check.grade)},
                {"ok", check.grade != flows::HealthGrade::kWrong},
                {"detail", check.detail}};
      if (!check.advice.empty()) item["advice"] = check.advice;
      list.push_back(std::move(item));
    }
    print_json({{"healthy", healthy}, {"checks", list}});
  } else {
    for (const flows::HealthCheck& check : *checks) {
      std::printf("%-12s %-8s %s\n", check.name.c_str(), flows::health_grade_name(check.grade).data(),
                  check.detail.c_str());
      if (!check.advice.empty()) std::printf("%21s → %s\n", "", check.advice.c_str());
    }
  }
  return healthy ? kExitOk : kExitInternal;
}

}  // namespace minglu::cli
