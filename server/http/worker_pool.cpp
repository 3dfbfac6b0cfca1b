#include "server/http/worker_pool.hpp"

#include "base/assert.hpp"

namespace minglu::server {

WorkerPool::WorkerPool(const Spec& spec) : spec_(spec) {
  MINGLU_ASSERT(spec.threads > 0);
  threads_.reserve(spec.threads);
  for (size_t i = 0; i < spec.threads; ++i) threads_.emplace_back([this] { run(); });
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::try_submit(Job job) { return push(std::move(job), true); }
bool WorkerPool::submit(Job job) { return push(std::move(job), false); }

bool WorkerPool::is_full(std::chrono::steady_clock::time_point now) const {
  return jobs_.size() >= spec_.queue_jobs_max || (!jobs_.empty() && now - jobs_.front().since > spec_.queue_time_max);
}

bool WorkerPool::push(Job job, bool limited) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::scoped_lock lock(mutex_);
    if (stopped_ || (limited && is_full(now))) return false;
    jobs_.push_back({std::move(job), now});
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
      job = std::move(jobs_.front().job);
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace minglu::server
