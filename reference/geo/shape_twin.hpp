// The slow, obvious twin of geo::Shape::contains and geo::ShapeIndex: winding numbers instead of a count of crossings,
// in 128-bit arithmetic, every ring on its own.
#pragma once

#include "geo/shape.hpp"

namespace minglu::reference {

/// How often the ring runs around the point. An edge takes its lower end and not its upper one, and only edges truly to
/// the west count: the rule of the borders of engine/geo.
inline int winding_number(const geo::Ring& ring, geo::Point point) {
  int winding = 0;
  for (size_t i = 0; i < ring.size(); ++i) {
    const geo::Point a = ring[i];
    const geo::Point b = ring[(i + 1) % ring.size()];
    const __int128 side =
        static_cast<__int128>(int64_t{b.longitude} - a.longitude) * (int64_t{point.latitude} - a.latitude) -
        static_cast<__int128>(int64_t{point.longitude} - a.longitude) * (int64_t{b.latitude} - a.latitude);
    const bool upward = a.latitude <= point.latitude && point.latitude < b.latitude;
    const bool downward = b.latitude <= point.latitude && point.latitude < a.latitude;
    if (upward && side < 0) --winding;
    if (downward && side > 0) ++winding;
  }
  return winding;
}

inline bool contains_twin(const geo::Shape& shape, geo::Point point) {
  for (const geo::Polygon& polygon : shape.polygons) {
    bool inside = winding_number(polygon.rings.front(), point) != 0;
    for (size_t r = 1; r < polygon.rings.size(); ++r) inside = inside && winding_number(polygon.rings[r], point) == 0;
    if (inside) return true;
  }
  return false;
}

}  // namespace minglu::reference
