#include "synth/city.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "codes/catalog_file.hpp"
#include "codes/regions.hpp"
#include "synth/random.hpp"

namespace minglu::synth {
namespace {

constexpr std::string_view kCityCode = "440300";
constexpr size_t kRoadsPerStreet = 36;
constexpr size_t kBuildingsPerStreet = 60;

void append_number(std::string& out, int64_t number, bool wide) {
  for (const char digit : std::to_string(number)) {
    if (wide) {
      out += "\xEF\xBC";
      out += static_cast<char>(0x90 + (digit - '0'));
    } else {
      out += digit;
    }
  }
}

std::string community_display_name(const codes::Region& region) {
  std::string name = region.name;
  for (const std::string_view ending : {"居民委员会", "居委会", "村民委员会", "村委会"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) {
      name.resize(name.size() - ending.size());
      break;
    }
  }
  return name;
}

std::string invented(base::Rng& rng, const std::vector<std::string>& chars, const std::vector<std::string>& suffixes) {
  std::string word = pick(rng, chars);
  word += pick(rng, chars);
  word += pick(rng, suffixes);
  return word;
}

}  // namespace

Result<City> City::build(const std::filesystem::path& catalog_dir, const Lexicon& lexicon, const Rates& rates,
                         uint64_t seed, uint64_t units) {
  City city;
  city.seed_ = seed;
  MINGLU_CHECK(city.load_places(catalog_dir));
  MINGLU_CHECK(city.load_centres(catalog_dir));
  city.make_streets(lexicon);
  const double clients = static_cast<double>(units) * rates.secretary_address;
  city.make_secretaries(lexicon, 1 + static_cast<uint64_t>(clients / std::max(rates.units_per_secretary, 1.0)));
  return city;
}

Status City::load_places(const std::filesystem::path& catalog_dir) {
  MINGLU_TRY(const codes::Regions regions, codes::Regions::load(catalog_dir));
  double total = 0;
  std::map<std::string, uint32_t, std::less<>> street_numbers;
  for (const codes::Region& region : regions.all()) {
    if (region.level != codes::RegionLevel::kCommunity || !regions.is_within(region.code, kCityCode)) continue;
    Place place;
    place.code12 = region.code;
    place.district_code = std::string(regions.district_of(region.code));
    place.district = std::string(regions.name(place.district_code));
    place.street = std::string(regions.name(region.parent));
    place.community = community_display_name(region);
    place.street_index =
        street_numbers.emplace(region.parent, static_cast<uint32_t>(street_numbers.size())).first->second;
    base::Rng rng = stream(seed_, places_.size(), Stream::kCity);
    cumulative_.push_back(total += lognormal(rng, 1.0, 1.0));
    places_.push_back(std::move(place));
  }
  if (places_.empty()) return base::invalid_argument("catalog/codes/regions.csv has no community of Shenzhen (440300)");
  streets_.resize(street_numbers.size());
  for (uint32_t first = 0; first < places_.size();) {
    uint32_t last = first;
    while (last < places_.size() && places_[last].district_code == places_[first].district_code) ++last;
    district_range_.insert(district_range_.end(), last - first, {first, last});
    first = last;
  }
  return ok_status();
}

Status City::load_centres(const std::filesystem::path& catalog_dir) {
  const std::filesystem::path path = catalog_dir / "synth" / "centres.csv";
  MINGLU_TRY(const codes::CatalogFile file, codes::load_catalog_file(path, {"district_code", "longitude", "latitude"}));
  std::map<std::string, std::pair<double, double>, std::less<>> centres;
  for (const std::vector<std::string>& row : file.rows) {
    centres[row[0]] = {std::strtod(row[1].c_str(), nullptr), std::strtod(row[2].c_str(), nullptr)};
  }
  constexpr double kSpreadDegrees = 0.045;
  for (size_t i = 0; i < places_.size(); ++i) {
    const auto centre = centres.find(places_[i].district_code);
    if (centre == centres.end()) {
      return base::invalid_argument(path.string() + ": no centre of district " + places_[i].district_code);
    }
    base::Rng rng = stream(seed_, i, Stream::kCity, 3);
    places_[i].longitude = centre->second.first + kSpreadDegrees * (2 * rng.uniform() - 1);
    places_[i].latitude = centre->second.second + kSpreadDegrees * (2 * rng.uniform() - 1);
  }
  return ok_status();
}

void City::make_streets(const Lexicon& lexicon) {
  for (size_t s = 0; s < streets_.size(); ++s) {
    base::Rng rng = stream(seed_, s, Stream::kCity, 1);
    std::set<std::string> roads;
    while (roads.size() < kRoadsPerStreet) roads.insert(invented(rng, lexicon.road_chars, lexicon.road_suffixes));
    std::set<std::string> buildings;
    while (buildings.size() < kBuildingsPerStreet) {
      buildings.insert(invented(rng, lexicon.building_chars, lexicon.building_suffixes));
    }
    streets_[s].roads.assign(roads.begin(), roads.end());
    streets_[s].buildings.assign(buildings.begin(), buildings.end());
  }
  for (const Place& place : places_) {
    const auto it = lexicon.old_forms.find(place.district);
    old_forms_.push_back(it == lexicon.old_forms.end() ? std::vector<std::string>{} : it->second);
  }
}

void City::make_secretaries(const Lexicon& lexicon, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    base::Rng rng = stream(seed_, i, Stream::kCity, 2);
    Address address = draw_address(rng);
    if (address.building < 0) address.building = static_cast<int32_t>(rng.below(kBuildingsPerStreet));
    address.block = 1;
    address.room = 201;
    address.secretary = static_cast<int32_t>(i);
    secretaries_.push_back(address);
    secretary_names_.push_back("深圳市" + pick(rng, lexicon.brand_chars) + pick(rng, lexicon.brand_chars) +
                               pick(rng, lexicon.brand_chars) + "商务秘书有限公司");
  }
}

