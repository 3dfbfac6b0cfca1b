// A fixed number of threads and a queue with a limit: handlers run here, so that a slow one never holds the thread of
// the sockets, and a crowd is told to come again instead of growing without bound.
// Thread-safety: everything may be called from any thread; `stop` once. A job must not throw.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace minglu::server {

class WorkerPool {
 public:
  using Job = std::function<void()>;

  struct Spec {
    size_t threads = 1;
    size_t queue_jobs_max = 1;
    std::chrono::milliseconds queue_time_max{1000};
  };

  explicit WorkerPool(const Spec& spec);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full, when its oldest job has waited longer than queue_time_max (what comes now would
  /// wait no less), or when the pool has stopped; the job is then not run.
  bool try_submit(Job job);
  /// For work that continues a request already taken in: ignores the limit, because refusing it would cut an answer in
  /// two. Its number is bounded by that of the connections. False when stopped.
  bool submit(Job job);

  /// Runs what is queued to its end and joins. Later submissions are refused.
  void stop();

 private:
  [[nodiscard]] bool is_full(std::chrono::steady_clock::time_point now) const;
  bool push(Job job, bool limited);
  void run();

  struct Waiting {
    Job job;
    std::chrono::steady_clock::time_point since;
  };

  const Spec spec_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace minglu::server
