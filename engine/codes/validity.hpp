// From which day to which day a catalog row holds, and whether the rows of one rule follow each other without overlap
// or gap.
// Days are civil dates and both ends are inclusive: the row after one that ends 2018-12-31 begins 2019-01-01.
// Thread-safety: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"

namespace minglu::codes {

/// Both days are inclusive; null = no known limit.
struct Validity {
  std::optional<Date> from;
  std::optional<Date> to;
  [[nodiscard]] bool covers(Date day) const noexcept { return (!from || *from <= day) && (!to || day <= *to); }
  /// A null day asks "without regard to time".
  [[nodiscard]] bool covers(std::optional<Date> day) const noexcept { return !day || covers(*day); }
  [[nodiscard]] bool overlaps(const Validity& other) const noexcept;
};

/// Cells "2019-01-01", or empty. kInvalidArgument for anything else and for an end before the beginning.
Result<Validity> parse_validity(std::string_view from, std::string_view to);

struct DatedRow {
  Validity validity;
  std::string label;  // for messages
};
enum class SeriesKind {
  kMayPause,    // codes: a gap is allowed
  kContinuous,  // parameters: each row begins on the day after the one before ended
};
/// Sorts and checks the rows of one code or one rule. The message names both rows.
Status check_series(std::vector<DatedRow> rows, SeriesKind kind);

}  // namespace minglu::codes
