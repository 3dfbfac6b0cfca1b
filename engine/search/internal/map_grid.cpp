#include "search/internal/map_grid.hpp"

#include "base/assert.hpp"

namespace minglu::search {

MapGrid::MapGrid(const MapSpec& spec) : spec_(spec), cells_(size_t{spec.columns} * spec.rows) {
  MINGLU_ASSERT(spec.columns > 0);
  MINGLU_ASSERT(spec.columns <= kMapCellsMax);
  MINGLU_ASSERT(spec.rows > 0);
  MINGLU_ASSERT(spec.rows <= kMapCellsMax);
  width_ = (int64_t{spec.box.high.longitude} - spec.box.low.longitude) / spec.columns + 1;
  height_ = (int64_t{spec.box.high.latitude} - spec.box.low.latitude) / spec.rows + 1;
  MINGLU_ASSERT(width_ > 0);
  MINGLU_ASSERT(height_ > 0);
}

void MapGrid::add(geo::Point point, uint64_t unit, uint64_t weight) noexcept {
  if (!spec_.box.contains(point)) return;
  const auto column = static_cast<size_t>((int64_t{point.longitude} - spec_.box.low.longitude) / width_);
  const auto row = static_cast<size_t>((int64_t{point.latitude} - spec_.box.low.latitude) / height_);
  Cell& cell = cells_[row * spec_.columns + column];
  if (cell.points == 0) cell.unit = unit;
  cell.count += weight;
  ++cell.points;
  cell.longitudes += point.longitude;
  cell.latitudes += point.latitude;
}

void MapGrid::merge(const MapGrid& other) {
  if (is_empty()) {
    *this = other;
    return;
  }
  for (size_t i = 0; i < other.cells_.size(); ++i) {
    const Cell& from = other.cells_[i];
    Cell& to = cells_[i];
    if (to.points == 0) to.unit = from.unit;
    to.count += from.count;
    to.points += from.points;
    to.longitudes += from.longitudes;
    to.latitudes += from.latitudes;
  }
}

std::vector<MapCell> MapGrid::cells() const {
  std::vector<MapCell> list;
  for (const Cell& cell : cells_) {
    if (cell.points == 0) continue;
    const auto points = static_cast<int64_t>(cell.points);
    const geo::Point middle{static_cast<int32_t>(cell.longitudes / points),
                            static_cast<int32_t>(cell.latitudes / points)};
    list.push_back({middle, cell.count, cell.count == 1 ? cell.unit : 0});
  }
  return list;
}

}  // namespace minglu::search
