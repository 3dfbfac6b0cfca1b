#include "store/hash_order.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "base/rng.hpp"

namespace minglu::store {
namespace {

// Slow and obvious: every place, one after another.
std::vector<uint32_t> places_one_by_one(const std::vector<uint64_t>& hashes, uint64_t hash) {
  std::vector<uint32_t> places;
  for (uint32_t place = 0; place < hashes.size(); ++place) {
    if (hashes[place] == hash) places.push_back(place);
  }
  return places;
}

void check(const std::vector<uint64_t>& hashes) {
  const std::vector<uint32_t> order = hash_order(hashes);
  std::vector<uint32_t> expected(hashes.size());
  std::iota(expected.begin(), expected.end(), 0);
  std::stable_sort(expected.begin(), expected.end(), [&](uint32_t a, uint32_t b) { return hashes[a] < hashes[b]; });
  ASSERT_EQ(order, expected);
  std::vector<uint64_t> wanted{0, 1, UINT64_MAX, UINT64_MAX - 1};
  for (size_t i = 0; i < hashes.size(); i += 1 + hashes.size() / 50) {
    for (const uint64_t near : {hashes[i] - 1, hashes[i], hashes[i] + 1}) wanted.push_back(near);
  }
  for (const uint64_t hash : wanted) {
    const auto found = places_of(order, hash, [&](uint32_t p) { return hashes[p]; });
    EXPECT_EQ(std::vector<uint32_t>(found.begin(), found.end()), places_one_by_one(hashes, hash)) << hash;
  }
}

TEST(HashOrder, OfNothingAndOfLittle) {
  check({});
  check({0});
  check({UINT64_MAX, 0, UINT64_MAX});
}

TEST(HashOrder, FindsSpreadValues) {
  for (const size_t size : {7, 64, 1000, 20000}) {
    std::vector<uint64_t> hashes;
    for (size_t i = 0; i < size; ++i) hashes.push_back(base::mix64(i % (size * 3 / 4) + 1));
    check(hashes);
  }
}

TEST(HashOrder, FindsValuesThatAreNotSpread) {
  std::vector<uint64_t> small(3000);
  std::iota(small.begin(), small.end(), 0);
  check(small);
  check(std::vector<uint64_t>(3000, 42));
  std::vector<uint64_t> steps;
  for (uint64_t i = 0; i < 64; ++i) steps.push_back(uint64_t{1} << i);
  check(steps);
}

}  // namespace
}  // namespace minglu::store
