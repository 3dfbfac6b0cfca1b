#include "flows/synth_flow.hpp"

#include <chrono>

#include "synth/synth.hpp"

namespace minglu::flows {
namespace {

// feeds/<source>/<file> -> source
std::string source_of(const std::string& name) {
  const std::filesystem::path path(name);
  return path.has_parent_path() ? path.parent_path().filename().string() : name;
}

Result<synth::SynthReport> make(const SynthJob& job) {
  if (!job.from.empty()) {
    synth::DeriveSpec spec;
    spec.from_csv = job.from;
    spec.seed = job.seed;
    spec.out_dir = job.out;
    spec.catalog = job.catalog;
    return synth::derive_feeds(spec);
  }
  synth::CitySpec spec;
  spec.units = job.units;
  spec.seed = job.seed;
  spec.out_dir = job.out;
  spec.periods = static_cast<int32_t>(job.periods);
  spec.threads = job.threads;
  spec.catalog = job.catalog;
  if (job.progress) spec.progress = [&](uint64_t done, uint64_t total) { job.progress("synth", done, total); };
  return synth::generate_city(spec);
}

}  // namespace

Result<SynthOutcome> run_synth(const SynthJob& job) {
  const auto started = std::chrono::steady_clock::now();
  MINGLU_TRY(const synth::SynthReport report, make(job));
  SynthOutcome outcome;
  outcome.rows = report.rows;
  outcome.bytes = report.bytes;
  for (const synth::SynthFile& file : report.files) {
    if (file.name.starts_with("feeds/")) outcome.rows_by_source[source_of(file.name)] += file.rows;
  }
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return outcome;
}

}  // namespace minglu::flows
