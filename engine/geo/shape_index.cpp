#include "geo/shape_index.hpp"

#include <algorithm>

namespace minglu::geo {

ShapeIndex::ShapeIndex(const Shape& shape) : box_(shape.box()), cells_(kCells * kCells, Cell::kOutside), rows_(kCells) {
  width_ = (int64_t{box_.high.longitude} - box_.low.longitude) / kCells + 1;
  height_ = (int64_t{box_.high.latitude} - box_.low.latitude) / kCells + 1;
  for (const Polygon& polygon : shape.polygons) {
    for (const Ring& ring : polygon.rings) {
      for (size_t i = 0; i < ring.size(); ++i) add_edge({ring[i], ring[(i + 1) % ring.size()]});
    }
  }
  settle_cells(shape);
}

uint32_t ShapeIndex::column_of(int32_t longitude) const noexcept {
  return static_cast<uint32_t>((int64_t{longitude} - box_.low.longitude) / width_);
}

uint32_t ShapeIndex::row_of(int32_t latitude) const noexcept {
  return static_cast<uint32_t>((int64_t{latitude} - box_.low.latitude) / height_);
}

// Marks, row by row, the columns between where the edge enters the row and where it leaves it; a column more on either
// side makes up for the rounding.
void ShapeIndex::add_edge(const Edge& edge) {
  const Point low = edge.a.latitude <= edge.b.latitude ? edge.a : edge.b;
  const Point high = edge.a.latitude <= edge.b.latitude ? edge.b : edge.a;
  const int64_t rise = int64_t{high.latitude} - low.latitude;
  const int64_t run = int64_t{high.longitude} - low.longitude;
  const auto longitude_at = [&](int64_t latitude) {
    const int64_t clamped = std::clamp<int64_t>(latitude, low.latitude, high.latitude);
    return static_cast<int32_t>(low.longitude + run * (clamped - low.latitude) / rise);
  };
  for (uint32_t row = row_of(low.latitude); row <= row_of(high.latitude); ++row) {
    rows_[row].push_back(edge);
    const int64_t bottom = box_.low.latitude + row * height_;
    const int32_t enters = rise == 0 ? low.longitude : longitude_at(bottom);
    const int32_t leaves = rise == 0 ? high.longitude : longitude_at(bottom + height_);
    const uint32_t first = column_of(std::min(enters, leaves));
    const uint32_t last = std::min(column_of(std::max(enters, leaves)) + 1, kCells - 1);
    for (uint32_t column = first == 0 ? 0 : first - 1; column <= last; ++column) {
      cells_[row * kCells + column] = Cell::kMixed;
    }
  }
}

void ShapeIndex::settle_cells(const Shape& shape) {
  for (uint32_t row = 0; row < kCells; ++row) {
    for (uint32_t column = 0; column < kCells; ++column) {
      Cell& cell = cells_[row * kCells + column];
      if (cell == Cell::kMixed) continue;
      const Cell before = column == 0 ? Cell::kOutside : cells_[row * kCells + column - 1];
      if (column > 0 && before != Cell::kMixed) {  // No edge between the two.
        cell = before;
        continue;
      }
      const Point corner{static_cast<int32_t>(std::min<int64_t>(box_.low.longitude + column * width_, INT32_MAX)),
                         static_cast<int32_t>(std::min<int64_t>(box_.low.latitude + row * height_, INT32_MAX))};
      cell = shape.contains(corner) ? Cell::kInside : Cell::kOutside;
    }
  }
}

bool ShapeIndex::contains(Point point) const noexcept {
  if (!box_.contains(point)) return false;
  const uint32_t row = row_of(point.latitude);
  const Cell cell = cells_[row * kCells + column_of(point.longitude)];
  if (cell != Cell::kMixed) return cell == Cell::kInside;
  bool inside = false;
  for (const Edge& edge : rows_[row]) inside ^= crosses_west(edge.a, edge.b, point);
  return inside;
}

}  // namespace minglu::geo
