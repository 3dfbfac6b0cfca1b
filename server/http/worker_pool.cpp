#include "server/http/worker_pool.hpp"

#include "base/assert.hpp"

namespace minglu::server {

WorkerPool::WorkerPool(size_t threads, size_t queue_jobs_max) : queue_jobs_max_(queue_jobs_max) {
  MINGLU_ASSERT(threads > 0);
  threads_.reserve(threads);
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::try_submit(Job job) { return push(std::move(job), true); }
bool WorkerPool::submit(Job job) { return push(std::move(job), false); }

bool WorkerPool::push(Job job, bool limited) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_ || (limited && jobs_.size() >= queue_jobs_max_)) return false;
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopped_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace minglu::server
