// Records handed over one by one, as a department's system sends them: the same way in as a file.
//
//   MINGLU_TRY(IngestReport report, take_records(home, {.source = id, .date = today, .records = {{{"企业名称",
//   "…"}}}}));
//
// The records become a small file with the columns of the source, "<source>_<date>.live.csv" (kLiveEnding), which is
// archived and taken in like any other: so a rebuild repeats it, and the same records sent twice are duplicates. Names
// of members are the source's own column names. Errors: kInvalidArgument for a name that the source does not have, or
// no records; else those of ingest_file. Cost: that of a file. Thread-safety: as ingest_file.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/ingest_flow.hpp"

namespace minglu::flows {

/// A file of this ending is UTF-8, comma separated, with one heading line, whatever its source declares for its files.
inline constexpr std::string_view kLiveEnding = ".live.csv";

using LiveRecord = std::vector<std::pair<std::string, std::string>>;  // column name, value

struct LiveBatch {
  units::SourceId source;
  Date date;
  std::vector<LiveRecord> records;
};

Result<IngestReport> take_records(Home& home, const LiveBatch& batch);

/// Column names of a source, as its files and records use them.
std::vector<std::string> column_names_of(const ingest::SourceDefinition& source);

}  // namespace minglu::flows
