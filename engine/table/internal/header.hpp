// Column names and the row in which they stand, for tables that people made by hand: title lines above the header,
// empty and repeated names, stray spaces.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::table::internal {

/// Without leading and trailing white space: ASCII, no-break, ideographic and zero-width spaces, and the BOM.
std::string_view trim_name(std::string_view text) noexcept;

/// Trims; an empty name becomes "column_N"; a repeated one "name#2", "name#3". Each change adds a note.
/// kInvalidArgument when there is no name at all, more than `columns_max`, or a name is not UTF-8.
Result<std::vector<std::string>> make_names(const std::vector<std::string>& cells, size_t columns_max,
                                            std::vector<std::string>& notes);

/// Which of the first rows is the header. `rows` are its cells. The table's width is the commonest number of cells; the
/// header is the first row in which more than half of that many cells hold text. A file of titles only gives row 0.
size_t find_header_row(const std::vector<std::vector<std::string>>& rows);

/// How many rows find_header_row wants to see.
constexpr size_t kHeaderSampleRows = 40;

}  // namespace minglu::table::internal
