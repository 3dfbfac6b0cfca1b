// What a handler sees of HTTP: a request that is whole and checked, and the response it gives back. No socket here, so
// every handler can be tested without one.
//
//   Response answer(const Request& request) { return json_response(200, R"({"units":4})"); }
//
// Text is UTF-8. Header names are lower case. Thread-safety: plain values; a request belongs to one handler call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace minglu::server {

struct Request {
  std::string method;                                       // "GET", "POST", ...: upper case
  std::string path;                                         // decoded, begins with '/', no dot segments
  std::vector<std::pair<std::string, std::string>> query;   // decoded, in order; a name may repeat
  std::map<std::string, std::string, std::less<>> headers;  // lower-case names; repeated ones joined by ", "
  std::string body;                                         // empty when it was put into a file
  std::optional<std::filesystem::path> body_file;           // large uploads; removed after the handler returns
  std::string remote;                                       // address of the peer, without port
  std::string trace_id;                                     // 32 hex digits, of `traceparent` or fresh
  std::vector<std::string> parts;  // what stood in place of {name} in the route's path, in order

  /// The first value of that query parameter; empty optional when absent.
  [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
  /// "" when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// Value of a cookie; "" when absent.
  [[nodiscard]] std::string_view cookie(std::string_view name) const;
};

/// Pulls the next piece of a body of unknown length: bytes to send, "" for "nothing yet, ask again soon", an empty
/// optional at the end. Called from one thread at a time.
using BodySource = std::function<std::optional<std::string>()>;

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Length, Date and Connection are added
  std::string body;
  std::optional<std::filesystem::path> file;  // sent instead of `body`
  BodySource stream;                          // sent instead of `body`, chunked

  Response& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
};

using Handler = std::function<Response(const Request&)>;

/// application/json; charset=utf-8.
Response json_response(int status, std::string json);
/// One faulty part of a body: JSON pointer and words.
struct Fault {
  std::string pointer;
  std::string message;
};
/// RFC 9457 problem details: application/problem+json with type, title, status, detail, traceId and `code`; `errors`
/// when there are faults.
Response problem_response(const Request& request, int status, std::string_view code, std::string_view title,
                          std::string_view detail, const std::vector<Fault>& faults = {});

}  // namespace minglu::server
