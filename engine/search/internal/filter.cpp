#include "search/internal/filter.hpp"

#include <algorithm>

namespace minglu::search {
namespace {

constexpr size_t kDistrictDigits = 6;

/// Up to six digits a prefix is held against the district, longer ones against the street.
bool area_matches(const Area& area, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    if (prefix.empty()) return false;
    const std::string_view code = prefix.size() <= kDistrictDigits ? code_text(area.district) : code_text(area.street);
    return code.starts_with(prefix);
  });
}

bool industry_matches(const IndustryCode& industry, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](const std::string& prefix) {
    if (prefix.size() == 1 && prefix[0] >= 'A' && prefix[0] <= 'Z') return industry.section == prefix[0];
    return !prefix.empty() && code_text(industry.code).starts_with(prefix);
  });
}

std::bitset<256> allowed(const std::vector<uint8_t>& codes) {
  std::bitset<256> set;
  if (codes.empty()) set.set();
  for (const uint8_t code : codes) set.set(code);
  return set;
}

}  // namespace

Filter::Filter(const Query& query, const Scope& scope, const IndexView& view)
    : sizes_(allowed(query.sizes)),
      statuses_(allowed(query.statuses)),
      precisions_(allowed(query.precisions)),
      places_(allowed(query.within_areas)),
      shapes_(query.within_shapes),
      sources_(query.sources),
      conflict_(query.has_conflict),
      missing_(query.has_missing) {
  if (query.within_areas.empty() && !shapes_.empty()) places_.reset();
  if (query.founded_min || query.founded_max) {
    founded_min_ = std::max<uint16_t>(1, query.founded_min.value_or(1));
    founded_max_ = query.founded_max.value_or(UINT16_MAX);
  }
  for (const Area& area : view.areas()) {
    const bool seen =
        scope.sees_everything() || (area_matches(area, scope.prefixes()) && !area_matches(area, scope.excluded()));
    areas_.push_back(seen && (query.districts.empty() || area_matches(area, query.districts)) ? 1 : 0);
  }
  for (const IndustryCode& code : view.industries()) {
    industries_.push_back(query.industries.empty() || industry_matches(code, query.industries) ? 1 : 0);
  }
  const auto all = [](const std::vector<uint8_t>& flags) {
    return std::all_of(flags.begin(), flags.end(), [](uint8_t flag) { return flag != 0; });
  };
  open_ = all(areas_) && all(industries_) && sizes_.all() && statuses_.all() && precisions_.all() && places_.all() &&
          sources_ == 0 && !conflict_ && !missing_ && founded_min_ == 0 && founded_max_ == UINT16_MAX;
}

}  // namespace minglu::search
