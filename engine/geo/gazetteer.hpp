// Borders of the areas that run the city, and known points of areas, streets and communities: catalog/geo.
//
//   MINGLU_TRY(Gazetteer gazetteer, Gazetteer::load(catalog_directory(), regions));
//   gazetteer.areas()[gazetteer.area_at({114'057'900, 22'543'100}) - 1].name == "福田区"
//   gazetteer.centre_of("440306022")   // the known point of 沙井街道
//
// Areas are those of codes/regions_areas.csv, numbered from 1 in that order. An area may have no border (深汕): then no
// point lies in it, and its units belong to it by their code. Datum WGS-84.
// Limits: the borders are of 2021, coordinates to 1 m, accuracy of the source unknown; a street's point is where a
// gazetteer puts its name, not its middle; half of the streets and most communities have none.
// Errors: kInvalidArgument naming file and line. Thread-safety: immutable after load. Cost: load 20 ms; area_at 50 ns.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "codes/regions.hpp"
#include "geo/shape.hpp"
#include "geo/shape_index.hpp"

namespace minglu::geo {

/// Number of an area, from 1.
using AreaNumber = uint8_t;
inline constexpr AreaNumber kNoArea = 0;
/// A point that lies in no area.
inline constexpr AreaNumber kOutside = 255;

struct Area {
  std::string id;                           // "440305", "dapeng"
  std::string name;                         // 南山区, 大鹏新区
  std::string district;                     // six digits of the code its units carry
  Shape border;                             // no polygons: not known
  std::shared_ptr<const ShapeIndex> index;  // null where there is no border
  std::optional<Point> centre;
};

class Gazetteer {
 public:
  static Result<Gazetteer> load(const std::filesystem::path& catalog_dir, const codes::Regions& regions);

  [[nodiscard]] const std::vector<Area>& areas() const noexcept { return areas_; }
  /// kNoArea for an unknown id.
  [[nodiscard]] AreaNumber find_area(std::string_view id) const noexcept;
  /// kOutside when it lies in none.
  [[nodiscard]] AreaNumber area_at(Point point) const noexcept;
  /// Of an area's id, or a code of 9 or 12 digits; null when not known.
  [[nodiscard]] std::optional<Point> centre_of(std::string_view code) const noexcept;
  /// The box of all borders.
  [[nodiscard]] const Box& box() const noexcept { return box_; }
  /// What catalog/geo says about itself, for whoever shows it.
  [[nodiscard]] const std::string& borders_source() const noexcept { return borders_source_; }
  [[nodiscard]] const std::string& borders_version() const noexcept { return borders_version_; }
  [[nodiscard]] const std::string& centres_source() const noexcept { return centres_source_; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  Status load_borders(const std::filesystem::path& path);
  Status load_centres(const std::filesystem::path& path, const codes::Regions& regions);

  std::vector<Area> areas_;
  std::unordered_map<std::string, Point, Hash, std::equal_to<>> centres_;
  Box box_;
  std::string borders_source_;
  std::string borders_version_;
  std::string centres_source_;
};

}  // namespace minglu::geo
