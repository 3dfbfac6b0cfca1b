#include "flows/panel_source.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <tuple>

namespace minglu::flows {
namespace {

// Finds an entity among evenly spread ones by its leading bits: about one probe.
class EntityIndex {
 public:
  explicit EntityIndex(std::span<const uint64_t> entities) : entities_(entities) {
    const auto bits = static_cast<uint32_t>(std::bit_width(entities.size()));
    shift_ = 64U - std::max(bits, 1U);
    starts_.assign((size_t{1} << std::max(bits, 1U)) + 1, static_cast<uint32_t>(entities.size()));
    size_t bucket = 0;
    for (size_t i = 0; i < entities.size(); ++i) {
      const size_t own = entities[i] >> shift_;
      while (bucket <= own) starts_[bucket++] = static_cast<uint32_t>(i);
    }
  }
  [[nodiscard]] std::optional<size_t> find(uint64_t entity) const {
    const size_t bucket = entity >> shift_;
    const auto from = entities_.begin() + starts_[bucket];
    const auto to = entities_.begin() + starts_[bucket + 1];
    const auto it = std::lower_bound(from, to, entity);
    if (it == to || *it != entity) return std::nullopt;
    return static_cast<size_t>(it - entities_.begin());
  }

 private:
  std::span<const uint64_t> entities_;
  std::vector<uint32_t> starts_;
  uint32_t shift_ = 0;
};

int64_t add_saturating(int64_t a, int64_t b) noexcept {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

int64_t subtract_saturating(int64_t a, int64_t b) noexcept {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<int64_t>::max() : std::numeric_limits<int64_t>::min();
}

// Sums of year-to-date figures need what was reported earlier in the window's first year.
int32_t first_month_of(const SourceColumn& column) {
  const bool derives = column.figure == ingest::FigureKind::kYearToDate && column.reduce == Reduce::kSum;
  return derives ? column.from - column.from % 12 : column.from;
}

// The report in force of every entity for one month.
struct MonthRows {
  std::vector<int32_t> dates;      // INT32_MIN: none
  std::vector<uint64_t> contents;  // ties of the date
  std::vector<int64_t> values;     // by entity, then column
  std::vector<uint8_t> valid;
};

class Scanner {
 public:
  explicit Scanner(const SourceScan& scan)
      : scan_(scan), index_(scan.entities), width_(scan.columns.size()), cells_(scan.entities.size() * width_) {
    // The last report of the year that a sum has met already, per entity and column.
    earlier_.resize(cells_.size());
    const size_t entities = scan.entities.size();
    rows_.dates.resize(entities);
    rows_.contents.resize(entities);
    rows_.values.resize(entities * width_);
    rows_.valid.resize(entities * width_);
  }

  std::vector<RecordCell> run() {
    for (const int32_t month : months()) {
      std::fill(rows_.dates.begin(), rows_.dates.end(), INT32_MIN);
      if (!gather(month)) continue;
      for (size_t e = 0; e < scan_.entities.size(); ++e) {
        if (rows_.dates[e] != INT32_MIN) fold(e, month);
      }
    }
    return std::move(cells_);
  }

 private:
  struct Earlier {
    int64_t value = 0;
    int32_t month = 0;  // 0: no report yet
  };

  [[nodiscard]] std::vector<int32_t> months() const {
    std::vector<int32_t> out;
    for (const SourceColumn& column : scan_.columns) {
      for (int32_t month = first_month_of(column); month <= column.to; ++month) out.push_back(month);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
  }

  bool gather(int32_t month) {
    const int32_t yyyymm = period_of_month(month).yyyymm;
    bool any = false;
    for (const store::RecordSegment* segment : scan_.segments) {
      if (segment->indicators().empty() || segment->info().period_min > yyyymm || segment->info().period_max < yyyymm)
        continue;
      map_columns(*segment);
      any = true;
      if (scan_.look_up) {
        look_up(*segment, yyyymm);
      } else {
        read_through(*segment, yyyymm);
      }
    }
    return any;
  }

  void map_columns(const store::RecordSegment& segment) {
    const std::vector<std::string>& fields = segment.info().indicator_fields;
    places_.clear();
    for (const SourceColumn& column : scan_.columns) {
      const auto it = std::find(fields.begin(), fields.end(), column.field_code);
      places_.push_back(it == fields.end() ? kNoPlace : static_cast<size_t>(it - fields.begin()));
    }
  }

  void look_up(const store::RecordSegment& segment, int32_t yyyymm) {
    for (size_t e = 0; e < scan_.entities.size(); ++e) {
      for (const uint32_t row : segment.indicators_of(scan_.entities[e])) {
        if (segment.indicators()[row].period_yyyymm == yyyymm) take(segment, row, e);
      }
    }
  }

  void read_through(const store::RecordSegment& segment, int32_t yyyymm) {
    const std::span<const store::IndicatorMeta> metas = segment.indicators();
    const uint64_t low = scan_.entities.front();
    const uint64_t high = scan_.entities.back();
    for (size_t row = 0; row < metas.size(); ++row) {
      const store::IndicatorMeta& meta = metas[row];
      if (meta.period_yyyymm != yyyymm || meta.entity < low || meta.entity > high) continue;
      if (const auto e = index_.find(meta.entity)) take(segment, row, *e);
    }
  }

  void take(const store::RecordSegment& segment, size_t row, size_t e) {
    const store::IndicatorMeta& meta = segment.indicators()[row];
    const bool later = std::tie(meta.date_days, meta.content) > std::tie(rows_.dates[e], rows_.contents[e]) ||
                       rows_.dates[e] == INT32_MIN;
    if (!later) return;
    rows_.dates[e] = meta.date_days;
    rows_.contents[e] = meta.content;
    const std::span<const int64_t> values = segment.indicator_values(row);
    const std::span<const uint8_t> valid = segment.indicator_valid(row);
    for (size_t c = 0; c < width_; ++c) {
      const size_t place = places_[c];
      const bool known =
          place != kNoPlace && valid[place] != 0 && !(scan_.columns[c].zero_is_missing && values[place] == 0);
      rows_.valid[e * width_ + c] = known ? 1 : 0;
      rows_.values[e * width_ + c] = known ? values[place] : 0;
    }
  }

  void fold(size_t e, int32_t month) {
    for (size_t c = 0; c < width_; ++c) {
      const SourceColumn& column = scan_.columns[c];
      const size_t at = e * width_ + c;
      if (rows_.valid[at] == 0 || month < first_month_of(column) || month > column.to) continue;
      const int64_t value = rows_.values[at];
      const bool in_window = month >= column.from;
      RecordCell& cell = cells_[at];
      if (in_window) {
        cell.last_month = month;
        cell.date_days = rows_.dates[e];
      }
      switch (column.reduce) {
        case Reduce::kLast: cell.value = value; break;
        case Reduce::kMonths:
        case Reduce::kQuarters: cell.value |= int64_t{1} << (month - column.from); break;
        case Reduce::kMonthsPositive:
          if (value > 0) cell.value |= int64_t{1} << (month - column.from);
          break;
        case Reduce::kSum:
          if (column.figure == ingest::FigureKind::kYearToDate) {
            add_since_earlier(cell, earlier_[at], column, month, value);
          } else {
            cell.value = add_saturating(cell.value, value);
          }
          break;
      }
    }
  }

  // Months come in ascending order, so that `earlier` is the last report before this one.
  static void add_since_earlier(RecordCell& cell, Earlier& earlier, const SourceColumn& column, int32_t month,
                                int64_t value) {
    const bool same_year = earlier.month != 0 && earlier.month / 12 == month / 12;
    if (month >= column.from) {
      // What this report adds reaches back to the report before it, or to January.
      const int32_t reaches_back_to = same_year ? earlier.month + 1 : month - month % 12;
      if (reaches_back_to < column.from) cell.incomplete = true;
      cell.value = add_saturating(cell.value, same_year ? subtract_saturating(value, earlier.value) : value);
    }
    earlier = {value, month};
  }

  static constexpr size_t kNoPlace = SIZE_MAX;
  const SourceScan& scan_;
  EntityIndex index_;
  size_t width_;
  std::vector<RecordCell> cells_;
  std::vector<Earlier> earlier_;
  MonthRows rows_;
  std::vector<size_t> places_;  // per column, in the segment at hand
};

}  // namespace

std::vector<RecordCell> scan_source(const SourceScan& scan) {
  if (scan.entities.empty() || scan.columns.empty()) return {};
  return Scanner(scan).run();
}

bool is_delivered(std::span<const store::RecordSegment* const> segments, const SourceColumn& column) {
  const int32_t from = period_of_month(column.from).yyyymm;
  const int32_t to = period_of_month(column.to).yyyymm;
  return std::any_of(segments.begin(), segments.end(), [&](const store::RecordSegment* segment) {
    const std::vector<std::string>& fields = segment->info().indicator_fields;
    return !segment->indicators().empty() && segment->info().period_min <= to && segment->info().period_max >= from &&
           std::find(fields.begin(), fields.end(), column.field_code) != fields.end();
  });
}

}  // namespace minglu::flows
