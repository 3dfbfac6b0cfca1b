// The list of addresses that the server answers, and the way from a request to its handler.
//
//   Router router;
//   router.add({.method = "GET", .path = "/api/v1/units/{id}", .handler = show_unit, .access = "unit.read"});
//   router.add({.method = "POST", .path = "/api/v1/decisions/{seq}:undo", .handler = undo});
//   router.set_fallback(static_files.handler());
//
// A path is made of segments: words; {name}, which stands for one segment that is not empty; or a name with a verb
// behind it, {seq}:undo. Words win over names, a name with a verb wins over the bare name, whatever the order of `add`.
// What stood for the names is Request::parts. A route for GET answers HEAD as well; OPTIONS is answered by the server.
//
// Adding a path that is malformed, or the same method and path twice, is a bug and asserts. Cost of a match:
// O(segments) for paths without names beside words. Thread-safety: add first, then match from any number of threads.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"

namespace minglu::server {

/// Looks at a request before its body is read: an answer refuses it. `body` is empty still.
using Admission = std::function<std::optional<Response>(const Request&)>;

struct Route {
  std::string method;       // "GET", "POST", "PUT", "PATCH", "DELETE"
  std::string path;         // the template
  Handler handler;          // runs on a worker, never on the thread of the sockets
  std::string access;       // what the caller must be allowed to do; the words are those of the policy, "" = not said
  bool heavy = false;       // takes long: threads of its own, so that quick requests never wait behind it
  bool large_body = false;  // a body goes to a file, however small, up to ListenerSpec::large_body_bytes_max
  Admission admit;          // optional; for large bodies, so that a stranger cannot fill the disk before being refused
};

class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  void add(Route route);
  /// Answers GET and HEAD where no path matches, except under /api/: the pages of the console.
  void set_fallback(Handler handler);

  /// In the order of `add`; for tests of the access policy, for metrics and for documents.
  [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }
  [[nodiscard]] const Handler& fallback() const noexcept { return fallback_; }

  struct Match {
    std::optional<size_t> route;     // index in routes(); empty: no such path, or not with this method
    std::vector<std::string> parts;  // values of the names, in order
    std::string allow;               // "GET, HEAD, OPTIONS" when the path is known; "" when it is not
  };
  /// `segments` as parse_target gives them.
  [[nodiscard]] Match match(std::string_view method, const std::vector<std::string>& segments) const;

 private:
  struct Node;
  std::vector<Route> routes_;
  Handler fallback_;
  std::unique_ptr<Node> root_;
};

}  // namespace minglu::server
