// Areas as GeoJSON (RFC 7946), as a person draws or posts them.
//
//   MINGLU_TRY(Shape shape, parse_geojson(R"({"type":"Polygon","coordinates":[[[114,22.5],[114.1,22.5],[114.1,22.6],
//     [114,22.5]]]})"));                     // checked: closed, not crossing itself, not too large
//
// Accepted: Polygon, MultiPolygon, a Feature of one, or a FeatureCollection of one such Feature. A third coordinate
// (height) is dropped; coordinates are WGS-84 degrees, longitude first, rounded to a millionth. The winding of rings
// does not matter. Errors: kInvalidArgument in words for users, naming the polygon, the ring and the point.
// Thread-safety: functions without state. Cost: that of check_shape.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "geo/shape.hpp"

namespace minglu::geo {

/// Bytes of a posted text.
inline constexpr size_t kGeoJsonBytesMax = 256 * 1024;

Result<Shape> parse_geojson(std::string_view text);

/// A geometry of type MultiPolygon with closed rings, outer ones first; degrees with six decimals at most.
/// `decimals` 1 to 6 cuts the precision for display.
std::string to_geojson(const Shape& shape, int decimals = 6);

}  // namespace minglu::geo
