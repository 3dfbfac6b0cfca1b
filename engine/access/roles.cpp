#include "access/roles.hpp"

#include <algorithm>

namespace minglu::access {
namespace {

constexpr SourceClasses kEveryClass = {SourceClass::kPublic, SourceClass::kDeptAdmin, SourceClass::kSurvey,
                                       SourceClass::kDeclaration};
// Surveys and declarations stay inside statistics (Statistics Law 2024, article 28).
constexpr SourceClasses kOutsideStatistics = {SourceClass::kPublic, SourceClass::kDeptAdmin};
constexpr SourceClasses kPublicOnly = {SourceClass::kPublic};
constexpr SourceClasses kNoClass = {};

constexpr std::array<RoleInfo, 9> kRoles = {{
    {Role::kCity, "city", "市级统计员", "City statistician", true, false, kEveryClass},
    {Role::kDistrict, "district", "区级统计员", "District statistician", true, false, kEveryClass},
    {Role::kSubdistrict, "subdistrict", "街道统计员", "Street statistician", true, false, kEveryClass},
    {Role::kApplicant, "applicant", "申报单位", "Applicant", true, true, kPublicOnly},
    {Role::kDepartment, "department", "部门用户", "Department", true, true, kOutsideStatistics},
    {Role::kLeader, "leader", "领导", "Leader", true, false, kEveryClass},
    {Role::kSystemAdmin, "system_admin", "系统管理员", "System administrator", false, true, kNoClass},
    {Role::kSecurityAdmin, "security_admin", "安全管理员", "Security administrator", false, true, kNoClass},
    {Role::kAuditAdmin, "audit_admin", "审计管理员", "Audit administrator", false, true, kNoClass},
}};

constexpr bool rows_follow_the_enumeration() {
  for (size_t i = 0; i < kRoles.size(); ++i) {
    if (static_cast<size_t>(kRoles[i].role) != i) return false;
  }
  return true;
}
static_assert(rows_follow_the_enumeration());

}  // namespace

std::span<const RoleInfo> all_roles() noexcept { return kRoles; }

const RoleInfo& role_info(Role role) noexcept { return kRoles[static_cast<size_t>(role)]; }

std::optional<Role> find_role(std::string_view code) noexcept {
  for (const RoleInfo& info : kRoles) {
    if (info.code == code) return info.role;
  }
  return std::nullopt;
}

Result<std::vector<Role>> parse_roles(std::span<const std::string> codes) {
  std::vector<Role> roles;
  for (const std::string& code : codes) {
    const std::optional<Role> role = find_role(code);
    if (!role) {
      std::string known;
      for (const RoleInfo& info : kRoles) known += (known.empty() ? "" : "、") + std::string(info.code);
      return base::invalid_argument("没有角色“" + code + "”，可选：" + known);
    }
    roles.push_back(*role);
  }
  std::sort(roles.begin(), roles.end());
  MINGLU_CHECK(check_roles(roles));
  return roles;
}

Status check_roles(std::span<const Role> roles) {
  if (roles.empty()) return base::invalid_argument("至少要有一个角色");
  for (size_t i = 0; i < roles.size(); ++i) {
    const RoleInfo& info = role_info(roles[i]);
    if (std::count(roles.begin(), roles.end(), roles[i]) > 1) {
      return base::invalid_argument("角色“" + std::string(info.title_zh) + "”重复");
    }
    if (info.stands_alone && roles.size() > 1) {
      return base::invalid_argument("角色“" + std::string(info.title_zh) + "”必须单独授予，不能与其他角色由同一人兼任");
    }
  }
  return ok_status();
}

}  // namespace minglu::access
