// The map: borders of areas, areas that people draw, and counts of a search by area, street and grid.
#include <charconv>

#include "base/hash.hpp"
#include "geo/geojson.hpp"
#include "server/api/map_json.hpp"
#include "server/api/operations.hpp"
#include "server/api/unit_json.hpp"

namespace minglu::server {
namespace {

constexpr int kBorderDecimals = 5;
constexpr size_t kWithinMax = 20;
constexpr size_t kIdHexDigits = 16;

// Drawn areas begin with a letter that no area of the catalog has in front of digits.
std::string id_of(const std::string& geometry) {
  return "u" + base::to_hex(base::hash128(geometry)).substr(0, kIdHexDigits);
}

Json feature_json(std::string_view id, std::string_view name, std::string_view kind) {
  return {{"type", "Feature"}, {"id", id}, {"properties", {{"id", id}, {"name", name}, {"kind", kind}}}};
}

Json drawn_json(const store::DrawnAreaRow& area) {
  Json json = feature_json(area.id, area.name, "drawn");
  json["properties"]["created_at"] = utc_text(area.created_us);
  json["geometry"] = Json::parse(area.geometry, nullptr, false);
  return json;
}

Result<Response> list_areas(ApiCall& call) {
  const geo::Gazetteer& gazetteer = call.knowledge().domain().gazetteer();
  Json features = Json::array();
  for (const geo::Area& area : gazetteer.areas()) {
    Json json = feature_json(area.id, area.name, "area");
    json["properties"]["district"] = area.district;
    if (area.centre) put_point(json["properties"], *area.centre);
    json["geometry"] =
        area.index ? Json::parse(geo::to_geojson(area.border, kBorderDecimals), nullptr, false) : Json(nullptr);
    features.push_back(std::move(json));
  }
  MINGLU_TRY(const auto drawn, call.services.accounts->areas_of(call.who.user->id));
  for (const store::DrawnAreaRow& area : drawn) features.push_back(drawn_json(area));
  const Json json = {{"type", "FeatureCollection"},
                     {"features", std::move(features)},
                     {"sources", {gazetteer.borders_source(), gazetteer.centres_source()}},
                     {"version", gazetteer.borders_version()}};
  const std::string text = json.dump();
  const std::string tag = "\"" + base::to_hex(base::hash128(text)) + "\"";
  Response response;
  if (call.request.header("if-none-match") == tag)
    response.status = 304;
  else
    response = json_response(200, text);
  response.with("ETag", tag);
  return response;
}

Result<Response> create_area(ApiCall& call) {
  MINGLU_TRY(Body body, Body::parse(call.request));
  store::DrawnAreaRow area;
  area.name = body.text("name", 1, 64);
  const Json* geometry = body.member("geometry");
  if (geometry == nullptr || !geometry->is_object())
    body.complain("/geometry", "应为 GeoJSON 的 Polygon 或 MultiPolygon");
  MINGLU_CHECK(body.check());
  MINGLU_TRY(const geo::Shape shape, geo::parse_geojson(geometry->dump()));
  area.owner_id = call.who.user->id;
  area.geometry = geo::to_geojson(shape);
  area.id = id_of(area.geometry);
  area.created_us = now_us();
  call.object = "area:" + area.id;
  MINGLU_CHECK(call.services.accounts->put_area(area));
  MINGLU_TRY(area, call.services.accounts->find_area(area.owner_id, area.id));
  Response response = json_response(201, drawn_json(area).dump());
  response.with("Location", "/api/v1/map/areas/" + area.id);
  return response;
}

Result<Response> delete_area(ApiCall& call) {
  call.object = "area:" + call.request.parts.at(0);
  MINGLU_CHECK(call.services.accounts->delete_area(call.who.user->id, call.request.parts.at(0)));
  Response done;
  done.status = 204;
  return done;
}

Result<double> degrees_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return base::invalid_argument("bbox 应为 西,南,东,北 四个度数，例如 113.7,22.4,114.7,22.9");
  return value;
}

Result<geo::Box> box_of(const ApiCall& call) {
  const std::optional<std::string> text = call.request.parameter("bbox");
  if (!text) return call.knowledge().domain().gazetteer().box();
  std::vector<double> degrees;
  for (size_t at = 0; at <= text->size();) {
    const size_t end = std::min(text->find(',', at), text->size());
    MINGLU_TRY(const double value, degrees_of(std::string_view(*text).substr(at, end - at)));
    degrees.push_back(value);
    at = end + 1;
  }
  if (degrees.size() != 4) return degrees_of("").error();
  const auto low = geo::make_point(degrees[0], degrees[1]);
  const auto high = geo::make_point(degrees[2], degrees[3]);
  if (!low || !high || low->longitude > high->longitude || low->latitude > high->latitude)
    return base::invalid_argument("bbox 应为 西,南,东,北：西不大于东，南不大于北，都在地球范围之内");
  return geo::Box{*low, *high};
}

Result<Response> map_units(ApiCall& call) {
  MINGLU_TRY(search::Query query,
             parse_search(call, [&](std::string_view name) { return call.request.parameter(name); }));
  search::MapSpec map;
  MINGLU_TRY(map.box, box_of(call));
  MINGLU_TRY(const uint64_t cells, call.number("cells", 32, 1, search::kMapCellsMax));
  map.columns = map.rows = static_cast<uint16_t>(cells);
  query.map = map;
  query.limit = 0;
  const int64_t started = now_us();
  MINGLU_TRY(const flows::SearchPage page, call.reader().search(query));
  Json json = map_json(call.knowledge(), page.map.value_or(search::MapCounts()));
  json["total"] = page.total;
  json["total_is_exact"] = !page.total_is_about;
  json["took_us"] = now_us() - started;
  call.detail = {{"q", query.text}, {"total", page.total}};
  return json_response(200, json.dump());
}

}  // namespace

