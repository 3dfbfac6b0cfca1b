// What every cleaning function of units/ returns: the canonical text of one cell, and what was noticed on the way.
//
// The rule is "never silently repair": a change that keeps the meaning (width, blanks, case) is made and flagged kInfo
// or kVerify; a change that would be a guess (O for 0, two-digit years, a missing area code) is only proposed in the
// message of a flag, and the value stays as written with trusted = false.
//
// Cost: a clean cell costs one string (the value) and no flag. Thread-safety: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "table/finding.hpp"

namespace minglu::units {

/// One remark about a cell. `code` is stable and listed in README.md; `message` is a Chinese sentence for people.
struct Flag {
  std::string code;
  table::Severity severity = table::Severity::kVerify;
  std::string message;
};

struct Cleaned {
  /// Canonical text. Null: the cell says nothing (empty, placeholder) or cannot be read as this type (then a flag says
  /// so).
  std::optional<std::string> value;
  std::vector<Flag> flags;
  /// False: `value` is kept for people but must not serve as a key or in computation (failed check digit, mojibake...).
  bool trusted = true;
};

inline void add_flag(Cleaned& cleaned, std::string code, table::Severity severity, std::string message) {
  cleaned.flags.push_back({std::move(code), severity, std::move(message)});
}

/// True when one of the flags has this code.
inline bool has_flag(const Cleaned& cleaned, std::string_view code) noexcept {
  for (const Flag& flag : cleaned.flags) {
    if (flag.code == code) return true;
  }
  return false;
}

}  // namespace minglu::units
