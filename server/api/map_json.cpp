#include "server/api/map_json.hpp"

#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

/// What the parameter `within` calls an area, and what people call it.
struct AreaWords {
  std::string id;
  std::string title;
};

AreaWords words_of(const geo::Gazetteer& gazetteer, geo::AreaNumber area) {
  if (area == geo::kNoArea) return {"none", "无坐标"};
  if (area == geo::kOutside || area > gazetteer.areas().size()) return {"outside", "市外"};
  return {gazetteer.areas()[area - 1U].id, gazetteer.areas()[area - 1U].name};
}

Json area_json(const geo::Gazetteer& gazetteer, geo::AreaNumber area, uint64_t count) {
  const AreaWords words = words_of(gazetteer, area);
  Json json = {{"id", words.id}, {"title", words.title}, {"count", count}};
  if (area != geo::kNoArea && area <= gazetteer.areas().size() && gazetteer.areas()[area - 1U].centre)
    put_point(json, *gazetteer.areas()[area - 1U].centre);
  return json;
}

Json street_json(const flows::Knowledge& knowledge, const search::FacetCount& street) {
  const rules::Domain& domain = knowledge.domain();
  const std::string title = region_title(knowledge, street.code);
  Json json = {{"code", street.code},
               {"title", street.code.empty() ? "街道未知" : (title.empty() ? street.code : title)},
               {"count", street.count}};
  put_text(json, "area", domain.regions().management_area(street.code));
  if (const auto point = domain.gazetteer().centre_of(street.code)) put_point(json, *point);
  return json;
}

}  // namespace

void put_point(Json& json, geo::Point point) {
  json["longitude"] = geo::longitude_degrees(point);
  json["latitude"] = geo::latitude_degrees(point);
}

Json place_json(const flows::Knowledge& knowledge, const flows::UnitPlace& unit) {
  const geo::Place& place = unit.place;
  Json json = {{"precision", geo::precision_name(place.precision)},
               {"precision_title", geo::precision_title(place.precision)},
               {"hidden", unit.point_is_hidden}};
  if (place.has_point() && !unit.point_is_hidden) put_point(json, place.point);
  if (place.area != geo::kNoArea) {
    const AreaWords words = words_of(knowledge.domain().gazetteer(), place.area);
    json["area"] = words.id;
    json["area_title"] = words.title;
  }
  return json;
}

Json map_json(const flows::Knowledge& knowledge, const search::MapCounts& map) {
  const geo::Gazetteer& gazetteer = knowledge.domain().gazetteer();
  Json areas = Json::array();
  for (size_t i = 1; i <= gazetteer.areas().size(); ++i)
    areas.push_back(area_json(gazetteer, static_cast<geo::AreaNumber>(i), map.areas[i]));
  areas.push_back(area_json(gazetteer, geo::kOutside, map.areas[geo::kOutside]));
  areas.push_back(area_json(gazetteer, geo::kNoArea, map.areas[geo::kNoArea]));
  Json streets = Json::array();
  for (const search::FacetCount& street : map.streets) streets.push_back(street_json(knowledge, street));
  Json precisions = Json::array();
  for (size_t i = geo::kPrecisions; i-- > 0;) {
    const auto precision = static_cast<geo::Precision>(i);
    precisions.push_back({{"code", geo::precision_name(precision)},
                          {"title", geo::precision_title(precision)},
                          {"count", map.precisions[i]}});
  }
  Json cells = Json::array();
  for (const search::MapCell& cell : map.cells) {
    Json item = {{"count", cell.count}};
    put_point(item, cell.middle);
    if (cell.unit != 0) item["unit"] = std::to_string(cell.unit);
    cells.push_back(std::move(item));
  }
  return {{"areas", std::move(areas)},
          {"streets", std::move(streets)},
          {"precisions", std::move(precisions)},
          {"cells", std::move(cells)},
          {"cells_hidden", map.cells_are_hidden}};
}

}  // namespace minglu::server
