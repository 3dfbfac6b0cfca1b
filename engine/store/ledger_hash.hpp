// The bytes that a commit's hash covers, and its checks. Internal to store/.
//
// Method: every field is written as a netstring ("5:hello,"), so no two different records give the same bytes. Lists
// are preceded by their count. The first field names the version of this encoding. hash = sha256(prev_hash + bytes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/ledger.hpp"

namespace minglu::store {

/// Everything recorded under one seq, in the order in which it is hashed (leases by kind, the rest as given).
struct CommitRecord {
  CommitRow commit;
  std::vector<LeaseRow> leases;
  std::vector<BatchRow> batches;
  std::vector<DecisionRow> decisions;
};

/// Uses commit.prev_hash; does not look at commit.hash.
std::string commit_hash(const CommitRecord& record);

/// kInvalidArgument unless every text is storable (UTF-8, no NUL), kinds are well-formed, payloads are canonical,
/// counts are >= 0 and each batch balances.
Status check_request(const CommitRequest& request);
/// [a-z0-9_.-]{1,64}.
Status check_kind(std::string_view kind);

/// "2026-01-31T08:15:02.123456Z".
std::string format_utc_us(int64_t us_since_1970);

}  // namespace minglu::store
