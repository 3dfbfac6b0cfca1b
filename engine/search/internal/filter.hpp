// A query's filters and scope against one index: dictionary codes are decided once, a document then costs a few
// compares.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

#include "search/internal/view.hpp"
#include "search/query.hpp"

namespace minglu::search {

class Filter {
 public:
  Filter(const Query& query, const Scope& scope, const IndexView& view);
  /// `point` is read only when a drawn area is asked for.
  [[nodiscard]] bool passes(const Attributes& row, const geo::Point& point) const noexcept {
    return row.area < areas_.size() && areas_[row.area] != 0 && row.industry < industries_.size() &&
           industries_[row.industry] != 0 && sizes_[row.size] && statuses_[row.status] &&
           (sources_ == 0 || (row.sources & sources_) != 0) && (!conflict_ || *conflict_ == (row.conflicts != 0)) &&
           (!missing_ || *missing_ == (row.missing != 0)) && row.founded_year >= founded_min_ &&
           row.founded_year <= founded_max_ && precisions_[row.precision] &&
           (places_[row.place_area] || in_shapes(row, point));
  }
  /// Every document passes.
  [[nodiscard]] bool is_open() const noexcept { return open_; }

 private:
  [[nodiscard]] bool in_shapes(const Attributes& row, const geo::Point& point) const noexcept {
    if (row.precision == static_cast<uint8_t>(geo::Precision::kNone)) return false;
    return std::any_of(shapes_.begin(), shapes_.end(), [&](const auto& shape) { return shape->contains(point); });
  }
  std::vector<uint8_t> areas_;
  std::vector<uint8_t> industries_;
  std::bitset<256> sizes_;
  std::bitset<256> statuses_;
  std::bitset<256> precisions_;
  std::bitset<256> places_;
  std::vector<std::shared_ptr<const geo::ShapeIndex>> shapes_;
  uint64_t sources_ = 0;
  std::optional<bool> conflict_;
  std::optional<bool> missing_;
  uint16_t founded_min_ = 0;
  uint16_t founded_max_ = UINT16_MAX;
  bool open_ = false;
};

/// Text of a code padded with NUL.
template <size_t N>
std::string_view code_text(const std::array<char, N>& code) noexcept {
  const auto end = std::find(code.begin(), code.end(), '\0');
  return {code.data(), static_cast<size_t>(end - code.begin())};
}

}  // namespace minglu::search
