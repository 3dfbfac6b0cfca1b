// The bytes that an audit entry's hash covers, and what becomes of text before it is stored. Internal to store/.
// Thread-safety: functions without state.
// Method: as ledger_hash.hpp, netstrings of the encoding's name and every field, after the hash of the entry before.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "store/audit_store.hpp"

namespace minglu::store {

/// Uses every field of `entry` but its hash.
std::string audit_hash(std::string_view prev_hash, const AuditEntry& entry);

/// Makes every text storable, and detail_json canonical. kInvalidArgument when that is no JSON object or too long.
Status make_storable(AuditEntry& entry);

}  // namespace minglu::store
