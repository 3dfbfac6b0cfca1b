// A fixed number of threads and a queue with a limit: handlers run here, so that a slow one never holds the thread of
// the sockets, and a crowd is told to come again instead of growing without bound.
// Thread-safety: everything may be called from any thread; `stop` once. A job must not throw.
#pragma once

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

  WorkerPool(size_t threads, size_t queue_jobs_max);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the queue is full or the pool has stopped; the job is then not run.
  bool try_submit(Job job);
  /// For work that continues a request already taken in: ignores the limit, because refusing it would cut an answer in
  /// two. Its number is bounded by that of the connections. False when stopped.
  bool submit(Job job);

  /// Runs what is queued to its end and joins. Later submissions are refused.
  void stop();

 private:
  bool push(Job job, bool limited);
  void run();

  const size_t queue_jobs_max_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace minglu::server
