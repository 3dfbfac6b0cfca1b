// One JSON object in memory -> one flat record. Nested objects give "a.b"; arrays of scalars are joined with "|"; an
// array that holds objects or arrays is kept as its JSON text. Numbers keep their literal text, so that 18-digit codes
// survive. true/false are text; null, {} and [] are null.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "table/internal/keyed_reader.hpp"

namespace minglu::table::internal {

/// Fills record.cells, or record.fatal ("bad_json", "too_deep", "bad_encoding").
void parse_json_record(std::string_view text, size_t depth_max, KeyedRecord& record);

}  // namespace minglu::table::internal
