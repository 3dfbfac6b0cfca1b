// Random numbers by address: the number drawn for (seed, unit, stream, extra) does not depend on what was drawn before.
// So every unit, period and feed can be generated alone, in any order and on any thread, with the same result.
// Not for secrets. Pure; a generator belongs to one thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.hpp"

namespace minglu::synth {

/// What a stream of numbers is for. New purposes go at the end: a number keeps its meaning for a seed.
enum class Stream : uint32_t {
  kKind,
  kLife,
  kName,
  kPerson,
  kPlace,
  kAddress,
  kCapital,
  kTrade,
  kScale,
  kContact,
  kEvents,
  kParent,
  kCity,
  kNoiseId,
  kNoiseName,
  kNoiseAddress,
  kNoisePerson,
  kNoiseLag,
  kNoiseRow,
  kNoiseCode,
  kCoverage,
  kPeriod,
  kKey,
  kWeb,
};

/// Generator of one purpose of one unit.
inline base::Rng stream(uint64_t seed, uint64_t unit, Stream purpose, uint64_t extra = 0) noexcept {
  const uint64_t place = base::mix64(base::mix64(seed) + unit);
  return base::Rng(base::mix64(place ^ (uint64_t{static_cast<uint32_t>(purpose)} << 40) ^ base::mix64(extra + 1)));
}

/// One uniform number in [0, 1) of one purpose of one unit.
inline double uniform_at(uint64_t seed, uint64_t unit, Stream purpose, uint64_t extra = 0) noexcept {
  return stream(seed, unit, purpose, extra).uniform();
}

/// Standard normal to four digits (sum of twelve uniforms): no library function, the same on every machine.
inline double normal(base::Rng& rng) noexcept {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += rng.uniform();
  return sum;
}

/// Median times e^(sigma * normal).
inline double lognormal(base::Rng& rng, double median, double sigma) noexcept {
  return median * std::exp(sigma * normal(rng));
}

template <typename T>
const T& pick(base::Rng& rng, const std::vector<T>& list) noexcept {
  return list[rng.below(list.size())];
}

/// Index into cumulative weights (ascending, last = total).
size_t pick_weighted(base::Rng& rng, const std::vector<double>& cumulative) noexcept;

}  // namespace minglu::synth
