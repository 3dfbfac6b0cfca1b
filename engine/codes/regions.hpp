// The division code list: GB/T 2260 down to the district (6 digits), and for Shenzhen and the four towns of 深汕 also
// streets (9 digits) and communities (12 digits). Old and functional names are aliases with a validity.
//
//   MINGLU_TRY(Regions regions, Regions::load(catalog_directory()));
//   const Region* street = regions.find("440307013");         // or "440307013000"
//   regions.management_area("440307010003") -> "dapeng"
//
// A code is accepted at 6, 9 or 12 digits; a longer code padded with zeros means the shorter one ("440303000000" is the
// district 440303). Thread-safety: immutable after load. Cost: look-ups are O(1), load about 10 ms.
// Sources: catalog/codes/regions.csv, region_aliases.csv, regions_areas.csv (each states its own).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"

namespace minglu::codes {

enum class RegionLevel : uint8_t { kNone, kProvince, kCity, kDistrict, kStreet, kCommunity };
/// "none", "province", "city", "district", "street", "community".
std::string_view region_level_name(RegionLevel level) noexcept;

struct Region {
  std::string code;  // 6, 9 or 12 digits, never padded
  RegionLevel level = RegionLevel::kNone;
  std::string name;        // 布吉街道, 大芬社区居民委员会
  std::string short_name;  // 布吉, 大芬; empty where nothing sensible is left
  std::string parent;      // code of the region above; empty for a province
};

/// kZone: a functional zone written as part of the division prefix. kLocality: a place word that only hints at a
/// division (科技园). kCode: a six-digit code used outside the national list.
enum class AliasLevel : uint8_t { kDistrict, kStreet, kZone, kLocality, kCode };
/// kExact: same ground as the codes together. kApproximate: nearest code. kSplit: divided since; codes[0] kept the
/// name.
enum class AliasPrecision : uint8_t { kExact, kApproximate, kSplit };

struct RegionAlias {
  std::string alias;
  AliasLevel level = AliasLevel::kZone;
  std::vector<std::string> codes;  // at least one, all known
  AliasPrecision precision = AliasPrecision::kApproximate;
  std::optional<Date> valid_from;  // null = no known beginning
  std::optional<Date> valid_to;    // inclusive; null = still in use
  std::string source;
  std::string mark;  // K-H, K-M, K-L: how sure
};

/// An area that is run as one: a district, or 大鹏 / 深汕 which are sets of streets without a code of their own.
struct ManagementArea {
  std::string id;                    // the six digits of a district, "dapeng", "shenshan"
  std::string name;                  // 龙岗区, 大鹏新区
  std::vector<std::string> members;  // 6 digits = the district less streets of other areas; 9 digits = one street
};

class Regions {
 public:
  /// Reads catalog/codes/{regions,region_aliases,regions_areas}.csv below `catalog_dir`. kInvalidArgument for a
  /// duplicate code, an unknown parent or alias target, a level that does not fit, or two rows of one alias and level
  /// whose validity overlaps.
  static Result<Regions> load(const std::filesystem::path& catalog_dir);

  /// Null for an unknown or malformed code.
  [[nodiscard]] const Region* find(std::string_view code) const noexcept;
  /// "" for an unknown code.
  [[nodiscard]] std::string_view name(std::string_view code) const noexcept;
  [[nodiscard]] std::string_view parent(std::string_view code) const noexcept;
  /// "" when the code is above the district.
  [[nodiscard]] std::string_view district_of(std::string_view code) const noexcept;
  /// Twelve digits and in the list, at any level ("440303001000" is valid; ask find()->level for the level).
  [[nodiscard]] bool is_valid_code12(std::string_view code) const noexcept;
  /// Pads a known code with zeros; "" for an unknown one.
  [[nodiscard]] std::string code12(std::string_view code) const;
  /// Codes one level down, ascending.
  [[nodiscard]] const std::vector<std::string>& children(std::string_view code) const noexcept;
  /// Whether `code` is `ancestor` or lies below it.
  [[nodiscard]] bool is_within(std::string_view code, std::string_view ancestor) const noexcept;

  /// Id of the area a street or community is run by. "" when the code is unknown, outside, or too short to tell: 440307
  /// alone may be 龙岗 or 大鹏.
  [[nodiscard]] std::string_view management_area(std::string_view code) const noexcept;
  [[nodiscard]] const std::vector<ManagementArea>& management_areas() const noexcept { return areas_; }

  /// Every region, ascending by code.
  [[nodiscard]] const std::vector<Region>& all() const noexcept { return regions_; }
  [[nodiscard]] const std::vector<RegionAlias>& aliases() const noexcept { return aliases_; }
  /// The alias row valid on `day`, or with a null day every row of that name is a candidate and the newest is returned.
  [[nodiscard]] const RegionAlias* find_alias(std::string_view alias, AliasLevel level,
                                              std::optional<Date> day = std::nullopt) const noexcept;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  template <typename T>
  using Map = std::unordered_map<std::string, T, Hash, std::equal_to<>>;

  Status load_regions(const std::filesystem::path& path);
  Status load_aliases(const std::filesystem::path& path);
  Status load_areas(const std::filesystem::path& path);
  Status link_parents(const std::string& file);
  Status check_alias_overlap(const RegionAlias& alias, const std::string& file) const;

  std::vector<Region> regions_;
  Map<size_t> by_code_;
  Map<std::vector<std::string>> children_;
  std::vector<RegionAlias> aliases_;
  Map<std::vector<size_t>> by_alias_;
  std::vector<ManagementArea> areas_;
  Map<size_t> area_of_;  // 6- or 9-digit member -> index in areas_
};

}  // namespace minglu::codes
