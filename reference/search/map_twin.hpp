// Slow obvious twin of the map counts of search/query.hpp: every hit is put into its cell by division, one by one.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "reference/geo/shape_twin.hpp"
#include "search/document.hpp"
#include "search/query.hpp"

namespace minglu::reference {

/// `hits` are the documents of every hit, best first.
inline search::MapCounts map_twin(const std::vector<search::UnitDocument>& hits, const search::MapSpec& spec) {
  search::MapCounts map;
  std::map<std::string, uint64_t> streets;
  std::map<std::pair<int64_t, int64_t>, std::vector<const search::UnitDocument*>> cells;
  const int64_t width = (int64_t{spec.box.high.longitude} - spec.box.low.longitude) / spec.columns + 1;
  const int64_t height = (int64_t{spec.box.high.latitude} - spec.box.low.latitude) / spec.rows + 1;
  for (const search::UnitDocument& unit : hits) {
    ++map.areas[unit.place.area];
    ++map.precisions[static_cast<size_t>(unit.place.precision)];
    ++streets[unit.street.size() < 9 ? "" : unit.street.substr(0, 9)];
    const geo::Point at = unit.place.point;
    if (!unit.place.is_fine() || at.longitude < spec.box.low.longitude || at.longitude > spec.box.high.longitude ||
        at.latitude < spec.box.low.latitude || at.latitude > spec.box.high.latitude) {
      continue;
    }
    cells[{(int64_t{at.latitude} - spec.box.low.latitude) / height,
           (int64_t{at.longitude} - spec.box.low.longitude) / width}]
        .push_back(&unit);
  }
  for (const auto& [cell, units] : cells) {
    int64_t east = 0;
    int64_t north = 0;
    for (const search::UnitDocument* unit : units) {
      east += unit->place.point.longitude;
      north += unit->place.point.latitude;
    }
    const auto count = static_cast<int64_t>(units.size());
    map.cells.push_back({{static_cast<int32_t>(east / count), static_cast<int32_t>(north / count)},
                         units.size(),
                         units.size() == 1 ? units[0]->unit : 0});
  }
  for (const auto& [code, count] : streets) map.streets.push_back({code, count});
  std::stable_sort(map.streets.begin(), map.streets.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return map;
}

}  // namespace minglu::reference
