#include "access/policy.hpp"

#include <algorithm>
#include <array>

#include "codes/catalog_file.hpp"

namespace minglu::access {
namespace {

// The file's columns, in order.
enum Column : size_t { kId, kRoles, kWrite, kAudited, kScope, kTotp, kLarge, kNote };

// What somebody whose password must be changed may still do.
constexpr std::array<std::string_view, 3> kBeforePasswordChange = {"me", "change_password", "logout"};

bool any_of_roles(const Operation& operation, const std::vector<Role>& roles) {
  return std::any_of(roles.begin(), roles.end(), [&](Role role) { return operation.allows(role); });
}

Status read_roles(const std::string& cell, Operation& operation) {
  if (cell == "public" || cell == "any") {
    operation.audience = cell == "public" ? Audience::kPublic : Audience::kSignedIn;
    return ok_status();
  }
  for (size_t at = 0; at <= cell.size();) {
    const size_t end = std::min(cell.find('|', at), cell.size());
    const std::string code = cell.substr(at, end - at);
    const std::optional<Role> role = find_role(code);
    if (!role) return base::invalid_argument("unknown role \"" + code + "\"");
    if (operation.allows(*role)) return base::invalid_argument("role \"" + code + "\" stands twice");
    operation.roles.push_back(*role);
    at = end + 1;
  }
  std::sort(operation.roles.begin(), operation.roles.end());
  return ok_status();
}

Status read_flags(const std::vector<std::string>& cells, Operation& operation) {
  const std::array<std::pair<Column, bool*>, 5> flags = {{{kWrite, &operation.is_write},
                                                          {kAudited, &operation.is_sensitive},
                                                          {kScope, &operation.needs_scope},
                                                          {kTotp, &operation.needs_totp},
                                                          {kLarge, &operation.large}}};
  for (const auto& [column, flag] : flags) {
    if (cells[column] != "0" && cells[column] != "1") {
      return base::invalid_argument("flag \"" + cells[column] + "\" is neither 0 nor 1");
    }
    *flag = cells[column] == "1";
  }
  return ok_status();
}

Status check(const Operation& operation) {
  if (operation.is_write && !operation.is_sensitive) {
    return base::invalid_argument("operation \"" + operation.id + "\" writes, so it must be audited");
  }
  if (operation.audience == Audience::kPublic && (operation.needs_scope || operation.needs_totp)) {
    return base::invalid_argument("operation \"" + operation.id + "\" is public, so it has no scope and no session");
  }
  for (const Role role : operation.roles) {
    if (!operation.needs_scope || role_info(role).sees_units) continue;
    return base::invalid_argument("operation \"" + operation.id + "\" shows units, which role \"" +
                                  std::string(role_info(role).code) + "\" never sees");
  }
  return ok_status();
}

Result<Operation> read_operation(const std::vector<std::string>& cells) {
  Operation operation;
  operation.id = cells[kId];
  operation.note = cells[kNote];
  if (operation.id.empty()) return base::invalid_argument("an operation has no id");
  MINGLU_CHECK(read_roles(cells[kRoles], operation));
  MINGLU_CHECK(read_flags(cells, operation));
  MINGLU_CHECK(check(operation));
  return operation;
}

}  // namespace

bool Operation::allows(Role role) const noexcept { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

Verdict decide(const Operation& operation, const Caller& caller) {
  if (operation.audience == Audience::kPublic) return Verdict::kAllowed;
  if (!caller.is_signed_in) return Verdict::kUnauthenticated;
  const auto& open = kBeforePasswordChange;
  if (caller.must_change_password && std::find(open.begin(), open.end(), operation.id) == open.end()) {
    return Verdict::kNeedsPasswordChange;
  }
  if (operation.audience == Audience::kRoles && !any_of_roles(operation, caller.roles)) return Verdict::kForbidden;
  if (operation.needs_totp && !caller.passed_second_factor) return Verdict::kNeedsSecondFactor;
  return Verdict::kAllowed;
}

Result<Policy> Policy::load(const std::filesystem::path& catalog_directory) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog_directory / "access/policy.csv",
                                      {"operation_id", "roles", "write", "audited", "scope", "totp", "large", "note"}));
  Policy policy;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    Result<Operation> operation = read_operation(file.rows[row]);
    if (!operation.ok()) return codes::catalog_error(file, row, operation.error().message);
    if (!policy.by_id_.emplace(operation->id, policy.operations_.size()).second) {
      return codes::catalog_error(file, row, "operation \"" + operation->id + "\" stands twice");
    }
    policy.operations_.push_back(std::move(operation).value());
  }
  return policy;
}

const Operation* Policy::find(std::string_view operation_id) const noexcept {
  const auto found = by_id_.find(std::string(operation_id));
  return found == by_id_.end() ? nullptr : &operations_[found->second];
}

Status Policy::check_complete(std::span<const std::string> operation_ids) const {
  for (const std::string& id : operation_ids) {
    if (find(id) != nullptr) continue;
    return base::failed_precondition("operation \"" + id + "\" has no row in catalog/access/policy.csv");
  }
  return ok_status();
}

}  // namespace minglu::access
