#include "geo/gazetteer.hpp"

#include <algorithm>
#include <charconv>

#include "codes/catalog_file.hpp"

namespace minglu::geo {
namespace {

constexpr int32_t kMicroPerUnit = 10;  // borders.csv counts in 1e-5 degrees
constexpr size_t kDistrictDigits = 6;

/// A whole number at the front of `text`, which is cut off with the separator behind it.
std::optional<int32_t> take_number(std::string_view& text, char separator) {
  int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  if (!text.empty()) {
    if (text.front() != separator) return std::nullopt;
    text.remove_prefix(1);
  }
  return value;
}

std::optional<Ring> ring_of(std::string_view text) {
  Ring ring;
  while (!text.empty()) {
    const auto longitude = take_number(text, ' ');
    const auto latitude = longitude ? take_number(text, ';') : std::nullopt;
    if (!latitude) return std::nullopt;
    const auto point = make_point(*longitude / 1e5, *latitude / 1e5);
    if (!point) return std::nullopt;
    ring.push_back({*longitude * kMicroPerUnit, *latitude * kMicroPerUnit});
  }
  return ring.size() < 3 ? std::nullopt : std::optional(std::move(ring));
}

std::optional<double> degrees_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

size_t place_of(const std::string& number) {
  size_t place = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place);
  return error == std::errc() && end == number.data() + number.size() ? place : 0;
}

}  // namespace

Result<Gazetteer> Gazetteer::load(const std::filesystem::path& catalog_dir, const codes::Regions& regions) {
  Gazetteer gazetteer;
  for (const codes::ManagementArea& area : regions.management_areas()) {
    gazetteer.areas_.push_back({area.id, area.name, area.members.front().substr(0, kDistrictDigits), {}, nullptr, {}});
  }
  if (gazetteer.areas_.size() >= kOutside) return base::invalid_argument("codes/regions_areas.csv: too many areas");
  MINGLU_CHECK(gazetteer.load_borders(catalog_dir / "geo" / "borders.csv"));
  MINGLU_CHECK(gazetteer.load_centres(catalog_dir / "geo" / "centres.csv", regions));
  return gazetteer;
}

Status Gazetteer::load_borders(const std::filesystem::path& path) {
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(path, {"area", "part", "ring", "points"}));
  for (size_t i = 0; i < file.rows.size(); ++i) {
    const std::vector<std::string>& row = file.rows[i];
    const AreaNumber area = find_area(row[0]);
    if (area == kNoArea) return codes::catalog_error(file, i, "unknown area \"" + row[0] + "\"");
    std::optional<Ring> ring = ring_of(row[3]);
    if (!ring) return codes::catalog_error(file, i, "points are no ring of longitude and latitude in 1e-5 degrees");
    std::vector<Polygon>& polygons = areas_[area - 1U].border.polygons;
    const bool is_outer = row[2] == "1";
    if (is_outer) polygons.emplace_back();
    if (place_of(row[1]) != polygons.size() || (polygons.back().rings.size() + 1 != place_of(row[2])))
      return codes::catalog_error(file, i, "parts and rings of an area count from 1, in order");
    polygons.back().rings.push_back(std::move(*ring));
  }
  box_ = {{INT32_MAX, INT32_MAX}, {INT32_MIN, INT32_MIN}};
  for (Area& area : areas_) {
    if (area.border.polygons.empty()) continue;
    area.index = std::make_shared<const ShapeIndex>(area.border);
    const Box box = area.index->box();
    box_.low = {std::min(box_.low.longitude, box.low.longitude), std::min(box_.low.latitude, box.low.latitude)};
    box_.high = {std::max(box_.high.longitude, box.high.longitude), std::max(box_.high.latitude, box.high.latitude)};
  }
  borders_source_ = file.meta.at("source");
  borders_version_ = file.meta.at("version");
  return ok_status();
}

Status Gazetteer::load_centres(const std::filesystem::path& path, const codes::Regions& regions) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(path, {"code", "longitude", "latitude", "basis", "name"}));
  for (size_t i = 0; i < file.rows.size(); ++i) {
    const std::vector<std::string>& row = file.rows[i];
    const AreaNumber area = find_area(row[0]);
    if (area == kNoArea && (row[0].size() <= kDistrictDigits || regions.find(row[0]) == nullptr))
      return codes::catalog_error(file, i, "\"" + row[0] + "\" is no area, street or community");
    const std::optional<double> longitude = degrees_of(row[1]);
    const std::optional<double> latitude = degrees_of(row[2]);
    const std::optional<Point> point = longitude && latitude ? make_point(*longitude, *latitude) : std::nullopt;
    if (!point) return codes::catalog_error(file, i, "longitude and latitude are degrees");
    if (!centres_.emplace(row[0], *point).second)
      return codes::catalog_error(file, i, "\"" + row[0] + "\" stands twice");
    const std::string id(area != kNoArea ? std::string_view(row[0]) : regions.management_area(row[0]));
    const AreaNumber wanted = find_area(id);
    if (wanted != kNoArea && areas_[wanted - 1U].index && area_at(*point) != wanted)
      return codes::catalog_error(file, i, "the point lies outside the border of " + areas_[wanted - 1U].name);
    if (area != kNoArea) areas_[area - 1U].centre = point;
  }
  centres_source_ = file.meta.at("source");
  return ok_status();
}

AreaNumber Gazetteer::find_area(std::string_view id) const noexcept {
  for (size_t i = 0; i < areas_.size(); ++i) {
    if (areas_[i].id == id) return static_cast<AreaNumber>(i + 1);
  }
  return kNoArea;
}

AreaNumber Gazetteer::area_at(Point point) const noexcept {
  for (size_t i = 0; i < areas_.size(); ++i) {
    if (areas_[i].index && areas_[i].index->contains(point)) return static_cast<AreaNumber>(i + 1);
  }
  return kOutside;
}

std::optional<Point> Gazetteer::centre_of(std::string_view code) const noexcept {
  const auto it = centres_.find(code);
  return it == centres_.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace minglu::geo
