// A feed: the files that one department hands over, and how the rows of one unit get into them.
//
// Adding one: a function that appends the rows of a unit, a line in feeds/all.cpp, a definition in catalog/sources.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "synth/encode.hpp"
#include "synth/noise.hpp"
#include "synth/true_unit.hpp"

namespace minglu::synth {

/// What one unit, or one block of units, adds to the files: bytes and rows per file of one feed.
struct FileBytes {
  std::string bytes;
  uint64_t rows = 0;
};

/// Receives the rows of one feed for a block of units. One thread.
class FeedSink {
 public:
  FeedSink(const Scene& scene, const Layout& layout, std::vector<FileBytes>& files, std::string& truth)
      : scene_(scene), layout_(layout), files_(files), truth_(truth) {}

  /// Cleared cells for the next row.
  Cells& row() noexcept {
    cells_.clear();
    return cells_;
  }
  /// Writes the row into file number `file`, at stated rates a second time, or with a damaged copy beside it. Damaged
  /// copies are extra rows: the good one always stands. `noise` is unique for the row within unit and feed.
  void put(size_t file, const TrueUnit& unit, uint64_t noise);
  /// Declares that `key` of this source is `unit`. Once per key.
  void truth(std::string_view key, uint64_t unit);
  /// `key` belongs to something that is no unit of the city, e.g. a landlord.
  void truth_other(std::string_view key, std::string_view cluster);

 private:
  void put_damaged(size_t file, base::Rng& rng);
  const Scene& scene_;
  const Layout& layout_;
  std::vector<FileBytes>& files_;
  std::string& truth_;
  Cells cells_;
};

/// Ends of file names: one file of the feed each, "2024-01" or "2024-01-31". Ascending.
using Schedule = std::vector<std::string> (*)(const Calendar&);

struct Feed {
  Layout layout;
  Schedule schedule;
  /// Appends all rows of the unit to the feed's files.
  void (*emit)(const Scene& scene, const TrueUnit& unit, FeedSink& sink);
};

/// In the order of the documentation.
const std::vector<Feed>& all_feeds();

std::vector<std::string> monthly_files(const Calendar& calendar);
/// Months 3, 6, 9, 12 of the calendar.
std::vector<std::string> quarterly_files(const Calendar& calendar);
/// One file, dated the last day of the first month.
std::vector<std::string> first_month_file(const Calendar& calendar);

/// Text of a cluster in the truth files.
std::string unit_label(uint64_t index);

}  // namespace minglu::synth
