#include "server/http/metrics.hpp"

#include <algorithm>
#include <charconv>

#include "base/assert.hpp"

namespace minglu::server {
namespace {

constexpr std::array<std::string_view, 5> kReasons = {"queue_full", "connections_full", "malformed", "too_large",
                                                      "timeout"};

void append_head(std::string& out, std::string_view name, std::string_view kind, std::string_view help) {
  out.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ").append(name).append(" ");
  out.append(kind).append("\n");
}

/// The shortest digits that read back as the same number, whatever the locale.
std::string digits(double value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

template <typename Number>
void append_line(std::string& out, std::string_view name, const std::string& labels, Number value) {
  out.append("minglu_http_").append(name);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out.append(" ").append(std::to_string(value)).append("\n");
}

}  // namespace

void Metrics::bind(const std::vector<Route>& routes) {
  MINGLU_ASSERT(series_.empty());
  for (const Route& route : routes) {
    series_.push_back(std::make_unique<Series>());
    series_.back()->labels = "method=\"" + route.method + "\",route=\"" + route.path + '"';
  }
  series_.push_back(std::make_unique<Series>());
  series_.back()->labels = "method=\"\",route=\"\"";
}

void Metrics::count(std::optional<size_t> route, int status, double seconds) {
  MINGLU_ASSERT(!series_.empty());
  MINGLU_ASSERT(!route || *route + 1 < series_.size());
  Series& series = *series_[route.value_or(series_.size() - 1)];
  constexpr auto kRelaxed = std::memory_order_relaxed;
  series.by_class[static_cast<size_t>(std::clamp(status / 100, 1, 5))].fetch_add(1, kRelaxed);
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
  series.buckets[static_cast<size_t>(bucket)].fetch_add(1, kRelaxed);
  series.micros.fetch_add(static_cast<uint64_t>(std::max(seconds, 0.0) * 1e6), kRelaxed);
}

void Metrics::append_series(std::string& out, const Series& series) {
  uint64_t total = 0;
  for (size_t i = 0; i <= kBounds.size(); ++i) {
    total += series.buckets[i].load(std::memory_order_relaxed);
    const std::string bound = i == kBounds.size() ? "+Inf" : digits(kBounds[i]);
    append_line(out, "request_seconds_bucket", series.labels + ",le=\"" + bound + '"', total);
  }
  const double seconds = static_cast<double>(series.micros.load(std::memory_order_relaxed)) / 1e6;
  append_line(out, "request_seconds_sum", series.labels, seconds);
  append_line(out, "request_seconds_count", series.labels, total);
}

std::string Metrics::text() const {
  std::string out;
  append_head(out, "minglu_http_requests_total", "counter", "Requests answered, by route and class of status.");
  for (const auto& series : series_) {
    for (size_t i = 1; i < series->by_class.size(); ++i) {
      const uint64_t value = series->by_class[i].load(std::memory_order_relaxed);
      const std::string labels = series->labels + ",status=\"" + std::to_string(i) + "xx\"";
      if (value > 0) append_line(out, "requests_total", labels, value);
    }
  }
  append_head(out, "minglu_http_request_seconds", "histogram", "From the whole head to the first byte of the answer.");
  for (const auto& series : series_) {
    const auto used = [](const auto& bucket) { return bucket.load(std::memory_order_relaxed) > 0; };
    if (std::any_of(series->buckets.begin(), series->buckets.end(), used)) append_series(out, *series);
  }
  append_head(out, "minglu_http_requests_in_flight", "gauge", "Requests whose answer is not yet sent.");
  append_line(out, "requests_in_flight", "", requests_in_flight.load());
  append_head(out, "minglu_http_connections", "gauge", "Connections open.");
  append_line(out, "connections", "", connections.load());
  append_head(out, "minglu_http_connections_total", "counter", "Connections accepted.");
  append_line(out, "connections_total", "", connections_total.load());
  append_head(out, "minglu_http_rejected_total", "counter", "Requests and connections refused by the HTTP core.");
  for (size_t i = 0; i < kReasons.size(); ++i) {
    const std::string labels = "reason=\"" + std::string(kReasons[i]) + '"';
    append_line(out, "rejected_total", labels, rejected_[i].load(std::memory_order_relaxed));
  }
  return out;
}

Response Metrics::response() const {
  Response response;
  response.body = text();
  response.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
  return response;
}

}  // namespace minglu::server
