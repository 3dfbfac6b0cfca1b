#include "access/policy.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

// As the contract names them.
std::vector<std::string> operations_of_contract() {
  const std::string text = base::read_file(std::filesystem::path(MINGLU_SOURCE_DIR) / "api" / "openapi.yaml").value();
  constexpr std::string_view kWord = "operationId: ";
  std::vector<std::string> ids;
  for (size_t at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at)) {
    at += kWord.size();
    ids.push_back(text.substr(at, text.find('\n', at) - at));
  }
  return ids;
}

const Policy& shipped() {
  static const Policy kPolicy = Policy::load(codes::catalog_directory()).value();
  return kPolicy;
}

/// Loads a policy of these rows.
Result<Policy> load_rows(const std::string& rows) {
  std::string name = (std::filesystem::temp_directory_path() / "minglu_policy_XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  std::filesystem::create_directory(folder / "access");
  std::ofstream(folder / "access/policy.csv")
      << "# source: test\n# version: 1\noperation_id,roles,write,audited,scope,totp,large,note\n"
      << rows;
  Result<Policy> policy = Policy::load(folder);
  std::filesystem::remove_all(folder);
  return policy;
}

Verdict verdict(std::string_view operation, const Caller& caller) { return decide(*shipped().find(operation), caller); }

TEST(Policy, TheShippedTableNamesEveryOperation) {
  const std::vector<std::string> operations = operations_of_contract();
  EXPECT_TRUE(shipped().check_complete(operations).ok());
  EXPECT_EQ(shipped().operations().size(), operations.size());
}

TEST(Policy, AnOperationWithoutARowIsNotFound) {
  EXPECT_EQ(shipped().find("drop_everything"), nullptr);
  const std::vector<std::string> more = {"me", "drop_everything"};
  const Status status = shipped().check_complete(more);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFailedPrecondition);
  EXPECT_NE(status.error().message.find("drop_everything"), std::string::npos);
}

TEST(Policy, BadRowsAreRefusedWithTheirLine) {
  const std::string good = "me,any,0,0,0,0,0,\n";
  EXPECT_TRUE(load_rows(good).ok());
  for (const std::string bad : {
           "x,root,0,0,0,0,0,\n",          // unknown role
           "x,city|root,0,0,0,0,0,\n",     //
           "x,city|city,0,0,0,0,0,\n",     // a role twice
           "x,city|,0,0,0,0,0,\n",         // an empty role
           "x,,0,0,0,0,0,\n",              // none
           "me,any,0,0,0,0,0,\n",          // an operation twice
           ",any,0,0,0,0,0,\n",            // no id
           "x,any,2,0,0,0,0,\n",           // a flag that is none
           "x,any,,0,0,0,0,\n",            //
           "x,any,1,0,0,0,0,\n",           // a write that is not audited
           "x,system_admin,0,0,1,0,0,\n",  // an administrator who would see units
           "x,public,0,0,1,0,0,\n",        // a scope without a caller
           "x,public,0,0,0,1,0,\n",        // a second factor without a session
           "x,any,0,0,0,0,0\n",            // a cell too few
       }) {
    const Result<Policy> policy = load_rows(good + bad);
    ASSERT_FALSE(policy.ok()) << bad;
    EXPECT_EQ(policy.error().code, ErrorCode::kInvalidArgument) << bad;
    EXPECT_NE(policy.error().message.find("policy.csv\" line 5"), std::string::npos) << policy.error().message;
  }
}

TEST(Policy, TheThreeAdministratorsShareNoWrite) {
  for (const Operation& operation : shipped().operations()) {
    int admins = 0;
    for (const Role role : {Role::kSystemAdmin, Role::kSecurityAdmin, Role::kAuditAdmin}) {
      admins += operation.allows(role) ? 1 : 0;
    }
    if (operation.is_write) { EXPECT_LE(admins, 1) << operation.id; }
  }
  EXPECT_TRUE(shipped().find("list_audit")->allows(Role::kAuditAdmin));
  EXPECT_EQ(shipped().find("list_audit")->roles.size(), 1U);
  EXPECT_EQ(shipped().find("create_user")->roles, std::vector<Role>{Role::kSecurityAdmin});
  EXPECT_EQ(shipped().find("status")->roles, std::vector<Role>{Role::kSystemAdmin});
}

TEST(Policy, ALeaderReadsAndNeverWrites) {
  for (const Operation& operation : shipped().operations()) {
    const bool writes_register = operation.is_write && operation.needs_scope;
    if (writes_register) { EXPECT_FALSE(operation.allows(Role::kLeader)) << operation.id; }
  }
  EXPECT_FALSE(shipped().find("unmask_unit")->allows(Role::kLeader));
}

TEST(Policy, DecidesInTheOrderThatTellsTheCallerWhatToDo) {
  EXPECT_EQ(verdict("login", {}), Verdict::kAllowed);
  EXPECT_EQ(verdict("me", {}), Verdict::kUnauthenticated);
  EXPECT_EQ(verdict("get_unit", {}), Verdict::kUnauthenticated);
  const Caller leader{.is_signed_in = true, .roles = {Role::kLeader}};
  EXPECT_EQ(verdict("me", leader), Verdict::kAllowed);
  EXPECT_EQ(verdict("get_unit", leader), Verdict::kAllowed);
  EXPECT_EQ(verdict("decide", leader), Verdict::kForbidden);
  EXPECT_EQ(verdict("get_unit", {.is_signed_in = true}), Verdict::kForbidden) << "no role, no right";
  Caller city{.is_signed_in = true, .roles = {Role::kCity, Role::kLeader}};
  EXPECT_EQ(verdict("unmask_unit", city), Verdict::kNeedsSecondFactor);
  city.passed_second_factor = true;
  EXPECT_EQ(verdict("unmask_unit", city), Verdict::kAllowed);
  city.must_change_password = true;
  EXPECT_EQ(verdict("unmask_unit", city), Verdict::kNeedsPasswordChange);
  EXPECT_EQ(verdict("change_password", city), Verdict::kAllowed);
  EXPECT_EQ(verdict("logout", city), Verdict::kAllowed);
}

TEST(Policy, EveryRoleAndOperationGetsTheAnswerOfTheTable) {
  int checks = 0;
  for (const Operation& operation : shipped().operations()) {
    for (const RoleInfo& role : all_roles()) {
      const Caller caller{.is_signed_in = true, .roles = {role.role}, .passed_second_factor = true};
      const bool expected = operation.audience != Audience::kRoles || operation.allows(role.role);
      EXPECT_EQ(decide(operation, caller) == Verdict::kAllowed, expected) << operation.id << " " << role.code;
      if (!role.sees_units && operation.needs_scope) { EXPECT_FALSE(expected) << operation.id << " " << role.code; }
      ++checks;
    }
  }
  EXPECT_EQ(checks, static_cast<int>(shipped().operations().size() * all_roles().size()));
}

}  // namespace
}  // namespace minglu::access
