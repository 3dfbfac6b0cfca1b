#include "geo/datum.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace minglu::geo {
namespace {

struct Degrees {
  double longitude = 0;
  double latitude = 0;
};

// The ellipsoid of Krasovsky 1940.
constexpr double kAxisMetres = 6'378'245.0;
constexpr double kEccentricitySquared = 0.00669342162296594323;
constexpr double kPi = std::numbers::pi;

bool is_distorted(Degrees at) noexcept {
  return at.longitude >= 72.004 && at.longitude <= 137.8347 && at.latitude >= 0.8293 && at.latitude <= 55.8271;
}

double waves(double x, double last_amplitude, double last_divisor) noexcept {
  return (20.0 * std::sin(x * kPi) + 40.0 * std::sin(x / 3.0 * kPi)) * 2.0 / 3.0 +
         (last_amplitude * std::sin(x / 12.0 * kPi) + last_divisor * std::sin(x * kPi / 30.0)) * 2.0 / 3.0;
}

Degrees shift_at(Degrees at) noexcept {
  const double x = at.longitude - 105.0;
  const double y = at.latitude - 35.0;
  const double fast = (20.0 * std::sin(6.0 * x * kPi) + 20.0 * std::sin(2.0 * x * kPi)) * 2.0 / 3.0;
  const double north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) + fast +
                       waves(y, 160.0, 320.0);
  const double east =
      300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) + fast + waves(x, 150.0, 300.0);
  const double radians = at.latitude / 180.0 * kPi;
  const double magic = 1.0 - kEccentricitySquared * std::sin(radians) * std::sin(radians);
  const double root = std::sqrt(magic);
  const double metres_north = kAxisMetres * (1.0 - kEccentricitySquared) / (magic * root);
  const double metres_east = kAxisMetres / root * std::cos(radians);
  return {east * 180.0 / (metres_east * kPi), north * 180.0 / (metres_north * kPi)};
}

Degrees degrees_of(Point point) noexcept { return {longitude_degrees(point), latitude_degrees(point)}; }

Point point_of(Degrees at, Point otherwise) noexcept {
  return make_point(at.longitude, at.latitude).value_or(otherwise);
}

}  // namespace

std::optional<Datum> find_datum(std::string_view name) noexcept {
  if (name == "wgs84") return Datum::kWgs84;
  if (name == "gcj02") return Datum::kGcj02;
  return std::nullopt;
}

Point to_gcj02(Point wgs84) noexcept {
  const Degrees at = degrees_of(wgs84);
  if (!is_distorted(at)) return wgs84;
  const Degrees shift = shift_at(at);
  return point_of({at.longitude + shift.longitude, at.latitude + shift.latitude}, wgs84);
}

Point to_wgs84(Point gcj02) noexcept {
  const Degrees wanted = degrees_of(gcj02);
  if (!is_distorted(wanted)) return gcj02;
  constexpr int kStepsMax = 20;
  constexpr double kCloseDegrees = 0.5 / kMicroPerDegree;
  Degrees at = wanted;
  for (int step = 0; step < kStepsMax; ++step) {
    const Degrees shift = shift_at(at);
    const Degrees next{wanted.longitude - shift.longitude, wanted.latitude - shift.latitude};
    const bool close = std::abs(next.longitude - at.longitude) < kCloseDegrees &&
                       std::abs(next.latitude - at.latitude) < kCloseDegrees;
    at = next;
    if (close) break;
  }
  return point_of(at, gcj02);
}

}  // namespace minglu::geo
