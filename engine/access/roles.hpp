// Who a person is to the register. Nine roles; which of them may do what stands in catalog/access/policy.csv, and which
// units they see in scope.hpp.
//
//   MINGLU_TRY(std::vector<Role> roles, parse_roles({"district", "leader"}));
//   role_info(Role::kCity).title_zh            // "市级统计员"
//   check_roles({Role::kSystemAdmin, Role::kAuditAdmin})   // kInvalidArgument
//
// Combination: statisticians and leader (city, district, subdistrict, leader) may be held together. Every other role is
// held alone: an administrator never sees units, and who administers the system, who grants rights and who reads the
// audit trail are three persons (GB/T 22239-2019 8.1.4.2); outsiders (applicant, department) are no staff.
// Thread-safety: functions without state.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/source_class.hpp"
#include "base/result.hpp"

namespace minglu::access {

enum class Role : uint8_t {
  kCity,
  kDistrict,
  kSubdistrict,
  kApplicant,
  kDepartment,
  kLeader,
  kSystemAdmin,
  kSecurityAdmin,
  kAuditAdmin,
};

struct RoleInfo {
  Role role;
  std::string_view code;  // "system_admin": in the catalog, the database and the API
  std::string_view title_zh;
  std::string_view title_en;
  bool sees_units;     // false: no operation shows it units, whatever its scope says
  bool stands_alone;   // may not be combined with another role
  SourceClasses sees;  // classes of values it may see at most
};

/// All roles in the order of the enumeration.
std::span<const RoleInfo> all_roles() noexcept;
const RoleInfo& role_info(Role role) noexcept;
/// By code; null when unknown.
std::optional<Role> find_role(std::string_view code) noexcept;

/// Codes to roles, in order of the enumeration. kInvalidArgument for an unknown code, and as check_roles.
Result<std::vector<Role>> parse_roles(std::span<const std::string> codes);
/// kInvalidArgument for none, a repetition, or a combination that is not allowed. The message is for users (Chinese).
Status check_roles(std::span<const Role> roles);

}  // namespace minglu::access
