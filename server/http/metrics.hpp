// Counts of the HTTP core, as Prometheus reads them (text format 0.0.4). Labels are templates of routes and classes of
// status, never ids: their number does not grow with use.
//
//   minglu_http_requests_total{method="GET",route="/api/v1/units/{id}",status="2xx"} 812
//   minglu_http_request_seconds_bucket{method="GET",route="/api/v1/units/{id}",le="0.005"} 790
//   minglu_http_requests_in_flight 3          minglu_http_connections 41
//   minglu_http_rejected_total{reason="queue_full"} 2
//
// Seconds run from the whole head of the request to the first byte of the answer, so a long stream is not a slow
// request. Addresses that no route knows are counted as route "". Thread-safety: everything but `bind` may be called
// from any thread. Cost of a count: four relaxed atomics.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"
#include "server/http/router.hpp"

namespace minglu::server {

enum class Rejection { kQueueFull, kConnectionsFull, kMalformed, kTooLarge, kTimeout };

class Metrics {
 public:
  /// Once, before the first count; the listener does it.
  void bind(const std::vector<Route>& routes);

  /// `route` is an index of the routes bound; empty for an address that none of them knows.
  void count(std::optional<size_t> route, int status, double seconds);
  void reject(Rejection why) { rejected_[static_cast<size_t>(why)].fetch_add(1, std::memory_order_relaxed); }

  std::atomic<int64_t> connections = 0;         // open now
  std::atomic<int64_t> connections_total = 0;   // accepted ever
  std::atomic<int64_t> requests_in_flight = 0;  // head read, answer not yet sent

  [[nodiscard]] std::string text() const;
  /// text() as a response, for the route /metrics.
  [[nodiscard]] Response response() const;

 private:
  static constexpr std::array<double, 13> kBounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,    0.25,  0.5,    1,     2.5,  10};
  struct Series {
    std::string labels;  // method="GET",route="/x"
    std::array<std::atomic<uint64_t>, 6> by_class{};
    std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets{};
    std::atomic<uint64_t> micros = 0;
  };
  static void append_series(std::string& out, const Series& series);

  std::vector<std::unique_ptr<Series>> series_;  // the last one is that of unknown addresses
  std::array<std::atomic<uint64_t>, 5> rejected_{};
};

}  // namespace minglu::server
