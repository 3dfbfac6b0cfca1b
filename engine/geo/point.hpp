// A place on the earth in whole millionths of a degree (0.11 m of latitude), so that geometry is exact and the same on
// every machine. Datum WGS-84 everywhere behind the cleaning step; see datum.hpp for the other one.
//
//   make_point(114.0579, 22.5431) -> {114057900, 22543100};  make_point(200, 22) -> null
//
// Thread-safety: values.
#pragma once

#include <cmath>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>

namespace minglu::geo {

inline constexpr double kMicroPerDegree = 1e6;

struct Point {
  int32_t longitude = 0;  // millionths of a degree, east positive, -180 to 180 degrees
  int32_t latitude = 0;   // north positive, -90 to 90 degrees
  auto operator<=>(const Point&) const = default;
};

/// Null for what is no number or lies outside the globe.
inline std::optional<Point> make_point(double longitude, double latitude) noexcept {
  if (!(std::abs(longitude) <= 180.0) || !(std::abs(latitude) <= 90.0)) return std::nullopt;
  return Point{static_cast<int32_t>(std::lround(longitude * kMicroPerDegree)),
               static_cast<int32_t>(std::lround(latitude * kMicroPerDegree))};
}

inline double longitude_degrees(Point point) noexcept { return point.longitude / kMicroPerDegree; }
inline double latitude_degrees(Point point) noexcept { return point.latitude / kMicroPerDegree; }

/// Degrees with `decimals` (1 to 6) at most, no zeros at the end: 114057900 -> "114.0579".
std::string degrees_text(int32_t micro, int decimals = 6);

/// Both ends belong to it.
struct Box {
  Point low;
  Point high;
  [[nodiscard]] bool contains(Point point) const noexcept {
    return point.longitude >= low.longitude && point.longitude <= high.longitude && point.latitude >= low.latitude &&
           point.latitude <= high.latitude;
  }
};

}  // namespace minglu::geo
