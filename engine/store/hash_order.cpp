#include "store/hash_order.hpp"

#include <bit>

#include "base/assert.hpp"

namespace minglu::store {

std::vector<uint32_t> hash_order(std::span<const uint64_t> hashes) {
  constexpr size_t kPerBucket = 8;
  MINGLU_ASSERT(hashes.size() < UINT32_MAX);
  const int bits = static_cast<int>(std::bit_width(hashes.size() / kPerBucket));
  const auto bucket_of = [&](uint64_t hash) {
    return bits == 0 ? size_t{0} : static_cast<size_t>(hash >> (64 - bits));
  };
  std::vector<uint32_t> ends((size_t{1} << bits) + 1, 0);
  for (const uint64_t hash : hashes) ++ends[bucket_of(hash) + 1];
  for (size_t bucket = 1; bucket < ends.size(); ++bucket) ends[bucket] += ends[bucket - 1];
  std::vector<uint32_t> order(hashes.size());
  for (uint32_t place = 0; place < hashes.size(); ++place) order[ends[bucket_of(hashes[place])]++] = place;
  size_t from = 0;  // `ends` has moved on by one bucket
  for (size_t bucket = 0; bucket + 1 < ends.size(); ++bucket) {
    std::stable_sort(order.begin() + static_cast<ptrdiff_t>(from), order.begin() + ends[bucket],
                     [&](uint32_t a, uint32_t b) { return hashes[a] < hashes[b]; });
    from = ends[bucket];
  }
  return order;
}

}  // namespace minglu::store
