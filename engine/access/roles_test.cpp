#include "access/roles.hpp"

#include <gtest/gtest.h>

namespace minglu::access {
namespace {

TEST(Roles, EveryRoleIsFoundByItsCode) {
  EXPECT_EQ(all_roles().size(), 9U);
  for (const RoleInfo& info : all_roles()) {
    EXPECT_EQ(find_role(info.code), info.role);
    EXPECT_EQ(&role_info(info.role), &info);
    EXPECT_FALSE(info.title_zh.empty());
    EXPECT_FALSE(info.title_en.empty());
  }
  EXPECT_FALSE(find_role(""));
  EXPECT_FALSE(find_role("City"));
  EXPECT_FALSE(find_role("root"));
}

TEST(Roles, NoAdministratorSeesUnits) {
  for (const Role role : {Role::kSystemAdmin, Role::kSecurityAdmin, Role::kAuditAdmin}) {
    EXPECT_FALSE(role_info(role).sees_units);
    EXPECT_TRUE(role_info(role).sees.empty());
  }
}

TEST(Roles, OutsidersNeverSeeSurveys) {
  for (const Role role : {Role::kDepartment, Role::kApplicant}) {
    EXPECT_FALSE(role_info(role).sees.contains(SourceClass::kSurvey));
    EXPECT_FALSE(role_info(role).sees.contains(SourceClass::kDeclaration));
  }
}

TEST(Roles, OnlyStatisticiansAndLeaderMayBeHeldTogether) {
  const auto together = [](Role a, Role b) {
    const std::vector<Role> roles = {a, b};
    return check_roles(roles).ok();
  };
  const auto is_staff = [](Role role) { return !role_info(role).stands_alone; };
  for (const RoleInfo& a : all_roles()) {
    for (const RoleInfo& b : all_roles()) {
      const bool expected = a.role != b.role && is_staff(a.role) && is_staff(b.role);
      EXPECT_EQ(together(a.role, b.role), expected) << a.code << " " << b.code;
    }
    EXPECT_TRUE(check_roles(std::vector<Role>{a.role}).ok()) << a.code;
  }
  EXPECT_TRUE(together(Role::kDistrict, Role::kLeader));
  EXPECT_FALSE(together(Role::kSystemAdmin, Role::kSecurityAdmin));
  EXPECT_FALSE(together(Role::kAuditAdmin, Role::kCity));
}

TEST(Roles, CodesAreReadInOneOrderAndStrictly) {
  const std::vector<std::string> codes = {"leader", "city"};
  EXPECT_EQ(parse_roles(codes).value(), (std::vector<Role>{Role::kCity, Role::kLeader}));
  EXPECT_EQ(parse_roles({}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_roles(std::vector<std::string>{"root"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_roles(std::vector<std::string>{"city", "city"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parse_roles(std::vector<std::string>{"audit_admin", "system_admin"}).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace minglu::access
