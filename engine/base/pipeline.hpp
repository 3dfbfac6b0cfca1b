// An ordered pipeline: one producer, several workers, one consumer that sees the results in the order of production.
// Results are therefore the same at any thread count.
//
//   Status s = ordered_pipeline<Chunk, Cleaned>({.workers = 2, .in_flight_max = 6}, produce, transform, consume);
//
// Memory: at most `in_flight_max` items between producer and consumer. The first error stops everything and is
// returned.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/result.hpp"

namespace minglu::base {

struct PipelineSpec {
  size_t workers = 2;        // threads that run `transform`; 0 runs everything in the caller
  size_t in_flight_max = 8;  // items produced and not yet consumed
};

template <typename In, typename Out>
class OrderedPipeline {
 public:
  using Produce = std::function<Result<std::optional<In>>()>;  // nullopt ends the stream
  using Transform = std::function<Result<Out>(In)>;            // called from several threads at once
  using Consume = std::function<Status(Out)>;                  // called in order, in the caller's thread

  OrderedPipeline(PipelineSpec spec, Produce produce, Transform transform, Consume consume)
      : spec_(spec), produce_(std::move(produce)), transform_(std::move(transform)), consume_(std::move(consume)) {}

  Status run() {
    if (spec_.workers == 0) return run_inline();
    std::vector<std::thread> threads;
    for (size_t i = 0; i < spec_.workers; ++i) threads.emplace_back([this] { work(); });
    Status status = consume_all();
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads) thread.join();
    return status;
  }

 private:
  Status run_inline() {
    for (;;) {
      MINGLU_TRY(std::optional<In> item, produce_());
      if (!item) return ok_status();
      MINGLU_TRY(Out out, transform_(std::move(*item)));
      MINGLU_CHECK(consume_(std::move(out)));
    }
  }

  // A worker takes the producer's next item itself: production is serial, under its own mutex, and needs no thread.
  void work() {
    for (;;) {
      size_t ticket = 0;
      std::optional<In> item;
      {
        const std::lock_guard produce_lock(produce_mutex_);
        {
          std::unique_lock lock(mutex_);
          changed_.wait(lock, [this] { return stop_ || produced_ - consumed_ < spec_.in_flight_max; });
          if (stop_ || ended_) return;
        }
        Result<std::optional<In>> produced = produce_();
        const std::lock_guard lock(mutex_);
        if (!produced.ok() || !*produced) {
          ended_ = true;
          if (!produced.ok()) done_.emplace(produced_++, Result<Out>{produced.error()});
          changed_.notify_all();
          return;
        }
        item = std::move(**produced);
        ticket = produced_++;
      }
      Result<Out> out = transform_(std::move(*item));
      const std::lock_guard lock(mutex_);
      done_.emplace(ticket, std::move(out));
      changed_.notify_all();
    }
  }

  Status consume_all() {
    for (;;) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return done_.count(consumed_) > 0 || (ended_ && consumed_ == produced_); });
      const auto it = done_.find(consumed_);
      if (it == done_.end()) return ok_status();
      Result<Out> out = std::move(it->second);
      done_.erase(it);
      lock.unlock();
      if (!out.ok()) return std::move(out).error();
      MINGLU_CHECK(consume_(std::move(out).value()));
      lock.lock();
      ++consumed_;
      changed_.notify_all();
    }
  }

  PipelineSpec spec_;
  Produce produce_;
  Transform transform_;
  Consume consume_;
  std::mutex produce_mutex_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<size_t, Result<Out>> done_;
  size_t produced_ = 0;
  size_t consumed_ = 0;
  bool ended_ = false;
  bool stop_ = false;
};

template <typename In, typename Out>
Status ordered_pipeline(PipelineSpec spec, typename OrderedPipeline<In, Out>::Produce produce,
                        typename OrderedPipeline<In, Out>::Transform transform,
                        typename OrderedPipeline<In, Out>::Consume consume) {
  return OrderedPipeline<In, Out>(spec, std::move(produce), std::move(transform), std::move(consume)).run();
}

}  // namespace minglu::base
