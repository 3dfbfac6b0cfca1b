#include "geo/geojson.hpp"

#include <nlohmann/json.hpp>

namespace minglu::geo {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 12;

std::string ring_name(size_t polygon, size_t ring) {
  return "第 " + std::to_string(polygon + 1) + " 个多边形的第 " + std::to_string(ring + 1) + " 个环";
}

Result<Point> point_of(const Json& json, const std::string& ring, size_t place) {
  const std::string name = ring + "的第 " + std::to_string(place + 1) + " 个点";
  if (!json.is_array() || json.size() < 2 || !json[0].is_number() || !json[1].is_number())
    return base::invalid_argument(name + "应为 [经度, 纬度] 两个数");
  const std::optional<Point> point = make_point(json[0].get<double>(), json[1].get<double>());
  if (!point) return base::invalid_argument(name + "不在经度 -180 至 180、纬度 -90 至 90 之内");
  return *point;
}

Result<Ring> ring_of(const Json& json, const std::string& name) {
  if (!json.is_array() || json.size() < 4) return base::invalid_argument(name + "至少需要四个点，首尾相同");
  if (json.size() > kPointsMax + 1) {
    return base::invalid_argument(name + "有 " + std::to_string(json.size()) + " 个点，最多 " +
                                  std::to_string(kPointsMax) + " 个；请简化边界");
  }
  Ring ring;
  for (size_t i = 0; i < json.size(); ++i) {
    MINGLU_TRY(const Point point, point_of(json[i], name, i));
    ring.push_back(point);
  }
  if (ring.front() != ring.back()) return base::invalid_argument(name + "没有闭合：最后一个点应与第一个点相同");
  ring.pop_back();
  return ring;
}

Result<Polygon> polygon_of(const Json& json, size_t place) {
  if (!json.is_array() || json.empty())
    return base::invalid_argument("第 " + std::to_string(place + 1) + " 个多边形没有任何环");
  if (json.size() > kRingsMax)
    return base::invalid_argument("多边形的环超过 " + std::to_string(kRingsMax) + " 个；请拆成几个区域");
  Polygon polygon;
  for (size_t r = 0; r < json.size(); ++r) {
    MINGLU_TRY(Ring ring, ring_of(json[r], ring_name(place, r)));
    polygon.rings.push_back(std::move(ring));
  }
  return polygon;
}

Result<Shape> shape_of(const Json& geometry) {
  const auto type = geometry.is_object() ? geometry.value("type", Json()) : Json();
  const auto coordinates = geometry.is_object() ? geometry.value("coordinates", Json()) : Json();
  const bool is_one = type == "Polygon";
  if (!is_one && type != "MultiPolygon")
    return base::invalid_argument("几何类型应为 Polygon 或 MultiPolygon（GeoJSON，RFC 7946）");
  if (!coordinates.is_array() || coordinates.empty()) return base::invalid_argument("多边形没有任何点");
  if (!is_one && coordinates.size() > kRingsMax)
    return base::invalid_argument("多边形超过 " + std::to_string(kRingsMax) + " 个；请拆成几个区域");
  Shape shape;
  const size_t polygons = is_one ? 1 : coordinates.size();
  for (size_t p = 0; p < polygons; ++p) {
    MINGLU_TRY(Polygon polygon, polygon_of(is_one ? coordinates : coordinates[p], p));
    shape.polygons.push_back(std::move(polygon));
  }
  MINGLU_CHECK(check_shape(shape));
  return shape;
}

/// The geometry of a Feature, or of a collection that has exactly one.
Result<Json> geometry_of(Json json) {
  if (json.is_object() && json.value("type", Json()) == "FeatureCollection") {
    Json features = json.value("features", Json());
    if (!features.is_array() || features.size() != 1)
      return base::invalid_argument("FeatureCollection 应恰好含一个 Feature；请每次提交一个区域");
    json = std::move(features[0]);
  }
  if (json.is_object() && json.value("type", Json()) == "Feature") return json.value("geometry", Json());
  return json;
}

void append_point(Point point, int decimals, std::string& out) {
  out += "[" + degrees_text(point.longitude, decimals) + "," + degrees_text(point.latitude, decimals) + "]";
}

}  // namespace

Result<Shape> parse_geojson(std::string_view text) {
  if (text.size() > kGeoJsonBytesMax) {
    return base::invalid_argument("GeoJSON 有 " + std::to_string(text.size()) + " 字节，最多 " +
                                  std::to_string(kGeoJsonBytesMax) + " 字节；请简化边界");
  }
  bool too_deep = false;
  const auto watch = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kDepthMax;
    return !too_deep;
  };
  Json json = Json::parse(text, watch, false);
  if (json.is_discarded() || too_deep) return base::invalid_argument("不是合法的 GeoJSON 文本");
  MINGLU_TRY(const Json geometry, geometry_of(std::move(json)));
  return shape_of(geometry);
}

std::string to_geojson(const Shape& shape, int decimals) {
  std::string out = R"({"type":"MultiPolygon","coordinates":[)";
  for (size_t p = 0; p < shape.polygons.size(); ++p) {
    out += p == 0 ? "[" : ",[";
    const std::vector<Ring>& rings = shape.polygons[p].rings;
    for (size_t r = 0; r < rings.size(); ++r) {
      out += r == 0 ? "[" : ",[";
      for (const Point point : rings[r]) {
        append_point(point, decimals, out);
        out.push_back(',');
      }
      append_point(rings[r].front(), decimals, out);
      out.push_back(']');
    }
    out.push_back(']');
  }
  return out + "]}";
}

}  // namespace minglu::geo
