// Finding things by hash in a file, without a table beside it: the places of evenly spread 64-bit values in ascending
// order of value. Four bytes each; a look-up interpolates, so it touches about four places whatever the size.
//
//   const std::vector<uint32_t> order = hash_order(hashes);                            // written beside the hashes
//   for (uint32_t place : places_of(order, wanted, [&](uint32_t p) { return hashes[p]; })) ...
//
// Values that are not spread evenly cost at most a binary search. Pure. Method: interpolation search (Peterson 1957;
// Perl, Itai, Avni 1978), guarded by bisection.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace minglu::store {

/// Places of `hashes`, ascending by (hash, place). At most 2^32 - 1 of them. Cost: linear for spread values, about
/// 30 ns each; 4 bytes each besides the result.
std::vector<uint32_t> hash_order(std::span<const uint64_t> hashes);

/// The first position of `order` whose hash is not less than `hash`.
template <typename HashAt>
size_t hash_lower_bound(std::span<const uint32_t> order, uint64_t hash, HashAt hash_at) {
  constexpr size_t kGuesses = 16;
  constexpr size_t kNear = 8;
  size_t low = 0;  // everything before is less
  size_t high = order.size();
  uint64_t value_low = 0;
  uint64_t value_high = UINT64_MAX;
  for (size_t guess = 0; guess < kGuesses && high - low > kNear && value_low < value_high; ++guess) {
    const auto share = static_cast<double>(hash - value_low) / static_cast<double>(value_high - value_low);
    const auto step = static_cast<size_t>(share * static_cast<double>(high - low));
    const size_t at = low + std::min(step, high - low - 1);
    const uint64_t value = hash_at(order[at]);
    if (value < hash) {
      low = at + 1;
      value_low = value;
    } else {
      high = at;
      value_high = value;
    }
  }
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (hash_at(order[middle]) < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/// The places that hold `hash`, ascending.
template <typename HashAt>
std::span<const uint32_t> places_of(std::span<const uint32_t> order, uint64_t hash, HashAt hash_at) {
  const size_t from = hash_lower_bound(order, hash, hash_at);
  size_t to = from;
  while (to < order.size() && hash_at(order[to]) == hash) ++to;
  return order.subspan(from, to - from);
}

}  // namespace minglu::store
