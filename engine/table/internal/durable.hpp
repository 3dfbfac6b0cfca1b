// Makes a file that a library wrote under a temporary name durable under its final name.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace minglu::table::internal {

/// "x.xlsx" -> "x.xlsx.part".
std::filesystem::path part_name(const std::filesystem::path& path);
/// fsync of `part`, rename to `path`, fsync of the directory.
Status publish(const std::filesystem::path& part, const std::filesystem::path& path);

}  // namespace minglu::table::internal
