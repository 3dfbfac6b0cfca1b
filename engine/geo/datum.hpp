// The coordinates that Chinese map services publish (GCJ-02) lie some 500 m beside the true ones (WGS-84), by a fixed
// and public distortion.
//
//   to_wgs84({113937750, 22543639})   // a point of an internet map in 南山 -> {113932883, 22546671}
//
// Method: the distortion as it is commonly written (coordTransform, evil-transform: series of sines over offsets from
// 105 E 35 N on the ellipsoid of Krasovsky 1940), inverted by fixed-point steps until less than half a millionth of a
// degree is left. Outside the box of 72.004 to 137.8347 E, 0.8293 to 55.8271 N nothing is distorted.
// Thread-safety: functions without state. Cost: under 1 us.
#pragma once

#include <optional>
#include <string_view>

#include "geo/point.hpp"

namespace minglu::geo {

enum class Datum : uint8_t { kWgs84, kGcj02 };
/// "wgs84" or "gcj02"; null for another word.
std::optional<Datum> find_datum(std::string_view name) noexcept;

Point to_gcj02(Point wgs84) noexcept;
Point to_wgs84(Point gcj02) noexcept;

}  // namespace minglu::geo
