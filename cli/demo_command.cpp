// `minglu demo`: from dirty feeds to a fused register in one command, and what came out of it.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/ingest_run.hpp"
#include "codes/catalog_file.hpp"
#include "flows/quality_flow.hpp"
#include "flows/synth_flow.hpp"
#include "flows/truth_flow.hpp"
#include "flows/unit_view.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

constexpr uint64_t kSeedsApart = 300'000;

struct DemoResult {
  IngestRun run;
  std::optional<match::Evaluation> exact;  // against truth, when there is one
  std::vector<flows::QualityRow> quality;
  double synth_seconds = 0;
  uint64_t feed_bytes = 0;
};

void step(const GlobalOptions& global, const std::string& text) {
  if (!global.json) std::fprintf(stderr, "==> %s\n", text.c_str());
}

flows::SynthJob job_of(const GlobalOptions& global, const std::filesystem::path& out) {
  flows::SynthJob job;
  job.catalog = global.catalog.empty() ? codes::catalog_directory() : std::filesystem::path(global.catalog);
  job.out = out;
  job.threads = global.threads;
  return job;
}

// A feed folder is made once: a finished one has its manifest.
Result<uint64_t> make_feeds(flows::SynthJob job, const GlobalOptions& global) {
  if (std::filesystem::exists(job.out / "manifest.json")) return uint64_t{0};
  Progress progress(global);
  job.progress = [&](const std::string& name, uint64_t done, uint64_t total) { progress.show(name, done, total); };
  MINGLU_TRY(const flows::SynthOutcome made, flows::run_synth(job));
  return made.bytes;
}

Result<std::vector<IngestItem>> real_items(const flows::Home& home, const std::filesystem::path& folder) {
  std::vector<IngestItem> items;
  for (const auto& [source, files] : std::initializer_list<std::pair<const char*, std::vector<const char*>>>{
           {"reg_imh", {"registers/reg_imh_sz.csv", "registers/reg_imh_gd_other.csv"}},
           {"reg_new2019", {"registers/reg_new_sz_2019_0708.csv"}},
           {"listed_annual", {"listed/listed_sz_2019_2020.csv", "listed/listed_other_2019_2020.csv"}},
           {"lagou_jobs", {"recruit_lagou/lagou_2019.csv"}},
           {"relocation_events", {"relocation_events/event_cards_cninfo_full.csv"}}}) {
    const auto id = home.knowledge().sources().find(source);
    if (!id) return base::failed_precondition(std::string("catalog/sources has no \"") + source + "\"");
    for (const char* file : files) {
      if (std::filesystem::exists(folder / file)) items.push_back({*id, folder / file});
    }
  }
  if (items.empty())
    return base::invalid_argument("no known files below \"" + folder.string() +
                                  "\"; it should hold registers/, listed/, recruit_lagou/");
  return items;
}

std::string counts_row(const std::string& name, const flows::IngestCounts& c) {
  char line[256];
  std::snprintf(line, sizeof line, "| %s | %s | %s | %s | %s | %s | %s |\n", name.c_str(),
                with_commas(c.rows_in).c_str(), with_commas(c.accepted).c_str(), with_commas(c.rejected).c_str(),
                with_commas(c.duplicate).c_str(), with_commas(c.superseded).c_str(), c.balanced() ? "yes" : "NO");
  return line;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share);
  return text;
}

std::string register_part(const flows::ResolveReport& r) {
  std::string out = "\n## Register\n\n| measure | count |\n|---|---|\n";
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, uint64_t>>{{"units", r.units},
                                                               {"records (one per source and key)", r.entities},
                                                               {"claims", r.claims},
                                                               {"new 新增", r.minted},
                                                               {"conflicting fields 冲突", r.conflicts},
                                                               {"missing fields 缺失", r.missing},
                                                               {"links refused", r.refused}}) {
    out += "| " + std::string(name) + " | " + with_commas(value) + " |\n";
  }
  return out;
}

std::string quality_part(const std::vector<flows::QualityRow>& rows) {
  std::string out =
      "\n## Quality 评估 by source and field\n\n| source | field | completeness | validity | consistency | repaired | "
      "age, days |\n|---|---|---|---|---|---|---|\n";
  for (const flows::QualityRow& q : rows) {
    if (q.rows == 0) continue;
    out += "| " + q.source + " | " + q.field + " | " + flows::ratio_text(q.filled, q.rows) + " | " +
           flows::ratio_text(q.filled - q.invalid, q.filled) + " | " + flows::ratio_text(q.agreeing, q.claims) + " | " +
           with_commas(q.repaired) + " | " + std::to_string(q.age_days) + " |\n";
  }
  return out;
}

std::string report_of(const DemoResult& result, const std::string& title) {
  std::string out = "# " + title +
                    "\n\n## Balance by source\n\n| source | rows in | accepted | rejected | duplicate | superseded | "
                    "balanced |\n|---|---|---|---|---|---|---|\n";
  for (const auto& [source, counts] : result.run.by_source) out += counts_row(source, counts);
  out += counts_row("all", result.run.total);
  if (result.run.resolved) out += register_part(*result.run.resolved);
  if (result.exact) {
    const match::Evaluation& e = *result.exact;
    out +=
        "\n## Exact matching against the truth of the derived feeds\n\n| measure | precision | recall | F1 "
        "|\n|---|---|---|---|\n";
    out += "| pairwise | " + percent(e.pairwise.precision) + " | " + percent(e.pairwise.recall) + " | " +
           percent(e.pairwise.f1) + " |\n";
    out += "| B³ | " + percent(e.bcubed.precision) + " | " + percent(e.bcubed.recall) + " | " + percent(e.bcubed.f1) +
           " |\n";
    out += "\n" + with_commas(e.records) + " records with known truth.\n";
  }
  out += "\n## Findings by rule\n\n| rule | count |\n|---|---|\n";
  for (const auto& [rule, count] : result.run.findings) out += "| " + rule + " | " + with_commas(count) + " |\n";
  out += quality_part(result.quality);
  return out;
}

