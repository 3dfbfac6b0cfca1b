// A city of invented units on real ground, and the feeds that its departments would send, with the truth beside them.
//
//   MINGLU_TRY(SynthReport report, generate_city({.units = 1000000, .seed = 1, .out_dir = "city"}));
//
// Writes below out_dir: feeds/<source>/<source>_<period or date>.<ext>, truth.csv (id,cluster_id with id =
// "<source>:<key as cleaned>"), truth_units.csv, truth_events.csv, manifest.json, README.txt. Existing files of the
// same names are replaced.
//
// The same spec and catalog give the same bytes at any number of threads: every number comes from a generator keyed by
// (seed, unit, purpose). Memory: a few hundred MiB whatever the number of units. Method: docs/method/synth.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"

namespace minglu::synth {

struct CitySpec {
  uint64_t units = 1000;  // 1 .. 10,000,000
  uint64_t seed = 1;
  std::filesystem::path out_dir;
  Period first_period{202401};
  int32_t periods = 24;           // 1 .. 240 months
  size_t threads = 2;             // 0 = in the caller
  std::filesystem::path catalog;  // empty = codes::catalog_directory()
  /// Called from the caller's thread now and then; may be empty.
  std::function<void(uint64_t units_done, uint64_t units_total)> progress;
};

struct SynthFile {
  std::string name;  // relative to out_dir
  uint64_t rows = 0;
  uint64_t bytes = 0;
};

struct SynthReport {
  uint64_t units = 0;
  uint64_t rows = 0;  // of the feeds, without the truth files
  uint64_t bytes = 0;
  std::vector<SynthFile> files;
};

/// kInvalidArgument for a spec out of range or a damaged catalog; kNotFound or kInternal when files cannot be written.
Result<SynthReport> generate_city(const CitySpec& spec);

struct DeriveSpec {
  std::filesystem::path from_csv;  // rows of a register; columns known by name: see docs/method/synth.md
  uint64_t seed = 1;
  std::filesystem::path out_dir;
  Period first_period{201909};    // the month that the derived feeds speak of
  int32_t periods = 1;            // months of insured persons and power
  std::filesystem::path catalog;  // empty = codes::catalog_directory()
  std::function<void(uint64_t rows_done)> progress;
};

/// Feeds derived from real register rows, as other departments would see them: tax_reg, hrss, scjg_annual (市监 annual
/// reports), power (no identifier) and web_jobs (short names), with the rates of catalog/synth/rates.csv, and truth.csv
/// that also names the register's own rows. Coverages, identifiers withheld and differences follow the rates; figures
/// (persons, kWh) are invented. Never publish the result: it holds the register's rows.
/// A row that repeats an identifier and a name is the same unit; one that repeats the identifier under another name is
/// another unit, and no derived feed gives it that identifier.
/// Same file, seed and catalog: same bytes. Memory: one hash per row. kInvalidArgument when the header has no known
/// name column; errors of the reader and of the disk as in generate_city.
Result<SynthReport> derive_feeds(const DeriveSpec& spec);

}  // namespace minglu::synth
