// The operations of the API, one list per part: what the dispatcher routes and the policy must name.
// Adding one: a row here, a row in catalog/access/policy.csv, its description in api/openapi.yaml (tests compare all
// three). Thread-safety: handlers are called by several workers at once.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "server/api/api_call.hpp"
#include "server/http/router.hpp"

namespace minglu::server {

using OperationHandler = std::function<Result<Response>(ApiCall&)>;

struct ApiOperation {
  std::string_view id;
  std::string_view method;
  std::string_view path;        // below /api/v1
  std::string_view parameters;  // allowed in the query, separated by commas
  OperationHandler handler;
  bool large_body = false;
};

std::vector<ApiOperation> session_operations();       // set-up, log in, me
std::vector<ApiOperation> sign_on_operations();       // single sign-on
std::vector<ApiOperation> account_operations();       // users, keys, audit, filters
std::vector<ApiOperation> organisation_operations();  // organisations and their people, synchronised
std::vector<ApiOperation> unit_operations();          // search, units, overview
std::vector<ApiOperation> map_operations();           // areas, counts by area
std::vector<ApiOperation> pin_operations();           // named moments of both times
std::vector<ApiOperation> feed_operations();          // sources, imports, records, jobs, changes
std::vector<ApiOperation> desk_operations();          // conflicts, missing, new, decisions, reviews
std::vector<ApiOperation> discrepancy_operations();   // lists for departments, their answers
std::vector<ApiOperation> activity_operations();      // models of activity, their runs and scores
std::vector<ApiOperation> system_operations();        // exports, codes, status

/// The answer 202 that leads to a job.
Response accepted(ApiCall& call, const std::string& id);

/// Opens a session and answers who that is, with the cookie.
Result<Response> open_session(ApiCall& call, const store::UserRow& user, bool passed_second_factor, int status);
/// Somebody else set it, or it is too old.
bool must_change_password(const Services& services, const store::UserRow& user);

/// Whether that is one of its roles.
bool is_department(const store::UserRow& user);
/// A department sees and feeds its own source only; staff all of them.
bool sees_source(const ApiCall& call, std::string_view source);

/// The sources that the caller may see, as list_sources answers them: also part of the overview.
Result<Json> visible_sources(const ApiCall& call);

/// A search from the parameters of search_units, by name: of a query string, or of a saved filter. kInvalidArgument.
using ParameterOf = std::function<std::optional<std::string>(std::string_view)>;
/// Areas that the caller drew are found by their id.
Result<search::Query> parse_search(const ApiCall& call, const ParameterOf& parameter);
/// The part of it that says where: within and precision.
Status parse_within(const ApiCall& call, const ParameterOf& parameter, search::Query& query);
/// Parts between commas, empty ones left out.
std::vector<std::string> split_list(std::string_view text);

/// All of them, in the order above.
std::vector<ApiOperation> all_operations();

}  // namespace minglu::server
