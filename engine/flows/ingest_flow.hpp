// Taking a file in: archive it, read it, clean it, tell new from known, write the record segment, commit.
//
// Order of durability: archive (synced) -> record segment and findings (synced) -> ledger commit = acknowledgement. A
// crash before the commit leaves nothing but an archived file that nobody refers to; a crash after it loses nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/home.hpp"
#include "ingest/prepare.hpp"
#include "ingest/quality.hpp"
#include "table/reader.hpp"

namespace minglu::flows {

/// The balance law: rows_in = accepted + rejected + duplicate + superseded.
struct IngestCounts {
  uint64_t rows_in = 0;
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t duplicate = 0;
  uint64_t superseded = 0;
  [[nodiscard]] bool balanced() const noexcept { return rows_in == accepted + rejected + duplicate + superseded; }
  void add(const IngestCounts& other) {
    rows_in += other.rows_in;
    accepted += other.accepted;
    rejected += other.rejected;
    duplicate += other.duplicate;
    superseded += other.superseded;
  }
};

struct IngestReport {
  std::string source;
  std::string file_name;
  std::string origin;
  std::string sha256;
  Date source_date;
  uint64_t bytes = 0;
  uint64_t seq = 0;            // of its commit
  bool already_known = false;  // this very file was taken in before: every row is a duplicate
  IngestCounts counts;
  uint64_t records = 0;
  uint64_t indicators = 0;
  std::map<std::string, uint64_t> findings;  // by rule
  ingest::QualityCounts quality;
  std::string result_digest;
  std::vector<std::string> notes;  // what the reader found out: encoding, delimiter, drift
  double seconds = 0;
};

struct IngestSpec {
  units::SourceId source;
  std::filesystem::path file;
  std::optional<Date> date;                          // overrides the file's name
  std::function<void(uint64_t rows)> progress = {};  // rows read so far
  std::string name = {};                             // of the file, when `file` is only a way to its bytes
  std::string origin = {};                           // how it came, kept in the commit: kWatchedOrigin; empty: not said
};

/// The file was put into the watched folder.
inline constexpr const char* kWatchedOrigin = "watched_folder";

/// kInvalidArgument: the file cannot be read as its source declares (nothing is committed). kDataLoss: the file ends
/// early.
Result<IngestReport> ingest_file(Home& home, const IngestSpec& spec);

/// What one archived file says; what `ingest_file` commits and `rebuild` repeats.
struct DeriveSpec {
  uint64_t seq = 0;
  units::SourceId source;
  std::filesystem::path archived;
  std::string file_name;
  Date source_date;
  std::function<void(uint64_t rows)> progress = {};
};
Result<IngestReport> derive_records(Home& home, const DeriveSpec& spec);

/// UTF-8, commas, one heading line: how the program itself writes CSV (findings, live records).
table::ReadSpec own_csv_format();

/// An archived file opened as its source declares it, with the columns that count. The plan borrows from the catalog.
struct OpenFeed {
  std::unique_ptr<table::TableReader> reader;
  ingest::ColumnPlan plan;
};
Result<OpenFeed> open_feed(const Knowledge& knowledge, const DeriveSpec& spec);

}  // namespace minglu::flows
