// Turns DuckDB's words into an Error with the code that tells the caller what to do.
#pragma once

#include <string>

#include "base/result.hpp"

namespace minglu::table::internal {

/// `message` may be null.
Error duck_error(const std::string& action, const char* message);

}  // namespace minglu::table::internal
