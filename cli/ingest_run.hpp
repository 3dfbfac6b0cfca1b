// Taking in a list of files, used by `ingest` and `demo`: one bad file is reported and does not stop the others.
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "flows/ingest_flow.hpp"
#include "flows/resolve_flow.hpp"

namespace minglu::cli {

struct IngestItem {
  units::SourceId source;
  std::filesystem::path file;
};

struct FailedFile {
  std::string file;
  std::string message;
};

struct IngestRun {
  std::vector<flows::IngestReport> reports;
  std::vector<FailedFile> failed;
  std::map<std::string, flows::IngestCounts> by_source;
  std::map<std::string, uint64_t> findings;
  flows::IngestCounts total;
  std::optional<flows::ResolveReport> resolved;
  double ingest_seconds = 0;
  double resolve_seconds = 0;
};

/// Files below a folder that match a source by name, in the order of source id, then file name. Files that match no
/// source or several are an error that names them.
Result<std::vector<IngestItem>> files_below(const flows::Home& home, const std::filesystem::path& folder);

/// Stops only on errors of the register itself (lock, disk, damage); a file that is refused goes to `failed`.
Result<IngestRun> ingest_items(flows::Home& home, const std::vector<IngestItem>& items, std::optional<Date> date,
                               bool resolve, const GlobalOptions& global);

nlohmann::json run_json(const IngestRun& run);

}  // namespace minglu::cli
