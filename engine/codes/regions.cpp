#include "codes/regions.hpp"

#include <algorithm>
#include <array>

#include "codes/catalog_file.hpp"

namespace minglu::codes {
namespace {

constexpr std::array<std::string_view, 6> kLevelNames = {"none", "province", "city", "district", "street", "community"};

Error bad(const std::string& file, const std::string& what) {
  return base::invalid_argument("catalog file \"" + file + "\": " + what);
}

bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "440303000000" -> "440303"; malformed -> "".
std::string_view trimmed(std::string_view code) noexcept {
  if (!all_digits(code)) return {};
  while (code.size() > 6 && code.ends_with("000")) code.remove_suffix(3);
  return code.size() == 6 || code.size() == 9 || code.size() == 12 ? code : std::string_view{};
}

size_t digits_of(RegionLevel level) noexcept {
  if (level == RegionLevel::kCommunity) return 12;
  return level == RegionLevel::kStreet ? 9 : 6;
}

std::optional<RegionLevel> parse_level(std::string_view text) noexcept {
  for (size_t i = 1; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] == text) return static_cast<RegionLevel>(i);
  }
  return std::nullopt;
}

std::optional<AliasLevel> parse_alias_level(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"district", "street", "zone", "locality", "code"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<AliasLevel>(i);
  }
  return std::nullopt;
}

std::optional<AliasPrecision> parse_precision(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"exact", "approximate", "split"};
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<AliasPrecision>(i);
  }
  return std::nullopt;
}

std::vector<std::string> split_codes(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Result<std::optional<Date>> parse_bound(const std::string& text, const std::string& file) {
  if (text.empty()) return std::optional<Date>{};
  const std::optional<Date> date = base::parse_iso_date(text);
  if (!date) return bad(file, "\"" + text + "\" is no date; yyyy-mm-dd or empty is allowed");
  return date;
}

bool is_valid_on(const RegionAlias& alias, Date day) noexcept {
  return (!alias.valid_from || *alias.valid_from <= day) && (!alias.valid_to || day <= *alias.valid_to);
}

bool overlaps(const RegionAlias& a, const RegionAlias& b) noexcept {
  const bool a_before_b = a.valid_to && b.valid_from && *a.valid_to < *b.valid_from;
  const bool b_before_a = b.valid_to && a.valid_from && *b.valid_to < *a.valid_from;
  return !a_before_b && !b_before_a;
}

// An absent end is later than every date.
bool ends_later(const RegionAlias& a, const RegionAlias& b) noexcept {
  if (!a.valid_to || !b.valid_to) return !a.valid_to && b.valid_to;
  return *a.valid_to > *b.valid_to;
}

}  // namespace

std::string_view region_level_name(RegionLevel level) noexcept { return kLevelNames[static_cast<size_t>(level)]; }

Result<Regions> Regions::load(const std::filesystem::path& catalog_dir) {
  Regions regions;
  MINGLU_CHECK(regions.load_regions(catalog_dir / "codes" / "regions.csv"));
  MINGLU_CHECK(regions.load_aliases(catalog_dir / "codes" / "region_aliases.csv"));
  MINGLU_CHECK(regions.load_areas(catalog_dir / "codes" / "regions_areas.csv"));
  return regions;
}

Status Regions::load_regions(const std::filesystem::path& path) {
  MINGLU_TRY(CatalogFile file, load_catalog_file(path, {"code", "level", "name", "short_name", "parent"}));
  for (std::vector<std::string>& row : file.rows) {
    const std::optional<RegionLevel> level = parse_level(row[1]);
    if (!level) return bad(path.string(), "code " + row[0] + ": unknown level \"" + row[1] + "\"");
    if (trimmed(row[0]) != row[0] || row[0].size() != digits_of(*level)) {
      return bad(path.string(), "code \"" + row[0] + "\" does not fit the level " + row[1]);
    }
    if (row[2].empty()) return bad(path.string(), "code " + row[0] + " has no name");
    regions_.push_back({std::move(row[0]), *level, std::move(row[2]), std::move(row[3]), std::move(row[4])});
  }
  std::sort(regions_.begin(), regions_.end(), [](const Region& a, const Region& b) { return a.code < b.code; });
  for (size_t i = 0; i < regions_.size(); ++i) {
    if (!by_code_.emplace(regions_[i].code, i).second) {
      return bad(path.string(), "code " + regions_[i].code + " stands twice");
    }
  }
  return link_parents(path.string());
}

Status Regions::link_parents(const std::string& file) {
  for (const Region& region : regions_) {
    if (region.level == RegionLevel::kProvince && region.parent.empty()) continue;
    const Region* above = find(region.parent);
    if (above == nullptr) return bad(file, "code " + region.code + ": unknown parent \"" + region.parent + "\"");
    if (above->level >= region.level) return bad(file, "code " + region.code + ": its parent is not above it");
    children_[region.parent].push_back(region.code);
  }
  return ok_status();
}

