// Guesses how a CSV file is written, from its first bytes.
#pragma once

#include <string_view>

#include "table/internal/csv_scan.hpp"

namespace minglu::table::internal {

/// `head`: the first bytes of the text, followed by kCsvPaddingBytes readable bytes. `delimiter` 0 = choose among
/// , tab ; |  by which gives most records the same number of cells above one; ties go to more cells, then to that
/// order. CR alone ends records only when the head has no LF.
CsvDialect sniff_csv(std::string_view head, bool whole_file, char delimiter);

constexpr size_t kCsvHeadBytes = size_t{64} << 10;

}  // namespace minglu::table::internal
