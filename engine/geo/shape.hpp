// An area of the earth: one or more polygons with holes, as a list of rings.
//
//   Shape square{{{{114'000'000, 22'000'000}, {115'000'000, 22'000'000}, {115'000'000, 23'000'000}}}};
//   check_shape(square);  square.contains({114'900'000, 22'100'000}) == true
//
// A point is inside when a ray from it crosses the rings an odd number of times. An edge takes its lower end and not
// its upper one, so a point on a border that two areas share belongs to exactly one of them. All arithmetic is on whole
// numbers: coordinates differ by at most 360e6, products stay below 2^63.
// Edges are straight lines of longitude and latitude, which for areas of a city is what maps draw. A shape that crosses
// the meridian of 180 degrees is not meant. Thread-safety: values.
// Cost: contains O(points); check_shape O(points squared), 20 ms for kPointsMax. Many questions: ShapeIndex.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "geo/point.hpp"

namespace minglu::geo {

/// Not closed by repeating the first point.
using Ring = std::vector<Point>;

/// Of a shape that somebody gives us; borders of the catalog may have more.
inline constexpr size_t kPointsMax = 2'000;
inline constexpr size_t kRingsMax = 50;

struct Polygon {
  std::vector<Ring> rings;  // the first is the outer one, the others are holes
};

struct Shape {
  std::vector<Polygon> polygons;
  [[nodiscard]] bool contains(Point point) const noexcept;
  /// Precondition: at least one point.
  [[nodiscard]] Box box() const noexcept;
  [[nodiscard]] size_t points() const noexcept;
};

/// Whether a ray from `point` to the west crosses the edge; see above for its ends.
[[nodiscard]] inline bool crosses_west(Point a, Point b, Point point) noexcept {
  if ((a.latitude > point.latitude) == (b.latitude > point.latitude)) return false;
  const int64_t rise = int64_t{b.latitude} - a.latitude;
  const int64_t left = (int64_t{b.longitude} - a.longitude) * (int64_t{point.latitude} - a.latitude);
  const int64_t right = (int64_t{point.longitude} - a.longitude) * rise;
  return rise > 0 ? right > left : right < left;
}

/// kInvalidArgument naming the polygon, ring and point when a ring has fewer than three points, repeats one, crosses or
/// touches itself or another; when a hole lies outside its polygon or a polygon inside another; when there are more
/// than kRingsMax rings or kPointsMax points, or none. Words for users (Chinese).
Status check_shape(const Shape& shape);

}  // namespace minglu::geo
