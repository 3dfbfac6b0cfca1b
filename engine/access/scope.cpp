#include "access/scope.hpp"

#include <algorithm>

namespace minglu::access {
namespace {

constexpr size_t kDistrictDigits = 6;
constexpr size_t kStreetDigits = 9;
constexpr size_t kCommunityDigits = 12;

bool is_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_region_code(std::string_view code) noexcept {
  const size_t n = code.size();
  return (n == kDistrictDigits || n == kStreetDigits || n == kCommunityDigits) && is_digits(code);
}

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

const codes::ManagementArea* find_area(const codes::Regions& regions, const std::string& id) {
  for (const codes::ManagementArea& area : regions.management_areas()) {
    if (area.id == id) return &area;
  }
  return nullptr;
}

Status check_region(const std::string& code) {
  const bool is_unit_of_scope =
      (code.size() == kDistrictDigits && !code.ends_with("00")) || code.size() == kStreetDigits;
  if (is_unit_of_scope && is_digits(code)) return ok_status();
  return base::invalid_argument("区域“" + code + "”不是区（6 位）或街道（9 位）的代码；全市请写“" +
                                std::string(kWholeCity) + "”");
}

}  // namespace

Scope Scope::of_whole_city(ScopeGrant grant) {
  Scope scope;
  scope.is_whole_city_ = true;
  scope.grant_ = std::move(grant);
  return scope;
}

Scope Scope::of_nothing() { return {}; }

Result<Scope> Scope::of_regions(std::vector<std::string> regions, ScopeGrant grant) {
  if (regions.empty()) return base::invalid_argument("至少要有一个区域");
  for (const std::string& code : regions) MINGLU_CHECK(check_region(code));
  sort_unique(regions);
  Scope scope;
  scope.regions_ = std::move(regions);
  scope.grant_ = std::move(grant);
  return scope;
}

Result<Scope> Scope::of_areas(const codes::Regions& regions, std::span<const std::string> ids, ScopeGrant grant) {
  std::vector<std::string> granted;
  std::vector<std::string> excluded;
  for (const std::string& id : ids) {
    const codes::ManagementArea* area = find_area(regions, id);
    if (area == nullptr) {
      if (regions.find(id) == nullptr) return base::invalid_argument("没有区域“" + id + "”");
      granted.push_back(id);
      continue;
    }
    granted.insert(granted.end(), area->members.begin(), area->members.end());
    for (const codes::ManagementArea& other : regions.management_areas()) {
      if (other.id == area->id) continue;
      for (const std::string& member : other.members) {
        const bool is_cut_out = member.size() == kStreetDigits &&
                                std::any_of(area->members.begin(), area->members.end(), [&](const std::string& mine) {
                                  return mine.size() == kDistrictDigits && member.starts_with(mine);
                                });
        if (is_cut_out) excluded.push_back(member);
      }
    }
  }
  MINGLU_TRY(Scope scope, of_regions(std::move(granted), std::move(grant)));
  // A street granted by itself is not cut out of the district it lies in.
  std::erase_if(excluded, [&](const std::string& street) {
    return std::binary_search(scope.regions_.begin(), scope.regions_.end(), street);
  });
  sort_unique(excluded);
  scope.excluded_ = std::move(excluded);
  return scope;
}

Result<Scope> Scope::of_account(const codes::Regions& regions, const AccountGrant& account) {
  ScopeGrant grant;
  bool sees_units = false;
  for (const Role role : account.roles) {
    const RoleInfo& info = role_info(role);
    sees_units = sees_units || info.sees_units;
    grant.classes = grant.classes.united(info.sees);
  }
  if (!sees_units) return of_nothing();
  const auto has = [](const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
  };
  grant.all_specialties = has(account.specialties, kAllSpecialties);
  if (!grant.all_specialties) grant.specialties = account.specialties;
  grant.may_unmask = account.may_unmask;
  if (has(account.regions, kWholeCity)) return of_whole_city(std::move(grant));
  return of_areas(regions, account.regions, std::move(grant));
}

bool Scope::covers_region(std::string_view code) const noexcept {
  if (is_whole_city_) return true;
  if (!is_region_code(code)) return false;
  const auto within = [&](const std::string& prefix) { return code.starts_with(prefix); };
  return std::any_of(regions_.begin(), regions_.end(), within) &&
         std::none_of(excluded_.begin(), excluded_.end(), within);
}

bool Scope::covers_specialty(std::string_view code) const noexcept {
  if (grant_.all_specialties) return true;
  return std::find(grant_.specialties.begin(), grant_.specialties.end(), code) != grant_.specialties.end() &&
         !code.empty();
}

}  // namespace minglu::access