const std::string& City::secretary_name(int32_t number) const noexcept {
  return secretary_names_[static_cast<size_t>(number)];
}

Address City::draw_in_place(base::Rng& rng, uint32_t place) const noexcept {
  const Street& street = streets_[places_[place].street_index];
  Address address;
  address.place = place;
  address.road = static_cast<uint32_t>(rng.below(street.roads.size()));
  address.number = 1 + static_cast<int32_t>(rng.below(rng.below(4) == 0 ? 3000 : 200));
  const uint64_t shape = rng.below(10);
  if (shape < 6) address.building = static_cast<int32_t>(rng.below(street.buildings.size()));
  if (shape < 4) address.block = 1 + static_cast<int32_t>(rng.below(12));
  if (shape < 9) {
    const auto floor = static_cast<int32_t>(1 + rng.below(shape < 6 ? 28 : 6));
    address.room = floor * 100 + 1 + static_cast<int32_t>(rng.below(shape < 6 ? 24 : 6));
  }
  return address;
}

Address City::draw_address(base::Rng& rng) const noexcept {
  return draw_in_place(rng, static_cast<uint32_t>(pick_weighted(rng, cumulative_)));
}

Address City::draw_nearby(base::Rng& rng, const Address& from) const noexcept {
  const auto [first, last] = district_range_[from.place];
  return draw_in_place(rng, first + static_cast<uint32_t>(rng.below(last - first)));
}

Address City::secretary_address(base::Rng& rng) const noexcept { return secretaries_[rng.below(secretaries_.size())]; }

void City::age(base::Rng& rng, Address& address) const noexcept {
  const size_t forms = old_forms_[address.place].size();
  if (forms > 0) address.old_form = static_cast<int32_t>(rng.below(forms));
}

void City::format_address(const Address& address, const AddressStyle& style, std::string& out) const {
  const Place& place = places_[address.place];
  const Street& street = streets_[place.street_index];
  const char* blank = style.blanks ? " " : "";
  out.clear();
  if (style.province) out += "广东省";
  if (style.city) out += "深圳市";
  if (style.district) {
    out += address.old_form >= 0 ? old_forms_[address.place][static_cast<size_t>(address.old_form)] : place.district;
    out += blank;
  }
  if (style.street) {
    std::string_view name = place.street;
    constexpr std::string_view kStreetWord = "街道";
    const bool town = address.old_form >= 0 && name.ends_with(kStreetWord) && name.size() > kStreetWord.size() &&
                      (address.old_form > 0 || old_forms_[address.place][0] == place.district);
    if (town) name.remove_suffix(kStreetWord.size());
    out += name;
    if (town) out += "镇";
    out += blank;
  }
  if (style.community) out += place.community;
  out += street.roads[address.road];
  append_number(out, address.number, style.wide_digits);
  out += "号";
  if ((style.building && address.building >= 0) || (style.room && address.room > 0)) out += blank;
  if (style.building && address.building >= 0) {
    out += street.buildings[static_cast<size_t>(address.building)];
    if (address.block > 0) {
      append_number(out, address.block, style.wide_digits);
      out += "栋";
    }
  }
  if (style.room && address.room > 0) {
    append_number(out, address.room, style.wide_digits);
    if (style.room_word) out += "室";
  }
  if (address.secretary >= 0 && style.secretary_note) {
    out += "（入驻";
    out += secretary_name(address.secretary);
    out += "）";
  }
}

}  // namespace minglu::synth
