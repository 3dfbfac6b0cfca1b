// Reading of typed cells of catalog files. Errors carry no file name: the caller adds it with catalog_error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace minglu::codes::internal {

/// "a|b|c"; empty text gives no parts.
std::vector<std::string> split(std::string_view text, char separator);
/// A non-negative whole number, or null for an empty cell.
Result<std::optional<int64_t>> parse_count(std::string_view cell);

/// 1 万元 in fen.
inline constexpr int64_t kFenPerWanYuan = 1'000'000;

}  // namespace minglu::codes::internal
