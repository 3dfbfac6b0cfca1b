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

constexpr size_t kWordLengthMax = 24;  // longest division word, in characters
constexpr size_t kStepsMax = 16;       // division words read in one address

bool contains(const std::vector<std::string>& list, const std::string& code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

bool is_separator(char32_t c) noexcept {
  return c == U'(' || c == U')' || c == U',' || c == U'.' || c == U':' || c == U'-' || c == U'·' || c == U'、' ||
         c == U'，' || c == U'/';
}

}  // namespace

size_t AdminWalk::run(std::u32string_view text) {
  size_t at = 0;
  for (size_t step = 0; step < kStepsMax && at < text.size(); ++step) {
    size_t skip = at;
    while (skip < text.size() && is_separator(text[skip])) ++skip;
    place_word_ = 0;
    size_t taken = take_one(text.substr(skip));
    if (taken == 0 && place_word_ > 0) {  // 南头 before 西丽: a place word between divisions
      const size_t behind = take_one(text.substr(skip + place_word_));
      if (behind > 0) taken = place_word_ + behind;
    }
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
  // 龙岗 alone is first the district, then the street.
  if (district_ == nullptr && accept_districts(terms, word, after)) return true;
  for (const AddressTerm& term : terms) {
    if (term.kind != TermKind::kDistrict && term.kind != TermKind::kCommunity && accept(term, word, after)) return true;
  }
  if (district_ != nullptr && accept_districts(terms, word, after)) return true;
  return accept_communities(terms, word, after);
}

bool AdminWalk::accept(const AddressTerm& term, std::u32string_view word, std::u32string_view after) {
  switch (term.kind) {
    case TermKind::kCountry: return district_ == nullptr && street_ == nullptr;
    case TermKind::kProvince: return accept_province(lexicon_.region(term.index), term.form, after);
    case TermKind::kCity: return accept_city(lexicon_.region(term.index), term.form, after);
    case TermKind::kStreet:
      if (term.form == TermForm::kShort && district_ == nullptr && districts_.empty() &&
          !followed_by_community(lexicon_.region(term.index), after) && !(city_read_ && locality_ == nullptr)) {
        return false;
      }
      return accept_street(lexicon_.region(term.index), term.form, after);
    case TermKind::kOldDistrict: return accept_old_district(lexicon_.alias(term.index), word);
    case TermKind::kOldStreet: return accept_old_street(lexicon_.alias(term.index), word);
    case TermKind::kZone: return accept_zone(lexicon_.alias(term.index));
    case TermKind::kLocality:
      if (blocked(after)) return false;
      if (locality_ == nullptr) locality_ = &lexicon_.alias(term.index);
      place_word_ = word.size();
      return false;
    default: return false;
  }
}

const Region* AdminWalk::above(const Region& region) const noexcept { return lexicon_.regions().find(region.parent); }

// Whether the words behind a street's short name are one of its communities, present or past.
bool AdminWalk::followed_by_community(const Region& street, std::u32string_view after) const noexcept {
  uint32_t node = 0;
  for (size_t i = 0; i < after.size() && i < kWordLengthMax; ++i) {
    node = lexicon_.trie().step(node, after[i]);
    if (node == 0) return false;
    for (const AddressTerm& term : lexicon_.trie().terms(node)) {
      if (term.kind != TermKind::kCommunity || i == 0) continue;
      const Region& community = lexicon_.region(term.index);
      if (community.parent != street.code && !in_past_of(street.code, community.parent)) continue;
      if (term.form == TermForm::kFull || !blocked(after.substr(i + 1))) return true;
    }
  }
  return false;
}

bool AdminWalk::followed_by_district(const Region& city, std::u32string_view after) const noexcept {
  uint32_t node = 0;
  for (size_t i = 0; i < after.size() && i < kWordLengthMax; ++i) {
    node = lexicon_.trie().step(node, after[i]);
    if (node == 0) return false;
    for (const AddressTerm& term : lexicon_.trie().terms(node)) {
      if (term.kind == TermKind::kDistrict && i > 0 && lexicon_.region(term.index).parent == city.code) return true;
    }
  }
  return false;
}

bool AdminWalk::in_home() const noexcept { return city_ == nullptr || city_->code == lexicon_.home_city(); }

bool AdminWalk::near_home(const Region& region) const noexcept {
  return region.code.compare(0, 2, lexicon_.home_city(), 0, 2) == 0;
}

// 宝安 before 大道 names a road.
bool AdminWalk::blocked(std::u32string_view after) const noexcept {
  return lexicon_.match(WordKind::kBlocksShort, after) > 0 && lexicon_.match(WordKind::kCommunitySuffix, after) == 0;
}

bool AdminWalk::in_past_of(const std::string& code, const std::string& wanted) const noexcept {
  return contains(lexicon_.past_codes(code), wanted);
}

bool AdminWalk::ends_with_kind(std::u32string_view word) const noexcept {
  for (size_t i = 1; i < word.size(); ++i) {
    if (lexicon_.match(WordKind::kCommunitySuffix, word.substr(i)) == word.size() - i) return true;
  }
  return false;
}

// A place word of one character directly behind a name belongs to the name: 紫薇苑.
bool AdminWalk::starts_estate(std::u32string_view after) const noexcept {
  return lexicon_.match(WordKind::kPlaceSuffix, after) == 1 && after[0] != U'村';
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
  // 新乡 before 工业区: far away, short and alone is too little.
  if (form == TermForm::kShort && province_ == nullptr && !near_home(region) && !followed_by_district(region, after)) {
    return false;
  }
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
    const bool placed = city_ != nullptr || province_ != nullptr || home;
    if (term.form == TermForm::kShort && (blocked(after) || !placed || word.size() < 2)) continue;
    // A district elsewhere in the country, alone, may well be a name of the past (东山区, 西区).
    if (!placed && word.back() == U'区' && !near_home(region)) continue;
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
  // 北京市 is province and city in one.
  if (city_ == nullptr && province_ != nullptr && province_->name.ends_with("市")) parts_.city = province_->name;
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
