// Which role may call which operation of the API, from catalog/access/policy.csv. The server refuses to start when an
// operation of its own has no row here, so nothing is allowed by being forgotten.
//
//   MINGLU_TRY(Policy policy, Policy::load(catalog_directory()));
//   const Operation* operation = policy.find("unmask_unit");
//   decide(*operation, {.is_signed_in = true, .roles = {Role::kLeader}})   // Verdict::kForbidden
//
// Columns: operation_id; roles ("public" = without signing in, "any" = whoever is signed in, or codes separated by |);
// write; audited; scope; totp; large (each 0 or 1); note.
// The load fails (kInvalidArgument, naming file and line) for an unknown role, an operation listed twice, a flag other
// than 0 or 1, a write that is not audited, and a scoped operation given to a role that never sees units.
// Thread-safety: immutable after load. Cost: find is one hash look-up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/roles.hpp"
#include "base/result.hpp"

namespace minglu::access {

enum class Audience : uint8_t { kPublic, kSignedIn, kRoles };

struct Operation {
  std::string id;
  Audience audience = Audience::kRoles;
  std::vector<Role> roles;    // of kRoles, in order of the enumeration
  bool needs_scope = false;   // the answer is limited to the caller's Scope
  bool is_write = false;      // changes something: needs the CSRF token, and is always audited
  bool is_sensitive = false;  // audited; of a read: personal data or the register's content in bulk
  bool needs_totp = false;    // the session must have passed the second factor
  bool large = false;         // a large body or a long run: counted against the server's limit of heavy requests
  std::string note;

  [[nodiscard]] bool allows(Role role) const noexcept;
};

/// What the server knows about who calls.
struct Caller {
  bool is_signed_in = false;  // by a live session or a valid key
  std::vector<Role> roles = {};
  bool passed_second_factor = false;
  bool must_change_password = false;  // first login, reset, or too old
};

enum class Verdict : uint8_t {
  kAllowed,
  kUnauthenticated,     // sign in (401)
  kForbidden,           // not this role's (403)
  kNeedsSecondFactor,   // enrol or enter the code of the second factor (403)
  kNeedsPasswordChange  // only me, change_password and logout until then (403)
};

Verdict decide(const Operation& operation, const Caller& caller);

class Policy {
 public:
  static Result<Policy> load(const std::filesystem::path& catalog_directory);
  /// Null for an operation without a row.
  [[nodiscard]] const Operation* find(std::string_view operation_id) const noexcept;
  /// In the order of the file.
  [[nodiscard]] std::span<const Operation> operations() const noexcept { return operations_; }
  /// kFailedPrecondition naming the first of `operation_ids` that has no row: for the start of the server.
  [[nodiscard]] Status check_complete(std::span<const std::string> operation_ids) const;

 private:
  std::vector<Operation> operations_;
  std::unordered_map<std::string, size_t> by_id_;
};

}  // namespace minglu::access
