// Is this register healthy, and what should its operator do? Looks, and changes nothing: the index is not repaired, the
// lock not kept, a schema not brought up to date; so it may be asked at any time, also beside a running server.
//
//   MINGLU_TRY(std::vector<HealthCheck> checks, examine({.directory = home}));
//   worst_grade(checks) == HealthGrade::kWrong   // somebody must act
//
// What it looks at: the home, disk space, rights, secrets, the process that owns the home, what is unfinished, the
// databases (SQLite or PostgreSQL), the ledger's chain, the audit trail's chain, whether the archive has every file
// that the ledger refers to, whether the index is complete and its tables whole, the catalog, the clock, backups and
// drills. `verify` reads every byte; this reads tables, chains and names. Limits: catalog/parameters/doctor_limits.csv.
// Errors: only when those limits cannot be loaded; everything else is a check that says so. Cost: copies the databases
// into a temporary folder (about 1 GB/s), reads both chains, one small read per derived file, one status per archived
// file. Thread-safety: function without state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

enum class HealthGrade : uint8_t { kOk, kWarning, kWrong };
/// "ok", "warning", "wrong".
std::string_view health_grade_name(HealthGrade grade) noexcept;

struct HealthCheck {
  std::string name;  // "disk"
  HealthGrade grade = HealthGrade::kOk;
  std::string detail;  // what was found
  std::string advice;  // what to do; empty when ok
};

Result<std::vector<HealthCheck>> examine(const HomeSpec& home);

/// kOk for none.
HealthGrade worst_grade(const std::vector<HealthCheck>& checks) noexcept;

}  // namespace minglu::flows
