// The lower half of the walk: streets, communities, names that no list has.
#include <algorithm>

#include "base/utf8.hpp"
#include "text/address_admin.hpp"

namespace minglu::text {
namespace {

using codes::Region;
using codes::RegionAlias;

constexpr size_t kUnlistedLengthMax = 8;  // characters before 社区 or 镇 in a name that no list has

bool contains(const std::vector<std::string>& list, const std::string& code) {
  return std::find(list.begin(), list.end(), code) != list.end();
}

// 400-599 in the street digits: zones that the list treats as streets.
bool is_special(const Region& region) noexcept { return region.code.size() == 9 && region.code[6] >= '4'; }

}  // namespace

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
  if (street_ != nullptr && is_special(region)) {  // 福保街道福田保税区
    parts_.set(AddressFlag::kZone);
    return district_ == above(region);
  }
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
  if (candidates.empty()) return false;
  // 紫薇社区紫薇 before 路 or 苑 is 紫薇社区 and a road or an estate.
  if (!ends_with_kind(word) && (blocked(after) || starts_estate(after))) return false;
  return choose_community(candidates, form, word);
}

bool AdminWalk::choose_community(const std::vector<const Region*>& candidates, TermForm form,
                                 std::u32string_view word) {
  if (street_ != nullptr || !streets_.empty()) return community_in_street(candidates, form, word);
  if (form == TermForm::kShort || (form != TermForm::kFull && district_ == nullptr)) return false;
  std::vector<const Region*> fitting, past;
  for (const Region* region : candidates) {
    const std::string district(lexicon_.regions().district_of(region->code));
    if (district_ == nullptr ? districts_.empty() || contains(districts_, district) : district_->code == district) {
      fitting.push_back(region);
    } else if (district_ != nullptr && in_past_of(district_->code, district)) {
      past.push_back(region);
    }
  }
  if (fitting.empty()) fitting = std::move(past);
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
    const bool may_move = form == TermForm::kFull || (parts_.has(AddressFlag::kOldName) && parts_.community.empty());
    if (street_ != nullptr && may_move && region->parent != street_->code &&
        in_past_of(street_->code, region->parent)) {
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

}  // namespace minglu::text