Status Regions::load_aliases(const std::filesystem::path& path) {
  MINGLU_TRY(CatalogFile file, load_catalog_file(path, {"alias", "level", "codes", "precision", "valid_from",
                                                        "valid_to", "source", "mark"}));
  for (std::vector<std::string>& row : file.rows) {
    const auto level = parse_alias_level(row[1]);
    const auto precision = parse_precision(row[3]);
    if (row[0].empty() || !level || !precision) {
      return bad(path.string(),
                 "alias \"" + row[0] + "\": level " + row[1] + " or precision " + row[3] + " not allowed");
    }
    RegionAlias alias{row[0], *level, split_codes(row[2]), *precision, {}, {}, row[6], row[7]};
    MINGLU_TRY(alias.valid_from, parse_bound(row[4], path.string()));
    MINGLU_TRY(alias.valid_to, parse_bound(row[5], path.string()));
    if (alias.codes.empty()) return bad(path.string(), "alias " + alias.alias + " has no code");
    for (const std::string& code : alias.codes) {
      if (find(code) == nullptr) return bad(path.string(), "alias " + alias.alias + ": unknown code \"" + code + "\"");
    }
    MINGLU_CHECK(check_alias_overlap(alias, path.string()));
    by_alias_[alias.alias].push_back(aliases_.size());
    aliases_.push_back(std::move(alias));
  }
  return ok_status();
}

Status Regions::check_alias_overlap(const RegionAlias& alias, const std::string& file) const {
  if (alias.valid_from && alias.valid_to && *alias.valid_to < *alias.valid_from) {
    return bad(file, "alias " + alias.alias + " ends before it begins");
  }
  const auto it = by_alias_.find(alias.alias);
  if (it == by_alias_.end()) return ok_status();
  for (const size_t index : it->second) {
    const RegionAlias& other = aliases_[index];
    if (other.level == alias.level && overlaps(other, alias)) {
      return bad(file, "alias " + alias.alias + " has two rows whose validity overlaps");
    }
  }
  return ok_status();
}

Status Regions::load_areas(const std::filesystem::path& path) {
  MINGLU_TRY(CatalogFile file, load_catalog_file(path, {"area", "name", "member"}));
  for (const std::vector<std::string>& row : file.rows) {
    const Region* member = find(row[2]);
    if (member == nullptr || member->code != row[2] || member->code.size() > 9) {
      return bad(path.string(), "area " + row[0] + ": member \"" + row[2] + "\" is no known 6- or 9-digit code");
    }
    auto it = std::find_if(areas_.begin(), areas_.end(), [&](const ManagementArea& a) { return a.id == row[0]; });
    if (it == areas_.end()) it = areas_.insert(areas_.end(), {row[0], row[1], {}});
    if (it->name != row[1]) return bad(path.string(), "area " + row[0] + " has two names");
    it->members.push_back(row[2]);
    if (!area_of_.emplace(row[2], static_cast<size_t>(it - areas_.begin())).second) {
      return bad(path.string(), "member " + row[2] + " stands twice");
    }
  }
  return ok_status();
}

const Region* Regions::find(std::string_view code) const noexcept {
  const auto it = by_code_.find(trimmed(code));
  return it == by_code_.end() ? nullptr : &regions_[it->second];
}

std::string_view Regions::name(std::string_view code) const noexcept {
  const Region* region = find(code);
  return region == nullptr ? std::string_view{} : region->name;
}

std::string_view Regions::parent(std::string_view code) const noexcept {
  const Region* region = find(code);
  return region == nullptr ? std::string_view{} : region->parent;
}

std::string_view Regions::district_of(std::string_view code) const noexcept {
  const Region* region = find(code);
  if (region == nullptr || region->level < RegionLevel::kDistrict) return {};
  return std::string_view(region->code).substr(0, 6);
}

bool Regions::is_valid_code12(std::string_view code) const noexcept {
  return code.size() == 12 && find(code) != nullptr;
}

std::string Regions::code12(std::string_view code) const {
  const Region* region = find(code);
  if (region == nullptr) return {};
  return region->code + std::string(12 - region->code.size(), '0');
}

const std::vector<std::string>& Regions::children(std::string_view code) const noexcept {
  static const std::vector<std::string> kNone;
  const auto it = children_.find(trimmed(code));
  return it == children_.end() ? kNone : it->second;
}

bool Regions::is_within(std::string_view code, std::string_view ancestor) const noexcept {
  const Region* above = find(ancestor);
  const Region* region = find(code);
  if (above == nullptr) return false;
  while (region != nullptr && region->level > above->level) region = find(region->parent);
  return region == above;
}

std::string_view Regions::management_area(std::string_view code) const noexcept {
  const Region* region = find(code);
  if (region == nullptr || region->level < RegionLevel::kDistrict) return {};
  const std::string_view full = region->code;
  if (full.size() >= 9) {
    if (const auto it = area_of_.find(full.substr(0, 9)); it != area_of_.end()) return areas_[it->second].id;
  }
  const auto it = area_of_.find(full.substr(0, 6));
  if (it == area_of_.end()) return {};
  if (full.size() > 6) return areas_[it->second].id;
  for (const std::string& street : children(full)) {
    if (area_of_.contains(std::string_view(street))) return {};
  }
  return areas_[it->second].id;
}

const RegionAlias* Regions::find_alias(std::string_view alias, AliasLevel level,
                                       std::optional<Date> day) const noexcept {
  const auto it = by_alias_.find(alias);
  if (it == by_alias_.end()) return nullptr;
  const RegionAlias* best = nullptr;
  for (const size_t index : it->second) {
    const RegionAlias& row = aliases_[index];
    if (row.level != level || (day && !is_valid_on(row, *day))) continue;
    if (best == nullptr || ends_later(row, *best)) best = &row;
  }
  return best;
}

}  // namespace minglu::codes
