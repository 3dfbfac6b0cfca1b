// Making feeds: a synthetic city, or noisy feeds derived from real register rows (synth/README.md has the method).
// The same job gives the same bytes at any thread count; `seed` chooses the city. `units` counts living units,
// `periods` months. Errors: kInvalidArgument for a register file that cannot be used, else those of writing files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/result.hpp"

namespace minglu::flows {

struct SynthJob {
  std::filesystem::path catalog;
  std::filesystem::path out;
  std::string from;  // register file; empty: a synthetic city
  uint64_t units = 1000;
  uint64_t seed = 1;
  uint32_t periods = 24;
  size_t threads = 2;
  std::function<void(const std::string& step, uint64_t done, uint64_t total)> progress = {};
};

struct SynthOutcome {
  uint64_t rows = 0;
  uint64_t bytes = 0;
  double seconds = 0;
  std::map<std::string, uint64_t> rows_by_source;
};

Result<SynthOutcome> run_synth(const SynthJob& job);

}  // namespace minglu::flows
