// Rows of the account tables in SQL. Lists are kept as JSON arrays, flags as 0 or 1.
// To be called inside AccountDatabase::write or read, which turn what is thrown into errors.
// Internal to store/. Thread-safety: as the session.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/account_state.hpp"
#include "store/ledger_session.hpp"

namespace minglu::store {

/// A list of texts as it is kept, and back: kDataLoss when it is not a JSON array of texts.
std::string list_to_json(const std::vector<std::string>& texts);
Status list_from_json(const std::string& json, std::vector<std::string>& out);

void put_user(soci::session& sql, const Account& account);  // inserts or replaces
/// kDataLoss when a list of the row is not a JSON array of texts.
Status read_users(soci::session& sql, std::vector<Account>& out);

void insert_member(soci::session& sql, int64_t user_id, const std::string& organisation);  // or replaces

void insert_session(soci::session& sql, const SessionRow& row);
void read_sessions(soci::session& sql, std::vector<SessionRow>& out);

void put_key(soci::session& sql, const ApiKeyRow& row);  // inserts or replaces
void read_keys(soci::session& sql, std::vector<ApiKeyRow>& out);

}  // namespace minglu::store
