// From a request to a handler, in one place for every operation: who calls, may they, is the request in order; then the
// handler, then the audit, then the answer.
//
// Order: sign-in, quota of keys, policy (401, 403), anti-forgery token of unsafe methods, unknown query parameters,
// handler. Writes, sensitive reads and denials are in the audit before the answer leaves; when the audit cannot be
// written nothing is answered but 503. Errors: see problem_of. Thread-safety: any number of workers.
#pragma once

#include "server/api/operations.hpp"
#include "server/http/router.hpp"

namespace minglu::server {

/// Adds every operation to the router. kFailedPrecondition naming an operation without a row in the policy.
Status add_api(Router& router, Services& services);

/// Whose request this is; a stranger when nothing valid says so.
Who identify(const Request& request, Services& services);

}  // namespace minglu::server
