#include "codes/validity.hpp"

#include <algorithm>

namespace minglu::codes {
namespace {

std::string span_text(const Validity& validity) {
  return (validity.from ? base::format_iso_date(*validity.from) : "...") + ".." +
         (validity.to ? base::format_iso_date(*validity.to) : "...");
}

Result<std::optional<Date>> parse_day(std::string_view cell) {
  if (cell.empty()) return std::optional<Date>();
  const std::optional<Date> day = base::parse_iso_date(cell);
  if (!day) return base::invalid_argument("day \"" + std::string(cell) + "\" is not written like 2019-01-31");
  return day;
}

}  // namespace

bool Validity::overlaps(const Validity& other) const noexcept {
  const bool before = to && other.from && *to < *other.from;
  const bool after = from && other.to && *other.to < *from;
  return !before && !after;
}

Result<Validity> parse_validity(std::string_view from, std::string_view to) {
  Validity validity;
  MINGLU_TRY(validity.from, parse_day(from));
  MINGLU_TRY(validity.to, parse_day(to));
  if (validity.from && validity.to && *validity.to < *validity.from) {
    return base::invalid_argument("validity " + span_text(validity) + " ends before it begins");
  }
  return validity;
}

Status check_series(std::vector<DatedRow> rows, SeriesKind kind) {
  std::stable_sort(rows.begin(), rows.end(), [](const DatedRow& a, const DatedRow& b) {
    return a.validity.from < b.validity.from;  // null sorts first
  });
  for (size_t i = 1; i < rows.size(); ++i) {
    const DatedRow& left = rows[i - 1];
    const DatedRow& right = rows[i];
    const std::string both =
        left.label + " (" + span_text(left.validity) + ") and " + right.label + " (" + span_text(right.validity) + ")";
    if (left.validity.overlaps(right.validity)) return base::invalid_argument(both + " overlap in time");
    const bool adjacent =
        left.validity.to && right.validity.from && left.validity.to->days + 1 == right.validity.from->days;
    if (kind == SeriesKind::kContinuous && !adjacent) return base::invalid_argument("a gap in time between " + both);
  }
  return ok_status();
}

}  // namespace minglu::codes
