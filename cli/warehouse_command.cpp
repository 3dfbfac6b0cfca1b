// sync.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "flows/warehouse_flow.hpp"

namespace minglu::cli {

int run_sync(const GlobalOptions& global) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  Progress progress(global);
  const auto report = flows::sync_warehouse(
      **home,
      {.progress = [&](const std::string& step, uint64_t done, uint64_t total) { progress.show(step, done, total); }});
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  const std::string file = flows::warehouse_path(**home).string();
  if (global.json) {
    print_json({{"file", file},
                {"seq_before", report->seq_before},
                {"seq", report->seq},
                {"remade_because", report->remade_because},
                {"added", report->added},
                {"rows", report->rows},
                {"bytes", report->file_bytes},
                {"seconds", report->seconds}});
    return kExitOk;
  }
  for (const auto& [table, rows] : report->rows) {
    const auto added = report->added.find(table);
    std::printf("%-28s %14s  (%s new)\n", table.c_str(), with_commas(rows).c_str(),
                with_commas(added == report->added.end() ? 0 : added->second).c_str());
  }
  if (!report->remade_because.empty()) std::printf("made from nothing: %s\n", report->remade_because.c_str());
  std::printf("%s: commit %s, %s bytes\n", file.c_str(), with_commas(report->seq).c_str(),
              with_commas(report->file_bytes).c_str());
  return kExitOk;
}

}  // namespace minglu::cli
