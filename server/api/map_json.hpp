// Areas, places and map counts as the API shows them, and the filters that speak of them.
// Degrees are numbers with six decimals at most, WGS-84. Pure, except that drawn areas are looked up.
#pragma once

#include <string_view>

#include "flows/register_reader.hpp"
#include "server/api/operations.hpp"

namespace minglu::server {

/// {"precision", "precision_title", "longitude", "latitude", "area", "area_title", "hidden"}
Json place_json(const flows::Knowledge& knowledge, const flows::UnitPlace& place);
/// {"areas", "streets", "precisions", "cells", "cells_hidden"}
Json map_json(const flows::Knowledge& knowledge, const search::MapCounts& map);
/// Adds "longitude" and "latitude".
void put_point(Json& json, geo::Point point);

}  // namespace minglu::server
