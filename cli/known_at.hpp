// "--known-at": a commit's number, or a date or time in UTC, as every command reads it. Empty text: none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::cli {

/// The last commit meant. kInvalidArgument for a text that is neither.
Result<std::optional<uint64_t>> known_seq_of(flows::Home& home, const std::string& text);

}  // namespace minglu::cli