Status parse_within(const ApiCall& call, const ParameterOf& parameter, search::Query& query) {
  const geo::Gazetteer& gazetteer = call.knowledge().domain().gazetteer();
  const std::vector<std::string> ids = split_list(parameter("within").value_or(""));
  if (ids.size() > kWithinMax) return base::invalid_argument("within 最多 " + std::to_string(kWithinMax) + " 个区域");
  for (const std::string& id : ids) {
    if (const geo::AreaNumber area = gazetteer.find_area(id); area != geo::kNoArea) {
      query.within_areas.push_back(area);
    } else if (id == "none" || id == "outside") {
      query.within_areas.push_back(id == "none" ? geo::kNoArea : geo::kOutside);
    } else {
      const auto drawn = call.services.accounts->find_area(call.who.user->id, id);
      if (!drawn.ok()) return base::invalid_argument("没有区域“" + id + "”；可用的区域见 /map/areas");
      MINGLU_TRY(const geo::Shape shape, geo::parse_geojson(drawn->geometry));
      query.within_shapes.push_back(std::make_shared<const geo::ShapeIndex>(shape));
    }
  }
  for (const std::string& name : split_list(parameter("precision").value_or(""))) {
    size_t at = 0;
    while (at < geo::kPrecisions && geo::precision_name(static_cast<geo::Precision>(at)) != name) ++at;
    if (at == geo::kPrecisions)
      return base::invalid_argument("precision 应为 source、community、street、district 或 none，以逗号分隔");
    query.precisions.push_back(static_cast<uint8_t>(at));
  }
  return ok_status();
}

std::vector<ApiOperation> map_operations() {
  return {
      {"map_units", "GET", "/map",
       "q,district,industry,size,status,source,has_conflict,has_missing,within,precision,bbox,cells", map_units},
      {"list_areas", "GET", "/map/areas", "", list_areas},
      {"create_area", "POST", "/map/areas", "", create_area},
      {"delete_area", "DELETE", "/map/areas/{id}", "", delete_area},
  };
}

}  // namespace minglu::server
