// What the connections of one listener share, and the loop that a connection lives on. Internal to server/http: the
// only headers that know Asio are this one and connection.hpp.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <thread>
#include <unordered_map>

#include "server/http/listener.hpp"
#include "server/http/worker_pool.hpp"

namespace minglu::server {

namespace net = boost::asio;
using Clock = std::chrono::steady_clock;

class Connection;

struct Core {
  Core(ListenerSpec s, Router r)
      : spec(std::move(s)),
        router(std::move(r)),
        metrics(*spec.metrics),
        workers({spec.worker_threads, spec.queue_jobs_max, spec.queue_time_max}),
        heavy({spec.heavy_threads, spec.queue_jobs_max, spec.queue_time_max}),
        files({}) {}

  const ListenerSpec spec;
  const Router router;
  Metrics& metrics;
  WorkerPool workers;  // handlers and stream sources
  WorkerPool heavy;    // the same of heavy routes
  WorkerPool files;    // blocks of uploads and downloads: a disk may make it wait, the io thread never
  std::atomic<bool> stopping = false;
};

/// One io_context on one thread with the connections given to it. Everything of a connection but its handler happens
/// here, so a connection needs no lock. One sweep looks at all deadlines: cheaper than a timer for each request.
class Loop {
 public:
  explicit Loop(std::chrono::milliseconds sweep_time);

  void start();
  /// After the last connection; joins.
  void stop();

  void add(std::shared_ptr<Connection> connection);
  void remove(Connection* connection);
  /// On the loop's thread: every connection ends its request or closes.
  void wind_down();
  void abort_all();

  net::io_context context{1};

 private:
  void sweep();

  const std::chrono::milliseconds sweep_time_;
  bool stopped_ = false;  // on the loop's thread: a sweep that was due already must not begin another
  net::steady_timer timer_;
  net::executor_work_guard<net::io_context::executor_type> guard_;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections_;
  std::thread thread_;
};

}  // namespace minglu::server
