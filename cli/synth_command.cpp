#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "codes/catalog_file.hpp"
#include "flows/synth_flow.hpp"

namespace minglu::cli {

int run_synth(const GlobalOptions& global, const SynthOptions& options) {
  Progress progress(global);
  flows::SynthJob job;
  job.catalog = global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
  job.out = options.out;
  job.from = options.from;
  job.units = options.units;
  job.seed = options.seed;
  job.periods = options.periods;
  job.threads = global.threads;
  job.progress = [&](const std::string& step, uint64_t done, uint64_t total) { progress.show(step, done, total); };
  const auto report = flows::run_synth(job);
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    print_json({{"rows", report->rows},
                {"bytes", report->bytes},
                {"seconds", report->seconds},
                {"rows_by_source", report->rows_by_source}});
    return kExitOk;
  }
  for (const auto& [source, rows] : report->rows_by_source)
    std::printf("%-16s %14s rows\n", source.c_str(), with_commas(rows).c_str());
  std::printf("%s rows, %s bytes in %.1f s; truth in %s/truth.csv\n", with_commas(report->rows).c_str(),
              with_commas(report->bytes).c_str(), report->seconds, options.out.c_str());
  return kExitOk;
}

}  // namespace minglu::cli
