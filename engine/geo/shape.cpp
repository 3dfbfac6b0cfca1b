#include "geo/shape.hpp"

#include <algorithm>
#include <string>

namespace minglu::geo {
namespace {

struct Edge {
  Point a;
  Point b;
  size_t polygon = 0;
  size_t ring = 0;
  size_t place = 0;  // of a in its ring
  size_t size = 0;   // of the ring
};

bool ring_contains(const Ring& ring, Point point) noexcept {
  bool inside = false;
  for (size_t i = 0, before = ring.size() - 1; i < ring.size(); before = i++) {
    inside ^= crosses_west(ring[before], ring[i], point);
  }
  return inside;
}

/// Sign of the turn a, b, c: 1 to the left, -1 to the right, 0 straight.
int turn(Point a, Point b, Point c) noexcept {
  const int64_t left = (int64_t{b.longitude} - a.longitude) * (int64_t{c.latitude} - a.latitude);
  const int64_t right = (int64_t{b.latitude} - a.latitude) * (int64_t{c.longitude} - a.longitude);
  return left == right ? 0 : (left > right ? 1 : -1);
}

bool on_edge(Point a, Point b, Point point) noexcept {
  return turn(a, b, point) == 0 && std::min(a.longitude, b.longitude) <= point.longitude &&
         point.longitude <= std::max(a.longitude, b.longitude) && std::min(a.latitude, b.latitude) <= point.latitude &&
         point.latitude <= std::max(a.latitude, b.latitude);
}

/// Crossing or touching.
bool meet(const Edge& x, const Edge& y) noexcept {
  if (std::max(x.a.latitude, x.b.latitude) < std::min(y.a.latitude, y.b.latitude) ||
      std::max(y.a.latitude, y.b.latitude) < std::min(x.a.latitude, x.b.latitude) ||
      std::max(x.a.longitude, x.b.longitude) < std::min(y.a.longitude, y.b.longitude) ||
      std::max(y.a.longitude, y.b.longitude) < std::min(x.a.longitude, x.b.longitude)) {
    return false;
  }
  const int ya = turn(x.a, x.b, y.a);
  const int yb = turn(x.a, x.b, y.b);
  const int xa = turn(y.a, y.b, x.a);
  const int xb = turn(y.a, y.b, x.b);
  if (ya * yb < 0 && xa * xb < 0) return true;
  return on_edge(x.a, x.b, y.a) || on_edge(x.a, x.b, y.b) || on_edge(y.a, y.b, x.a) || on_edge(y.a, y.b, x.b);
}

std::string ring_name(size_t polygon, size_t ring) {
  return "第 " + std::to_string(polygon + 1) + " 个多边形的第 " + std::to_string(ring + 1) + " 个环";
}

/// Neighbours share their common point and nothing else: they must not run back over each other.
bool may_meet(const Edge& x, const Edge& y) noexcept {
  if (x.polygon != y.polygon || x.ring != y.ring) return false;
  if ((x.place + 1) % x.size == y.place) return !on_edge(x.a, x.b, y.b) && !on_edge(y.a, y.b, x.a);
  if ((y.place + 1) % y.size == x.place) return !on_edge(y.a, y.b, x.b) && !on_edge(x.a, x.b, y.a);
  return false;
}

Status check_size(const Shape& shape) {
  size_t rings = 0;
  for (const Polygon& polygon : shape.polygons) rings += polygon.rings.size();
  if (rings == 0) return base::invalid_argument("多边形没有任何点");
  if (rings > kRingsMax) {
    return base::invalid_argument("多边形有 " + std::to_string(rings) + " 个环，最多 " + std::to_string(kRingsMax) +
                                  " 个；请拆成几个区域");
  }
  if (shape.points() > kPointsMax) {
    return base::invalid_argument("多边形有 " + std::to_string(shape.points()) + " 个点，最多 " +
                                  std::to_string(kPointsMax) + " 个；请简化边界");
  }
  return ok_status();
}

Result<std::vector<Edge>> edges_of(const Shape& shape) {
  std::vector<Edge> edges;
  for (size_t p = 0; p < shape.polygons.size(); ++p) {
    const std::vector<Ring>& rings = shape.polygons[p].rings;
    if (rings.empty()) return base::invalid_argument("第 " + std::to_string(p + 1) + " 个多边形没有任何点");
    for (size_t r = 0; r < rings.size(); ++r) {
      const Ring& ring = rings[r];
      if (ring.size() < 3) return base::invalid_argument(ring_name(p, r) + "少于三个不同的点");
      for (size_t i = 0; i < ring.size(); ++i) {
        const Point next = ring[(i + 1) % ring.size()];
        if (ring[i] == next)
          return base::invalid_argument(ring_name(p, r) + "的第 " + std::to_string(i + 1) + " 个点重复");
        edges.push_back({ring[i], next, p, r, i, ring.size()});
      }
    }
  }
  return edges;
}

}  // namespace

bool Shape::contains(Point point) const noexcept {
  bool inside = false;
  for (const Polygon& polygon : polygons) {
    for (const Ring& ring : polygon.rings) inside ^= ring_contains(ring, point);
  }
  return inside;
}

Box Shape::box() const noexcept {
  MINGLU_ASSERT(points() > 0);
  Box box{{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
  for (const Polygon& polygon : polygons) {
    for (const Ring& ring : polygon.rings) {
      for (const Point point : ring) {
        box.low = {std::min(box.low.longitude, point.longitude), std::min(box.low.latitude, point.latitude)};
        box.high = {std::max(box.high.longitude, point.longitude), std::max(box.high.latitude, point.latitude)};
      }
    }
  }
  return box;
}

size_t Shape::points() const noexcept {
  size_t count = 0;
  for (const Polygon& polygon : polygons) {
    for (const Ring& ring : polygon.rings) count += ring.size();
  }
  return count;
}

Status check_shape(const Shape& shape) {
  MINGLU_CHECK(check_size(shape));
  MINGLU_TRY(const std::vector<Edge> edges, edges_of(shape));
  for (size_t i = 0; i < edges.size(); ++i) {
    for (size_t j = i + 1; j < edges.size(); ++j) {
      const Edge& x = edges[i];
      const Edge& y = edges[j];
      if (!meet(x, y) || may_meet(x, y)) continue;
      return base::invalid_argument(ring_name(x.polygon, x.ring) + "的第 " + std::to_string(x.place + 1) + " 条边与" +
                                    ring_name(y.polygon, y.ring) + "的第 " + std::to_string(y.place + 1) +
                                    " 条边相交或相接；边界不能交叉");
    }
  }
  for (size_t p = 0; p < shape.polygons.size(); ++p) {
    const std::vector<Ring>& rings = shape.polygons[p].rings;
    for (size_t r = 1; r < rings.size(); ++r) {
      if (!ring_contains(rings[0], rings[r][0])) return base::invalid_argument(ring_name(p, r) + "（洞）不在外环之内");
      for (size_t other = 1; other < rings.size(); ++other) {
        if (other != r && ring_contains(rings[other], rings[r][0]))
          return base::invalid_argument(ring_name(p, r) + "（洞）在另一个洞之内");
      }
    }
    for (size_t q = 0; q < shape.polygons.size(); ++q) {
      if (q == p || !Shape{{shape.polygons[q]}}.contains(rings[0][0])) continue;
      return base::invalid_argument("第 " + std::to_string(p + 1) + " 个多边形在第 " + std::to_string(q + 1) +
                                    " 个之内；请合并");
    }
  }
  return ok_status();
}

}  // namespace minglu::geo
