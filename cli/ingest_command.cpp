#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/ingest_run.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

Result<std::vector<IngestItem>> items_of(const flows::Home& home, const IngestOptions& options) {
  if (!options.all.empty()) return files_below(home, options.all);
  const auto source = home.knowledge().sources().find(options.source);
  if (!source) {
    return base::invalid_argument("no source \"" + options.source + "\"; list them with: minglu sources");
  }
  std::vector<IngestItem> items;
  for (const std::string& file : options.files) items.push_back({*source, file});
  return items;
}

void print_table(const IngestRun& run) {
  std::printf("%-16s %14s %12s %10s %11s %11s  %s\n", "source", "rows in", "accepted", "rejected", "duplicate",
              "superseded", "balance");
  for (const auto& [source, counts] : run.by_source) {
    std::printf("%-16s %14s %12s %10s %11s %11s  %s\n", source.c_str(), with_commas(counts.rows_in).c_str(),
                with_commas(counts.accepted).c_str(), with_commas(counts.rejected).c_str(),
                with_commas(counts.duplicate).c_str(), with_commas(counts.superseded).c_str(),
                counts.balanced() ? "ok" : "NOT BALANCED");
  }
  if (!run.failed.empty()) std::printf("%zu files were not taken in; the reasons stand above\n", run.failed.size());
}

void print_resolved(const flows::ResolveReport& r) {
  std::printf("register: %s units (%s new, %s merged, %s split), %s claims, %s conflicts, %s missing\n",
              with_commas(r.units).c_str(), with_commas(r.minted).c_str(), with_commas(r.merged).c_str(),
              with_commas(r.split).c_str(), with_commas(r.claims).c_str(), with_commas(r.conflicts).c_str(),
              with_commas(r.missing).c_str());
}

}  // namespace

int run_ingest(const GlobalOptions& global, const IngestOptions& options) {
  auto home = open_home(global);
  if (!home.ok()) return fail(home.error(), global);
  const auto items = items_of(**home, options);
  if (!items.ok()) return fail(items.error(), global);
  std::optional<Date> date;
  if (!options.date.empty()) {
    date = base::parse_iso_date(options.date);
    if (!date)
      return fail(base::invalid_argument("--date \"" + options.date + "\" is not a date like 2026-01-31"), global);
  }
  const auto run = ingest_items(**home, *items, date, !options.no_resolve, global);
  if (!run.ok()) return fail(run.error(), global);
  if (global.json) {
    print_json(run_json(*run));
  } else {
    print_table(*run);
    if (run->resolved) print_resolved(*run->resolved);
  }
  if (!run->total.balanced()) return kExitNotBalanced;
  return run->failed.empty() ? kExitOk : kExitRejected;
}

}  // namespace minglu::cli
