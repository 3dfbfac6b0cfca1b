// Counts the points of hits by the cells of a grid. Sums are whole numbers, so the order of hits does not matter.
// One object per evaluation; merge() joins the sides of an answer. Cost: some 5 ns a point.
#pragma once

#include <cstdint>
#include <vector>

#include "search/internal/layout.hpp"
#include "search/query.hpp"

namespace minglu::search {

class MapGrid {
 public:
  MapGrid() = default;
  /// Precondition: 1 to kMapCellsMax columns and rows, and a box that is not inside out.
  explicit MapGrid(const MapSpec& spec);
  [[nodiscard]] bool is_empty() const noexcept { return cells_.empty(); }
  void add(geo::Point point, uint64_t unit, uint64_t weight) noexcept;
  /// Adds the counts of a grid of the same spec, or of none.
  void merge(const MapGrid& other);
  [[nodiscard]] std::vector<MapCell> cells() const;

 private:
  struct Cell {
    uint64_t count = 0;
    uint64_t points = 0;     // looked at: with an estimate fewer than counted
    int64_t longitudes = 0;  // sum over those points
    int64_t latitudes = 0;
    uint64_t unit = 0;  // the first one
  };
  MapSpec spec_;
  int64_t width_ = 1;
  int64_t height_ = 1;
  std::vector<Cell> cells_;
};

}  // namespace minglu::search
