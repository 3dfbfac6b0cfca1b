// Takes the target of a request line apart: path, its segments, query parameters; percent escapes decoded, nothing
// guessed. What is ambiguous is refused, because two programs that read one address differently are how filters in
// front of a server are passed by.
//
//   parse_target("/api/v1/units/%E6%B7%B1?page=2&q=a+b")
//     -> path "/api/v1/units/深", segments {"api","v1","units","深"}, query {{"page","2"},{"q","a b"}}
//
// Errors: kInvalidArgument for anything but origin form ("/..."), a bad or cut escape, NUL, bytes that are not UTF-8
// (overlong forms included), control characters or a backslash in the path, segments "." and "..", a fragment, more
// than 200 parameters. `%2F` stays inside its segment: "/a%2Fb" has one segment "a/b".
// Method: RFC 3986 §2.1 and §3.3; '+' means a blank in the query only (WHATWG URL, urlencoded). Cost: O(bytes).
// Thread-safety: functions without state.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace minglu::server {

inline constexpr size_t kQueryParametersMax = 200;

using QueryPairs = std::vector<std::pair<std::string, std::string>>;

struct Target {
  std::string path;                   // decoded; begins with '/'
  std::vector<std::string> segments;  // decoded, what stands between the slashes; "/" gives one empty segment
  QueryPairs query;                   // in order; a name may repeat; a name without '=' has the value ""
};

Result<Target> parse_target(std::string_view target);

/// Also for bodies of type application/x-www-form-urlencoded. Empty pieces ("a=1&&b=2") are left out.
Result<QueryPairs> parse_query(std::string_view query);

/// Decodes %XX; '+' becomes a blank when asked. The result is valid UTF-8 without NUL.
Result<std::string> percent_decode(std::string_view text, bool plus_is_blank);

/// Everything but letters, digits and "-._~" as %XX; percent_decode of it gives `text` back.
std::string percent_encode(std::string_view text);

}  // namespace minglu::server
