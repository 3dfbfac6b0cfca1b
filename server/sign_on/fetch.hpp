// One request to another server, small and strict: for what an issuer of identities says.
//
//   MINGLU_TRY(std::string json, fetch({.url = "https://sso.example/.well-known/openid-configuration"}));
//
// Only https, and http to this machine itself (tests, a proxy beside us). Redirects are not followed, answers are cut
// off at 1 MiB, connecting may take 3 s and the whole 5 s; certificates are checked against the system's, or `ca_file`.
// Errors: kInvalidArgument for another kind of address; kUnavailable when there is no answer in time or the server
// fails (status 5xx); kFailedPrecondition when it answers anything else than 200, with the beginning of what it said.
// Method: libcurl. Thread-safety: any number of callers. Cost: blocks the calling thread.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace minglu::server {

struct FetchSpec {
  std::string url;
  std::vector<std::pair<std::string, std::string>> form = {};  // not empty: POST, as application/x-www-form-urlencoded
  std::string user = {};                                       // not empty: HTTP Basic, with `password`
  std::string password = {};
  std::filesystem::path ca_file = {};  // certificates to trust instead of the system's; empty: the system's
};

/// The body of the answer.
Result<std::string> fetch(const FetchSpec& spec);

/// Whether fetch would ask that address.
bool may_fetch(const std::string& url);

}  // namespace minglu::server
