// Runs numbered pieces of work on several threads. Which thread runs a piece is left open; what a piece writes belongs
// to its number, so results do not depend on the number of threads.
//
//   parallel_for(chunk_count, threads, [&](size_t chunk, size_t thread) { sums[chunk] = sum_of(chunk); });
//
// Pieces start in ascending order. `work` must not throw. Thread-safety: one call owns its threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace minglu::base {

template <typename Work>
void parallel_for(size_t pieces, size_t threads, Work&& work) {
  std::atomic<size_t> next{0};
  const auto run = [&](size_t thread) {
    for (size_t piece = next.fetch_add(1); piece < pieces; piece = next.fetch_add(1)) work(piece, thread);
  };
  std::vector<std::thread> others;
  for (size_t thread = 1; thread < threads && thread < pieces; ++thread) others.emplace_back(run, thread);
  run(0);
  for (std::thread& other : others) other.join();
}

}  // namespace minglu::base
