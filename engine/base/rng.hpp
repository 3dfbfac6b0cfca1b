// Deterministic random numbers: the same seed gives the same stream on every machine. Never std:: distributions, whose
// results differ between libraries. Not for secrets.
// Thread-safety: a generator belongs to one thread. Cost: about a nanosecond a number.
#pragma once

#include <cstdint>

namespace minglu::base {

/// SplitMix64 step: a good 64-bit mix of any input; also a keyed hash of (seed, index) for random access streams.
constexpr uint64_t mix64(uint64_t x) noexcept {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

/// Small counter-based generator. Thread-safety: one per thread.
class Rng {
 public:
  explicit constexpr Rng(uint64_t seed) noexcept : state_(seed) {}
  constexpr uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15ULL;
    return mix64(state_);
  }
  /// Uniform in [0, bound). Precondition: bound > 0. Bias below 2^-32 for bound < 2^32.
  constexpr uint64_t below(uint64_t bound) noexcept {
    return static_cast<uint64_t>((static_cast<__uint128_t>(next()) * bound) >> 64);
  }
  /// Uniform in [0, 1).
  constexpr double uniform() noexcept { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  constexpr bool chance(double probability) noexcept { return uniform() < probability; }

 private:
  uint64_t state_;
};

}  // namespace minglu::base
