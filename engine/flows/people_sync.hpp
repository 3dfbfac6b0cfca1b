// Organisations and their people, as the platform of the bureau lists them (机构与用户同步).
//
//   MINGLU_TRY(SyncReport report, sync_people(accounts, knowledge, list, {.is_complete = true, .dry_run = true}, now));
//   report.people.created;                    // what it would do; the same call without dry_run does it
//
// An organisation says what its people may do here: role, regions, sources. A person of the list gets an account with
// those, without pass phrase: people sign on at their issuer, or with a one-time link. Accounts made by hand are never
// touched, and no account is ever deleted: whom a complete list leaves out, or says to be inactive, is disabled, and
// their sessions end. Administrators are not made here.
//
// Balance: rows = created + changed + unchanged + rejected, for organisations and for people; `ended` counts besides
// what a complete list leaves out. The same list again changes nothing. A list that would end more than half of what it
// keeps is refused as probably cut short, unless `may_end_many`. Errors: kFailedPrecondition for that; those of
// AccountStore. What was done before an error stays done: call again. Cost: one durable write per change.
// Thread-safety: as AccountStore; two at once may reject each other's rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/knowledge.hpp"
#include "store/account_store.hpp"

namespace minglu::flows {

struct SyncPerson {
  std::string login;
  std::string display_name;
  std::string organisation;  // code
  bool is_active = true;
};

struct SyncList {
  std::vector<store::OrganisationRow> organisations;
  std::vector<SyncPerson> people;
};

struct SyncSpec {
  bool is_complete = false;  // what is not in the list has gone
  bool dry_run = false;
  bool may_end_many = false;
};

struct SyncCounts {
  uint64_t rows = 0;
  uint64_t created = 0;
  uint64_t changed = 0;
  uint64_t unchanged = 0;
  uint64_t rejected = 0;
  uint64_t ended = 0;  // not of the rows
  [[nodiscard]] bool balanced() const noexcept { return rows == created + changed + unchanged + rejected; }
};

struct SyncReject {
  std::string kind;    // "organisation" or "person"
  uint64_t row = 0;    // place in its list, from 1
  std::string key;     // code or login
  std::string reason;  // for users
};

struct SyncReport {
  SyncCounts organisations;
  SyncCounts people;
  std::vector<SyncReject> rejects;
};

/// Reads the list from files of any kind that table/reader.hpp knows (CSV, XLSX, JSON ...); an empty path: no rows.
/// Organisations have the columns code, name, parent, role, regions, sources, closed; people login, display_name,
/// organisation, active. Lists divide by |, yes and no are 1 and 0 (empty: not closed, active). kInvalidArgument names
/// a column that is missing or not known, and a word that is neither.
Result<SyncList> read_sync_list(const std::filesystem::path& organisations, const std::filesystem::path& people);

Result<SyncReport> sync_people(store::AccountStore& accounts, const Knowledge& knowledge, const SyncList& list,
                               const SyncSpec& spec, int64_t now_us);

}  // namespace minglu::flows