void print_cost(const DemoResult& result) {
  const double seconds = result.run.ingest_seconds + result.run.resolve_seconds;
  std::fprintf(
      stderr, "took in %s rows in %.1f s, matched and fused in %.1f s (%s rows/s in all), peak memory %s MiB\n",
      with_commas(result.run.total.rows_in).c_str(), result.run.ingest_seconds, result.run.resolve_seconds,
      seconds > 0 ? with_commas(static_cast<uint64_t>(static_cast<double>(result.run.total.rows_in) / seconds)).c_str()
                  : "-",
      with_commas(peak_memory_mib()).c_str());
}

// A unit worth looking at: many sources that disagree about something.
Result<uint64_t> telling_unit(flows::Home& home) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  uint64_t best = 0;
  uint32_t best_score = 0;
  for (const store::DirectoryEntry& entry : state->units()) {
    const uint32_t score = entry.conflict_count == 0 ? 0 : entry.member_count * 4 + std::min(entry.conflict_count, 6U);
    if (score > best_score && entry.member_count < 12) {
      best = entry.unit;
      best_score = score;
    }
  }
  return best;
}

Result<DemoResult> run_real(flows::Home& home, const GlobalOptions& global, const DemoOptions& options) {
  DemoResult result;
  const std::filesystem::path real(options.real);
  MINGLU_TRY(std::vector<IngestItem> items, real_items(home, real));
  std::vector<std::filesystem::path> truths;
  for (const char* from : {"registers/reg_new_sz_2019_0708.csv", "registers/reg_imh_sz.csv"}) {
    if (!std::filesystem::exists(real / from)) continue;
    flows::SynthJob job = job_of(global, home.directory() / "derived" / std::filesystem::path(from).stem());
    job.from = (real / from).string();
    // Departments' account numbers count on from the seed, so registers need seeds further apart than they have rows.
    job.seed = 1 + truths.size() * kSeedsApart;
    step(global, "deriving noisy department feeds from " + std::filesystem::path(from).filename().string());
    MINGLU_TRY(const uint64_t bytes, make_feeds(job, global));
    result.feed_bytes += bytes;
    MINGLU_TRY(const std::vector<IngestItem> derived, files_below(home, job.out / "feeds"));
    items.insert(items.end(), derived.begin(), derived.end());
    truths.push_back(job.out / "truth.csv");
  }
  step(global, "taking in " + std::to_string(items.size()) + " files, matching, fusing");
  MINGLU_TRY(result.run, ingest_items(home, items, std::nullopt, true, global));
  MINGLU_TRY(result.exact, flows::evaluate_truth(home, truths));
  return result;
}

Result<DemoResult> run_city(flows::Home& home, const GlobalOptions& global, const DemoOptions& options) {
  DemoResult result;
  flows::SynthJob job = job_of(global, home.directory() / "city");
  job.units = options.units;
  step(global, "making a synthetic city of " + with_commas(options.units) + " units with the feeds of its departments");
  MINGLU_TRY(result.feed_bytes, make_feeds(job, global));
  MINGLU_TRY(const std::vector<IngestItem> items, files_below(home, job.out / "feeds"));
  step(global, "taking in " + std::to_string(items.size()) + " files, matching, fusing");
  MINGLU_TRY(result.run, ingest_items(home, items, std::nullopt, true, global));
  MINGLU_TRY(result.exact, flows::evaluate_truth(home, {job.out / "truth.csv"}));
  return result;
}

}  // namespace

int run_demo(const GlobalOptions& given, const DemoOptions& options) {
  GlobalOptions global = given;
  if (global.home == "./var") global.home = options.real.empty() ? "./var/demo" : "./var/demo-real";
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  auto result = options.real.empty() ? run_city(**home, global, options) : run_real(**home, global, options);
  if (!result.ok()) return fail(result.error(), global);
  auto quality = flows::assess_quality(**home);
  if (!quality.ok()) return fail(quality.error(), global);
  result->quality = std::move(*quality);
  const std::string report = report_of(
      *result, options.real.empty() ? "A synthetic city, taken in and fused" : "Real registers, taken in and fused");
  if (!options.report.empty()) {
    const Status written = base::write_file_durably(options.report, report);
    if (!written.ok()) return fail(written.error(), global);
  }
  if (global.json) {
    print_json(run_json(result->run));
  } else {
    std::printf("%s", report.c_str());
    print_cost(*result);
    const auto unit = telling_unit(**home);
    if (unit.ok() && *unit != 0) {
      std::printf("\n## One unit, with where every value came from\n\n");
      std::fflush(stdout);
      home->reset();
      run_unit_show(global, {.id = std::to_string(*unit), .as_of = {}, .known_at = {}});
    }
    std::printf(
        "\nNext:  ./minglu --home %s unit find 科技      ./minglu --home %s export conflicts --out conflicts.xlsx\n",
        global.home.c_str(), global.home.c_str());
  }
  const int outcome =
      result->run.total.balanced() ? (result->run.failed.empty() ? kExitOk : kExitRejected) : kExitNotBalanced;
  if (outcome != kExitOk || options.no_serve || global.json) return outcome;
  home->reset();
  // A person at a terminal looks around; a script only learns that the console opens.
  const bool is_watched = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
  return run_serve(global, {.port = options.port, .second_factor = "optional", .check = !is_watched});
}

}  // namespace minglu::cli
