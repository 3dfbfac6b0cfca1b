// A request that changes something takes effect once, however often it is sent: the header Idempotency-Key.
//
//   Response response = answered_once(call, [&] { return run_handler(); });
//
// | the key was | the answer is |
// |---|---|
// | not used by this account or key of a program | that of `run`, kept for Parameters::idempotency_us (48 hours) |
// | used for the same request (method, path, query, body) | the one kept, with `Idempotency-Replayed: true` |
// | used for another request | 422 `idempotency_key_reused` |
// | used, and still being worked on | 409 `in_progress` with Retry-After |
// | used, and the server stopped before it answered | 409 `outcome_unknown`: look whether it took effect, then use a
// new key |
//
// So never twice, and durably: the key is taken on the disk before `run`, the answer kept, sealed, after it. What ends
// with 5xx took no effect and frees the key. Method: draft-ietf-httpapi-idempotency-key-header-07. Without the header
// `run` is called and nothing kept. Thread-safety: any number of workers. Cost: two synced writes.
#pragma once

#include <functional>

#include "server/api/api_call.hpp"

namespace minglu::server {

Response answered_once(ApiCall& call, const std::function<Response()>& run);

}  // namespace minglu::server
