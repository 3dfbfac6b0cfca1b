// What was found in an imported file: its findings one by one, and the rows that were rejected, to be mended and fed
// again. Reads the archive and the index only. Errors: those of the files; kDataLoss when a findings file is damaged.
// Thread-safety: any number of callers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "table/finding.hpp"

namespace minglu::flows {

/// Calls fn for each finding of an ingest commit, in order of the file.
Status for_each_finding(Home& home, uint64_t seq, const std::function<Status(const table::Finding&)>& fn);

/// What a rule of findings is called: an audit rule's title, else the rule's own word.
std::string finding_title(const Knowledge& knowledge, std::string_view rule);

/// Writes the rejected rows with the columns of the file as it came and the reason in a last column "拒收原因"; CSV or
/// XLSX by the ending of `out`. Returns how many. Cost: reads the file again.
Result<uint64_t> write_rejected_rows(Home& home, const store::BatchRow& batch, const std::filesystem::path& out);

}  // namespace minglu::flows
