// The figures of one source, reduced to one cell per record and column: the inner part of flows/unit_panel.hpp.
// Internal to it. Months are counted from year 0, so that windows are plain numbers. Pure over mapped segments.
// Thread-safety: one call per range of entities, any number at once. Cost: one scan of each segment per month that it
// covers, about 1 ns a row that is not wanted and 100 ns a row that is; look-ups instead of scans when `look_up` is
// set.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flows/unit_panel.hpp"
#include "ingest/source.hpp"
#include "store/record_segment.hpp"

namespace minglu::flows {

constexpr int32_t month_number(Period period) noexcept { return period.yyyymm / 100 * 12 + period.yyyymm % 100 - 1; }
constexpr Period period_of_month(int32_t month) noexcept { return {month / 12 * 100 + month % 12 + 1}; }

/// One column of the source, in months.
struct SourceColumn {
  codes::FieldId field;
  std::string field_code;
  ingest::FigureKind figure = ingest::FigureKind::kFlow;
  bool zero_is_missing = false;
  Reduce reduce = Reduce::kLast;
  int32_t from = 0;
  int32_t to = 0;
};

/// What one record says in one column. Of kMonths and its kin `value` is a set of months, bit 0 = `from`.
struct RecordCell {
  int64_t value = 0;
  int32_t last_month = 0;  // of the latest report in the window; 0: none
  int32_t date_days = INT32_MIN;
  bool incomplete = false;
};

struct SourceScan {
  std::span<const store::RecordSegment* const> segments;  // of the source
  std::span<const SourceColumn> columns;
  std::span<const uint64_t> entities;  // ascending, without repetition
  bool look_up = false;                // ask the segments for each entity instead of reading them through
};

/// Cells by entity, then column.
std::vector<RecordCell> scan_source(const SourceScan& scan);

/// Whether some segment reports the field for a month of the window.
bool is_delivered(std::span<const store::RecordSegment* const> segments, const SourceColumn& column);

}  // namespace minglu::flows
