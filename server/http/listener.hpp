// The HTTP server: takes connections on one address, reads requests within limits, runs handlers on workers, writes
// answers. HTTP/1.1 and 1.0 without TLS; in service nginx stands in front of it. HTTP/2, upgrades and ranges are left
// to it too.
//
//   Router router;
//   router.add({.method = "GET", .path = "/api/v1/status", .handler = show_status});
//   ListenerSpec spec;
//   spec.port = 8080;
//   MINGLU_TRY(auto listener, Listener::start(std::move(spec), std::move(router)));
//   ...
//   listener->stop(std::chrono::seconds(10));
//
// Sockets live on io threads, handlers on worker threads, the bytes of uploads and downloads on a thread of their own:
// a slow or silent client costs one connection and nothing else. A handler that throws answers 500; one that never
// returns holds a worker for good.
//
// Order of refusal: malformed head 400 / 431 / 501 / 505, address 400 / 404 / 405, admission, length 413, crowd 503.
// A refused request with an unread body ends its connection. Thread-safety: every member from any thread; handlers must
// stand being called by several workers at once. The listener must outlive nothing: `stop` (or the destructor) returns
// when the last handler has.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/http/message.hpp"
#include "server/http/metrics.hpp"
#include "server/http/router.hpp"

namespace minglu::server {

/// One answered request, for the access log.
struct AccessRecord {
  std::string remote;
  std::string method;
  std::string path;         // decoded, without the query, which may hold names of people; "" when it could not be read
  std::string route;        // template; "" when none matched
  int status = 0;           // 0: the client went before there was an answer
  uint64_t bytes_sent = 0;  // of the body
  std::chrono::microseconds time{};  // whole head read to last byte sent
  bool complete = true;              // false: the connection ended before the answer did
  std::string trace_id;
  std::string failure;  // what a handler threw, or why an answer could not be sent; for the log only
};
using AccessLog = std::function<void(const AccessRecord&)>;  // called on an io thread: must be quick, must not throw

struct ListenerSpec {
  std::string address = "127.0.0.1";  // IPv4 or IPv6 in digits
  uint16_t port = 0;                  // 0: any free one, see Listener::port
  size_t io_threads = 1;
  size_t worker_threads = 2;
  size_t heavy_threads = 1;      // for routes with `heavy`, in a queue of their own
  size_t queue_jobs_max = 1024;  // requests that wait for a worker; more are answered 503 with Retry-After
  std::chrono::milliseconds queue_time_max{5'000};  // the same, once the oldest has waited so long
  size_t connections_max = 4096;                    // more are answered 503 and closed
  size_t header_bytes_max = 16 * 1024;
  uint64_t body_bytes_max = 1 << 20;                  // in memory
  uint64_t large_body_bytes_max = 2ULL << 30;         // in a file, for routes with large_body
  std::filesystem::path upload_directory;             // must exist when a route has large_body; leftovers are removed
  std::chrono::milliseconds header_time_max{10'000};  // from the first byte of a request to its whole head
  std::chrono::milliseconds body_idle_time_max{30'000};   // without a byte of the body
  std::chrono::milliseconds idle_time_max{60'000};        // between two requests
  std::chrono::milliseconds write_idle_time_max{30'000};  // without the client taking a byte
  std::chrono::milliseconds stream_poll_time{100};        // after a BodySource said "nothing yet"
  bool trust_forwarded_for = false;  // a peer on loopback is the proxy: Request::remote is the last of X-Forwarded-For
  std::shared_ptr<Metrics> metrics;  // made by the listener when null
  AccessLog access_log;              // optional
};

class Listener {
 public:
  /// kInvalidArgument: the address is none, or a spec value is zero. kConflict: the port is taken. kPermissionDenied.
  static Result<std::unique_ptr<Listener>> start(ListenerSpec spec, Router router);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] uint16_t port() const noexcept;
  [[nodiscard]] Metrics& metrics() const noexcept;

  /// Takes no more connections, closes idle ones, lets requests end within `grace`, cuts the rest (a stream that has
  /// nothing to say at once), waits for handlers. Further calls do nothing.
  void stop(std::chrono::milliseconds grace);

 private:
  class Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace minglu::server
