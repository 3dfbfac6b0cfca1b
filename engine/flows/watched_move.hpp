// Where a file of the watched folder goes when it is done with, and which names are those of unfinished files.
//   move_taken("/srv/feeds/tax_reg/a.csv")   // -> /srv/feeds/tax_reg/taken/a.csv, or taken/a-2.csv when that is there
// Durable: the name is synced in both folders before ok. Nothing is ever overwritten. Errors: kInternal with the
// system's words. Thread-safety: functions without state.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::flows {

/// ".x", "x.part", "x.tmp", "x.filepart", "x~".
bool is_unfinished_name(std::string_view name) noexcept;

Status move_taken(const std::filesystem::path& file);

struct Refusal {
  std::string source;
  std::string source_title;
  std::string message;
};
/// Writes <name>.txt with the reason first, then moves the file beside it.
Status move_refused(const std::filesystem::path& file, const Refusal& refusal);

}  // namespace minglu::flows
