#include "geo/place.hpp"

#include <charconv>

namespace minglu::geo {
namespace {

using codes::Region;
using codes::RegionLevel;

std::optional<double> number_of(std::string_view text) noexcept {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The region to look up: that of the unit, or the deeper one that its address names inside it.
const Region* region_of(const PlaceSpec& spec, const codes::Regions& regions) {
  const Region* own = regions.find(spec.region);
  if (spec.address == nullptr) return own;
  const text::AddressParts& address = *spec.address;
  for (const std::string* code : {&address.code12, &address.code9, &address.code6}) {
    const Region* named = code->empty() ? nullptr : regions.find(*code);
    if (named == nullptr) continue;
    if (own == nullptr || own->level < RegionLevel::kDistrict) return named;
    if (named->level > own->level && regions.is_within(named->code, own->code)) return named;
  }
  return own;
}

/// The area a region is run by; of a district alone that of its own name, unless the address says 大鹏新区.
AreaNumber area_of(const Region& region, const PlaceSpec& spec, const Gazetteer& gazetteer,
                   const codes::Regions& regions) {
  if (const std::string_view id = regions.management_area(region.code); !id.empty()) return gazetteer.find_area(id);
  if (spec.address != nullptr && !spec.address->area.empty()) {
    const AreaNumber named = gazetteer.find_area(spec.address->area);
    if (named != kNoArea && gazetteer.areas()[named - 1U].district == region.code) return named;
  }
  return gazetteer.find_area(region.code);
}

/// The point of the region, or of the street that holds it.
Place known_point(const Region& region, const Gazetteer& gazetteer, const codes::Regions& regions) {
  for (const Region* at = &region; at != nullptr && at->level > RegionLevel::kDistrict; at = regions.find(at->parent)) {
    const std::optional<Point> point = gazetteer.centre_of(at->code);
    if (!point) continue;
    const bool is_community = at->level == RegionLevel::kCommunity;
    return {*point, is_community ? Precision::kCommunity : Precision::kStreet, kNoArea};
  }
  return {};
}

}  // namespace

std::string_view precision_name(Precision precision) noexcept {
  switch (precision) {
    case Precision::kNone: return "none";
    case Precision::kDistrict: return "district";
    case Precision::kStreet: return "street";
    case Precision::kCommunity: return "community";
    case Precision::kSource: return "source";
  }
  return "none";
}

std::string_view precision_title(Precision precision) noexcept {
  switch (precision) {
    case Precision::kNone: return "无坐标";
    case Precision::kDistrict: return "区中心";
    case Precision::kStreet: return "街道";
    case Precision::kCommunity: return "社区";
    case Precision::kSource: return "来源坐标";
  }
  return "无坐标";
}

Place locate(const PlaceSpec& spec, const Gazetteer& gazetteer, const codes::Regions& regions) {
  const Region* region = region_of(spec, regions);
  const AreaNumber own_area = region == nullptr ? kNoArea : area_of(*region, spec, gazetteer, regions);
  Place place;
  if (spec.declared) {
    place = {*spec.declared, Precision::kSource, kNoArea};
  } else if (region != nullptr) {
    place = known_point(*region, gazetteer, regions);
  }
  const Area* own = own_area == kNoArea ? nullptr : &gazetteer.areas()[own_area - 1U];
  if (!place.has_point() && own != nullptr && own->centre) place = {*own->centre, Precision::kDistrict, kNoArea};
  if (!place.has_point()) return {{}, Precision::kNone, own != nullptr && !own->index ? own_area : kNoArea};
  place.area = gazetteer.area_at(place.point);
  if (place.area == kOutside && own != nullptr && !own->index) place.area = own_area;
  return place;
}

std::optional<Point> declared_point(std::string_view longitude, std::string_view latitude) noexcept {
  const std::optional<double> east = number_of(longitude);
  const std::optional<double> north = number_of(latitude);
  if (!east || !north || (*east == 0 && *north == 0)) return std::nullopt;
  return make_point(*east, *north);
}

}  // namespace minglu::geo
