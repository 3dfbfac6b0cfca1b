#include "server/http/listener.hpp"

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <csignal>

#include "server/http/connection.hpp"

namespace minglu::server {
namespace {

using net::ip::tcp;

constexpr std::chrono::milliseconds kSweepTimeMax{100};
constexpr std::chrono::milliseconds kAcceptRetryTime{100};  // when the process has no descriptor left
constexpr std::string_view kCrowded =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

std::chrono::milliseconds sweep_time(const ListenerSpec& spec) {
  const auto shortest =
      std::min({spec.header_time_max, spec.body_idle_time_max, spec.idle_time_max, spec.write_idle_time_max});
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), kSweepTimeMax);
}

Status check_spec(const ListenerSpec& spec, const Router& router) {
  if (spec.io_threads == 0 || spec.worker_threads == 0 || spec.heavy_threads == 0 || spec.queue_jobs_max == 0 ||
      spec.connections_max == 0) {
    return base::invalid_argument("listener: threads, queue_jobs_max and connections_max must be at least 1");
  }
  if (spec.header_bytes_max < 1024) return base::invalid_argument("listener: header_bytes_max must be at least 1024");
  const bool has_large =
      std::any_of(router.routes().begin(), router.routes().end(), [](const Route& route) { return route.large_body; });
  if (has_large && !std::filesystem::is_directory(spec.upload_directory)) {
    return base::invalid_argument("listener: upload_directory \"" + spec.upload_directory.string() +
                                  "\" is no directory, and a route takes large bodies");
  }
  return ok_status();
}

Error listen_error(const ListenerSpec& spec, const error_code& error) {
  const std::string message =
      "cannot listen on " + spec.address + ":" + std::to_string(spec.port) + ": " + error.message();
  if (error == net::error::address_in_use) return base::conflict(message);
  if (error == net::error::access_denied) return {ErrorCode::kPermissionDenied, message};
  return base::invalid_argument(message);
}

}  // namespace

Loop::Loop(std::chrono::milliseconds sweep_time)
    : sweep_time_(sweep_time), timer_(context), guard_(context.get_executor()) {}

void Loop::start() {
  sweep();
  thread_ = std::thread([this] { context.run(); });
}

void Loop::stop() {
  net::post(context, [this] {
    stopped_ = true;
    timer_.cancel();
  });
  guard_.reset();
  if (thread_.joinable()) thread_.join();
}

void Loop::sweep() {
  timer_.expires_after(sweep_time_);
  timer_.async_wait([this](error_code error) {
    if (error || stopped_) return;
    const Clock::time_point now = Clock::now();
    std::vector<std::shared_ptr<Connection>> due;  // a connection that closes removes itself from the map
    for (const auto& [key, connection] : connections_) {
      if (connection->deadline() <= now) due.push_back(connection);
    }
    for (const auto& connection : due) connection->deadline_passed();
    sweep();
  });
}

void Loop::add(std::shared_ptr<Connection> connection) {
  Connection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
  key->start();
}

void Loop::remove(Connection* connection) { connections_.erase(connection); }

void Loop::wind_down() {
  const auto connections = connections_;
  for (const auto& [key, connection] : connections) connection->wind_down();
}

void Loop::abort_all() {
  const auto connections = connections_;
  for (const auto& [key, connection] : connections) connection->close();
}

class Listener::Impl {
 public:
  Impl(ListenerSpec spec, Router router) : core(std::move(spec), std::move(router)) {
    for (size_t i = 0; i < core.spec.io_threads; ++i) {
      loops_.push_back(std::make_unique<Loop>(sweep_time(core.spec)));
    }
    acceptor_.emplace(loops_.front()->context);
    retry_.emplace(loops_.front()->context);
  }

  Status listen() {
    error_code error;
    const auto address = net::ip::make_address(core.spec.address, error);
    if (error) return base::invalid_argument("listener: \"" + core.spec.address + "\" is no IP address");
    const tcp::endpoint endpoint(address, core.spec.port);
    acceptor_->open(endpoint.protocol(), error);
    if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_->bind(endpoint, error);
    if (!error) acceptor_->listen(net::socket_base::max_listen_connections, error);
    if (error) return listen_error(core.spec, error);
    port = acceptor_->local_endpoint().port();
    accept();
    for (const auto& loop : loops_) loop->start();
    return ok_status();
  }

  void stop(std::chrono::milliseconds grace) {
    if (core.stopping.exchange(true)) return;
    net::post(loops_.front()->context, [this] {
      error_code ignored;
      acceptor_->close(ignored);
      retry_->cancel();
    });
    for (const auto& loop : loops_) net::post(loop->context, [&loop] { loop->wind_down(); });
    const Clock::time_point end = Clock::now() + grace;
    while (core.metrics.connections > 0 && Clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const auto& loop : loops_) net::post(loop->context, [&loop] { loop->abort_all(); });
    core.workers.stop();
    core.heavy.stop();
    core.files.stop();
    for (const auto& loop : loops_) loop->stop();
  }

  Core core;
  uint16_t port = 0;

 private:
  void accept() {
    Loop& loop = *loops_[next_++ % loops_.size()];
    acceptor_->async_accept(loop.context, [this, &loop](error_code error, tcp::socket socket) {
      if (core.stopping || error == net::error::operation_aborted) return;
      if (error) return accept_later();
      take(loop, std::move(socket));
      accept();
    });
  }

  void accept_later() {
    retry_->expires_after(kAcceptRetryTime);
    retry_->async_wait([this](error_code error) {
      if (!error && !core.stopping) accept();
    });
  }

  void take(Loop& loop, tcp::socket socket) {
    if (core.metrics.connections >= static_cast<int64_t>(core.spec.connections_max)) {
      core.metrics.reject(Rejection::kConnectionsFull);
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(net::buffer(kCrowded), ignored);
      return;
    }
    auto connection = std::make_shared<Connection>(core, loop, std::move(socket));
    net::post(loop.context, [this, &loop, connection = std::move(connection)]() mutable {
      if (!core.stopping) loop.add(std::move(connection));
    });
  }

  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<net::steady_timer> retry_;
  size_t next_ = 0;
};

Result<std::unique_ptr<Listener>> Listener::start(ListenerSpec spec, Router router) {
  MINGLU_CHECK(check_spec(spec, router));
  if (!spec.metrics) spec.metrics = std::make_shared<Metrics>();
  spec.metrics->bind(router.routes());
  if (!spec.upload_directory.empty()) UploadFile::remove_leftovers(spec.upload_directory);
  auto impl = std::make_unique<Impl>(std::move(spec), std::move(router));
  MINGLU_CHECK(impl->listen());
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() { stop(std::chrono::milliseconds(0)); }
uint16_t Listener::port() const noexcept { return impl_->port; }
Metrics& Listener::metrics() const noexcept { return impl_->core.metrics; }
void Listener::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }

}  // namespace minglu::server
