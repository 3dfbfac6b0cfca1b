#include "text/address_admin.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"

namespace minglu::text {
namespace {

using codes::AliasPrecision;
using codes::Region;
using codes::RegionAlias;
using codes::RegionLevel;

constexpr size_t kWordLengthMax = 24;     // longest division word, in characters
constexpr size_t kStepsMax = 16;          // division words read in one address
constexpr size_t kUnlistedLengthMax = 8;  // characters before 社区 or 镇 in a name that no list has

bool contains(const std::vector<std::string>& list, const std::string& code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

bool is_separator(char32_t c) noexcept {
  return c == U',' || c == U'.' || c == U':' || c == U'-' || c == U'·' || c == U'、' || c == U'，' || c == U'/';
}

}  // namespace

size_t AdminWalk::run(std::u32string_view text) {
  size_t at = 0;
  for (size_t step = 0; step < kStepsMax && at < text.size(); ++step) {
    size_t skip = at;
    while (skip < text.size() && is_separator(text[skip])) ++skip;
    const size_t taken = take_one(text.substr(skip));
    if (taken == 0) break;
    at = skip + taken;
  }
  return at;
}

// Longest word first; a shorter one gets its turn when the longer does not fit what is known already.
size_t AdminWalk::take_one(std::u32string_view text) {
  std::array<std::pair<size_t, uint32_t>, kWordLengthMax> found;
  size_t count = 0;
  uint32_t node = 0;
  for (size_t i = 0; i < text.size() && i < kWordLengthMax; ++i) {
    node = lexicon_.trie().step(node, text[i]);
    if (node == 0) break;
    if (!lexicon_.trie().terms(node).empty()) found[count++] = {i + 1, node};
  }
  while (count > 0) {
    const auto [length, at] = found[--count];
    if (accept_longest(text, length, lexicon_.trie().terms(at))) return length;
  }
  return take_unlisted(text);
}

bool AdminWalk::accept_longest(std::u32string_view text, size_t length, const std::vector<AddressTerm>& terms) {
  const std::u32string_view word = text.substr(0, length);
  const std::u32string_view after = text.substr(length);
  for (const AddressTerm& term : terms) {
    if (term.kind != TermKind::kDistrict && term.kind != TermKind::kCommunity && accept(term, word, after)) return true;
  }
  return accept_districts(terms, word, after) || accept_communities(terms, word, after);
}

bool AdminWalk::accept(const AddressTerm& term, std::u32string_view word, std::u32string_view after) {
  switch (term.kind) {
    case TermKind::kCountry: return district_ == nullptr && street_ == nullptr;
    case TermKind::kProvince: return accept_province(lexicon_.region(term.index), term.form, after);
    case TermKind::kCity: return accept_city(lexicon_.region(term.index), term.form, after);
    case TermKind::kStreet:
      // 龙岗 alone is first the district, then the street.
      if (term.form == TermForm::kShort && district_ == nullptr && districts_.empty()) return false;
      return accept_street(lexicon_.region(term.index), term.form, after);
    case TermKind::kOldDistrict: return accept_old_district(lexicon_.alias(term.index), word);
    case TermKind::kOldStreet: return accept_old_street(lexicon_.alias(term.index), word);
    case TermKind::kZone: return accept_zone(lexicon_.alias(term.index));
    case TermKind::kLocality:
      if (locality_ == nullptr) locality_ = &lexicon_.alias(term.index);
      return false;
    default: return false;
  }
}

const Region* AdminWalk::above(const Region& region) const noexcept { return lexicon_.regions().find(region.parent); }

bool AdminWalk::in_home() const noexcept { return city_ == nullptr || city_->code == lexicon_.home_city(); }

// 宝安 before 大道 names a road.
bool AdminWalk::blocked(std::u32string_view after) const noexcept {
  return lexicon_.match(WordKind::kBlocksShort, after) > 0 && lexicon_.match(WordKind::kCommunitySuffix, after) == 0;
}

bool AdminWalk::in_past_of(const std::string& code, const std::string& wanted) const noexcept {
  return contains(lexicon_.past_codes(code), wanted);
}

void AdminWalk::note_old(std::string_view name) {
  parts_.set(AddressFlag::kOldName);
  if (name.empty()) return;
  if (!parts_.old_name.empty()) parts_.old_name += ',';
  parts_.old_name += name;
}

bool AdminWalk::accept_province(const Region& region, TermForm form, std::u32string_view after) {
  if (form == TermForm::kShort && blocked(after)) return false;
  if (province_ == &region) {
    if (form == TermForm::kShort && province_read_ && district_ != nullptr) return false;
    if (province_read_) parts_.set(AddressFlag::kRepeatedPrefix);
    province_read_ = true;
    return true;
  }
  if (form == TermForm::kShort && (city_ != nullptr || district_ != nullptr || street_ != nullptr)) return false;
  if (province_ != nullptr || district_ != nullptr || street_ != nullptr) return false;
  province_ = &region;
  province_read_ = true;
  return true;
}

bool AdminWalk::accept_city(const Region& region, TermForm form, std::u32string_view after) {
  if (form == TermForm::kShort && blocked(after)) return false;
  if (city_ == &region) {
    if (city_read_) parts_.set(AddressFlag::kRepeatedPrefix);
    city_read_ = true;
    return form != TermForm::kShort || street_ == nullptr;
  }
  if (city_ != nullptr || district_ != nullptr || street_ != nullptr) return false;
  const Region* province = above(region);
  if (province_ != nullptr && province != province_) {
    if (form == TermForm::kShort) return false;
    parts_.set(AddressFlag::kConflictWithinText);
  }
  city_ = &region;
  city_read_ = true;
  province_ = province;
  return true;
}

const Region* AdminWalk::choose_district(const std::vector<AddressTerm>& terms, std::u32string_view word,
                                         std::u32string_view after, bool& ambiguous) const {
  std::vector<const Region*> fitting;
  for (const AddressTerm& term : terms) {
    if (term.kind != TermKind::kDistrict) continue;
    const Region& region = lexicon_.region(term.index);
    const bool home = region.parent == lexicon_.home_city();
    if (term.form == TermForm::kShort && (blocked(after) || (city_ == nullptr && !home) || word.size() < 2)) continue;
    if (city_ != nullptr && region.parent != city_->code) continue;
    if (city_ == nullptr && province_ != nullptr && !lexicon_.regions().is_within(region.code, province_->code))
      continue;
    if (city_ == nullptr && home) return &region;
    fitting.push_back(&region);
  }
  ambiguous = fitting.size() > 1;
  return fitting.size() == 1 ? fitting[0] : nullptr;
}

bool AdminWalk::accept_districts(const std::vector<AddressTerm>& terms, std::u32string_view word,
                                 std::u32string_view after) {
  bool ambiguous = false;
  const bool is_short = std::any_of(terms.begin(), terms.end(), [](const AddressTerm& t) {
    return t.kind == TermKind::kDistrict && t.form == TermForm::kShort;
  });
  if (is_short && district_ != nullptr && district_read_) return false;
  const Region* region = choose_district(terms, word, after, ambiguous);
  if (region == nullptr) {
    if (!ambiguous || district_ != nullptr || !parts_.district.empty()) return false;
    parts_.set(AddressFlag::kDistrictAmbiguous);
    parts_.district = base::encode_utf8(word);
    return true;
  }
  if (is_short && street_ != nullptr && street_->parent != region->code) return false;
  if (!set_district(*region, word)) return false;
  if (is_short) parts_.set(AddressFlag::kShortName);
  return true;
}

bool AdminWalk::set_district(const Region& region, std::u32string_view word) {
  if (district_ == &region) {
    if (district_read_) parts_.set(AddressFlag::kRepeatedPrefix);
    district_read_ = true;
    return true;
  }
  if (district_ == nullptr) {
    district_ = &region;
    district_read_ = true;
    districts_.clear();
    set_upper(region);
    return true;
  }
  // 宝安区光明区: the former district, then the present one.
  if (street_ == nullptr && in_past_of(district_->code, region.code)) {
    note_old(district_->name);
    district_ = &region;
    return true;
  }
  // 光明区宝安区 or a street that went to another district.
  if (in_past_of(region.code, district_->code)) {
    note_old(region.name);
    return true;
  }
  if (word.size() > 2) parts_.set(AddressFlag::kConflictWithinText);
  return false;
}

// A district read without its city gives the city; the text's own city stays.
void AdminWalk::set_upper(const Region& region) {
  const Region* parent = above(region);
  while (parent != nullptr) {
    if (parent->level == RegionLevel::kCity && city_ == nullptr) city_ = parent;
    if (parent->level == RegionLevel::kProvince && province_ == nullptr) province_ = parent;
    parent = above(*parent);
  }
}

bool AdminWalk::accept_old_district(const RegionAlias& alias, std::u32string_view word) {
  if (!in_home() || street_ != nullptr) return false;
  const std::string written = base::encode_utf8(word);
  const Region* region = lexicon_.regions().find(alias.codes[0]);
  if (alias.codes.size() == 1) {
    const bool same = district_ == nullptr || district_ == region || in_past_of(district_->code, region->code);
    if (!same) return false;
    if (district_ != nullptr && district_ != region) note_old(district_->name);
    district_ = region;
    district_read_ = true;
    set_upper(*region);
  } else if (district_ == nullptr) {
    districts_ = alias.codes;
    parts_.district = written;
    set_upper(*region);
  } else if (!contains(alias.codes, district_->code)) {
    return false;
  }
  note_old(written);
  return true;
}

bool AdminWalk::accept_zone(const RegionAlias& alias) {
  const Region* target = lexicon_.regions().find(alias.codes[0]);
  if (!in_home() && !(city_ != nullptr && lexicon_.regions().is_within(target->code, city_->code))) return false;
  if (target->level <= RegionLevel::kCity) return true;
  if (street_ != nullptr) return false;
  parts_.set(AddressFlag::kZone);
  if (alias.precision == AliasPrecision::kApproximate) {
    if (locality_ == nullptr) locality_ = &alias;
    return true;
  }
  const Region* district = lexicon_.regions().find(lexicon_.regions().district_of(target->code));
  if (district_ != nullptr && district_ != district) return false;
  district_ = district;
  district_read_ = true;
  city_ = above(*district);
  province_ = above(*city_);
  streets_ = alias.codes;
  zone_of_streets_ = true;
  parts_.area = lexicon_.regions().management_area(alias.codes[0]);
  return true;
}

// True when the street can stand under what is known; corrects a former district.
bool AdminWalk::fit_street(const Region& region) {
  const Region* district = above(region);
  if (district_ == nullptr) {
    if (!districts_.empty() && !contains(districts_, district->code)) return false;
    district_ = district;
    parts_.district.clear();
    if (districts_.empty()) parts_.set(AddressFlag::kDistrictInferred);
    district_read_ = !districts_.empty();
    set_upper(*district);
    return true;
  }
  if (district_ == district) return true;
  if (!in_past_of(district_->code, district->code)) return false;
  note_old(district_->name);
  district_ = district;
  return true;
}

bool AdminWalk::accept_street(const Region& region, TermForm form, std::u32string_view after) {
  if (street_ == &region) {
    if (form == TermForm::kShort) return false;
    if (street_read_) parts_.set(AddressFlag::kRepeatedPrefix);
    street_read_ = true;
    return true;
  }
  const bool under_known = district_ != nullptr && district_->code == region.parent;
  if (!in_home() && !under_known) return false;
  if (form == TermForm::kShort && (blocked(after) || street_ != nullptr || !parts_.street.empty())) return false;
  if (street_ != nullptr || (community_ != nullptr && community_->parent != region.code)) {
    if (form != TermForm::kShort) parts_.set(AddressFlag::kConflictWithinText);
    return false;
  }
  if (form == TermForm::kShort && district_ != nullptr && !under_known && !in_past_of(district_->code, region.parent)) {
    return false;
  }
  if (!fit_street(region)) {
    parts_.set(AddressFlag::kConflictWithinText);
    if (parts_.street.empty()) parts_.street = region.name;
    return true;
  }
  street_ = &region;
  street_read_ = true;
  streets_.clear();
  if (form == TermForm::kShort) parts_.set(AddressFlag::kShortName);
  return true;
}

bool AdminWalk::accept_old_street(const RegionAlias& alias, std::u32string_view word) {
  if (!in_home() || street_ != nullptr || !parts_.street.empty()) return false;
  std::vector<std::string> fitting;
  for (const std::string& code : alias.codes) {
    const std::string district(lexicon_.regions().district_of(code));
    const bool fits = district_ != nullptr ? district_->code == district || in_past_of(district_->code, district)
                                           : districts_.empty() || contains(districts_, district);
    if (fits) fitting.push_back(code);
  }
  const std::string written = base::encode_utf8(word);
  note_old(written);
  if (fitting.empty()) {
    parts_.set(AddressFlag::kConflictWithinText);
    parts_.street = written;
    return true;
  }
  const Region* first = lexicon_.regions().find(fitting[0]);
  fit_street(*first);  // all streets of one old town lie in one district
  if (fitting.size() == 1) {
    street_ = first;
    street_read_ = true;
    return true;
  }
  streets_ = std::move(fitting);
  parts_.street = written;
  return true;
}

bool AdminWalk::accept_communities(const std::vector<AddressTerm>& terms, std::u32string_view word,
                                   std::u32string_view after) {
  if (community_ != nullptr || !in_home() || word.size() < 2) return false;
  std::vector<const Region*> candidates;
  TermForm form = TermForm::kShort;
  for (const AddressTerm& term : terms) {
    if (term.kind != TermKind::kCommunity) continue;
    candidates.push_back(&lexicon_.region(term.index));
    form = std::min(form, term.form);
  }
  if (candidates.empty() || (form != TermForm::kFull && blocked(after))) return false;
  return choose_community(candidates, form, word);
}

bool AdminWalk::choose_community(const std::vector<const Region*>& candidates, TermForm form,
                                 std::u32string_view word) {
  if (street_ != nullptr || !streets_.empty()) return community_in_street(candidates, form, word);
  if (form == TermForm::kShort || (form != TermForm::kFull && district_ == nullptr)) return false;
  std::vector<const Region*> fitting;
  for (const Region* region : candidates) {
    const std::string district(lexicon_.regions().district_of(region->code));
    if (district_ == nullptr ? districts_.empty() || contains(districts_, district)
                             : district_->code == district || in_past_of(district_->code, district)) {
      fitting.push_back(region);
    }
  }
  if (fitting.size() == 1 && parts_.street.empty()) {
    fit_street(*above(*fitting[0]));
    street_ = above(*fitting[0]);
    parts_.set(AddressFlag::kStreetInferred);
    set_community(*fitting[0], form);
    return true;
  }
  if (form != TermForm::kFull) return false;
  parts_.set(fitting.size() > 1 ? AddressFlag::kCommunityAmbiguous : AddressFlag::kCommunityNotListed);
  if (parts_.community.empty()) parts_.community = base::encode_utf8(word);
  return true;
}

// The street named, then the streets it covered in the past.
bool AdminWalk::community_in_street(const std::vector<const Region*>& candidates, TermForm form,
                                    std::u32string_view word) {
  std::vector<const Region*> here, past;
  for (const Region* region : candidates) {
    if (street_ != nullptr && region->parent == street_->code) here.push_back(region);
    if (contains(streets_, region->parent)) past.push_back(region);
    if (street_ != nullptr && region->parent != street_->code && in_past_of(street_->code, region->parent)) {
      past.push_back(region);
    }
  }
  const bool moved = here.empty();
  const std::vector<const Region*>& fitting = moved ? past : here;
  if (fitting.size() == 1) {
    if (moved && street_ != nullptr) note_old(street_->name);
    street_ = above(*fitting[0]);
    if (moved && zone_of_streets_) parts_.set(AddressFlag::kStreetInferred);
    set_community(*fitting[0], form);
    return true;
  }
  if (form != TermForm::kFull) return false;
  parts_.set(fitting.empty() ? AddressFlag::kCommunityNotListed : AddressFlag::kCommunityAmbiguous);
  if (!parts_.community.empty()) return false;
  parts_.community = base::encode_utf8(word);
  return true;
}

void AdminWalk::set_community(const Region& region, TermForm form) {
  community_ = &region;
  streets_.clear();
  parts_.community.clear();
  parts_.clear(AddressFlag::kCommunityNotListed);
  parts_.clear(AddressFlag::kCommunityAmbiguous);
  if (form != TermForm::kFull) parts_.set(AddressFlag::kShortName);
}

// 三联社区 under a known street, or 长安镇 in another city: kept as words without a code.
size_t AdminWalk::take_unlisted(std::u32string_view text) {
  const bool town = !in_home() && street_ == nullptr && parts_.street.empty();
  const bool community = in_home() && community_ == nullptr && parts_.community.empty() &&
                         (street_ != nullptr || !streets_.empty() || !parts_.street.empty());
  if (!town && !community) return 0;
  const WordKind kind = town ? WordKind::kOtherTownSuffix : WordKind::kCommunitySuffix;
  for (size_t i = 0; i < text.size() && i <= kUnlistedLengthMax && base::is_han(text[i]); ++i) {
    if (i == 0) continue;
    if (lexicon_.match(WordKind::kRoadSuffix, text.substr(i)) > 0 && lexicon_.match(kind, text.substr(i)) == 0)
      return 0;
    const size_t length = lexicon_.match(kind, text.substr(i));
    if (length == 0) continue;
    (town ? parts_.street : parts_.community) = base::encode_utf8(text.substr(0, i + length));
    if (community) parts_.set(AddressFlag::kCommunityNotListed);
    return i + length;
  }
  return 0;
}

bool AdminWalk::found_nothing() const noexcept {
  return district_ == nullptr && street_ == nullptr && districts_.empty() && parts_.district.empty();
}

// 前海 or 科技园 give the district where nothing better did.
void AdminWalk::apply_locality() {
  if (locality_ == nullptr || district_ != nullptr || !districts_.empty() || !in_home()) return;
  const std::string_view code = lexicon_.regions().district_of(locality_->codes[0]);
  if (code.empty()) return;
  district_ = lexicon_.regions().find(code);
  parts_.district.clear();
  parts_.set(AddressFlag::kDistrictInferred);
  set_upper(*district_);
}

void AdminWalk::finish() {
  apply_locality();
  if (district_ != nullptr && !district_read_) parts_.set(AddressFlag::kDistrictInferred);
  if (district_ != nullptr && district_read_) parts_.clear(AddressFlag::kDistrictInferred);
  if (street_ != nullptr && street_read_) parts_.clear(AddressFlag::kStreetInferred);
  if (district_ != nullptr || street_ != nullptr) set_upper(*district_);
  if (city_ != nullptr && !city_read_) parts_.set(AddressFlag::kCityInferred);
  if (!districts_.empty() && district_ == nullptr) parts_.set(AddressFlag::kDistrictAmbiguous);
  const bool divided = street_ != nullptr && community_ == nullptr && parts_.has(AddressFlag::kOldName) &&
                       !lexicon_.past_codes(street_->code).empty();
  if ((!streets_.empty() && !zone_of_streets_) || divided) parts_.set(AddressFlag::kStreetAmbiguous);
  fill_names();
}

void AdminWalk::fill_names() {
  const auto name_of = [](const Region* region, std::string& out) {
    if (region != nullptr) out = region->name;
  };
  name_of(province_, parts_.province);
  name_of(city_, parts_.city);
  name_of(district_, parts_.district);
  name_of(street_, parts_.street);
  name_of(community_, parts_.community);
  const Region* deepest = nullptr;
  for (const Region* region : {province_, city_, district_, street_, community_}) {
    if (region != nullptr) deepest = region;
  }
  if (deepest == nullptr) return;
  parts_.level = deepest->level;
  parts_.code6 = deepest->code.substr(0, 6);
  if (street_ != nullptr) parts_.code9 = street_->code;
  if (community_ != nullptr) parts_.code12 = community_->code;
  const std::string_view area = lexicon_.regions().management_area(deepest->code);
  if (!area.empty()) parts_.area = area;
  const bool away = city_ != nullptr
                        ? city_->code != lexicon_.home_city()
                        : province_ != nullptr && !lexicon_.regions().is_within(lexicon_.home_city(), province_->code);
  if (away && parts_.area.empty()) parts_.set(AddressFlag::kOutsideCity);
}

}  // namespace minglu::text
