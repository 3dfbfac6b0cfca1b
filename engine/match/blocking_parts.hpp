// Keys of all records, in parts by hash and sorted, for blocking. Internal to match/blocking.
//
// Records are walked in chunks, one thread each; what a chunk yields goes into bags, one for each part of the hashes. A
// part is small enough for a core's cache: it is sorted by counting the next bits of its hashes, and keys that only one
// entry has are dropped by the same counts. Order of entries: hash, then record, then comparison, whatever the number
// of chunks and threads. Thread-safety: as said at each function. Cost: two passes over the entries, no comparison
// sort.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/parallel.hpp"
#include "match/blocking.hpp"

namespace minglu::match {

/// Grows without moving what it holds: blocks of a fixed size.
template <typename T>
class Bag {
 public:
  Bag() = default;
  Bag(const Bag&) = delete;
  Bag& operator=(const Bag&) = delete;
  Bag(Bag&&) noexcept = default;
  Bag& operator=(Bag&&) noexcept = default;
  void push(const T& value) {
    if (used_ == kBlock) {
      blocks_.push_back(std::make_unique_for_overwrite<Block>());
      used_ = 0;
    }
    blocks_.back()->values[used_++] = value;
  }
  [[nodiscard]] size_t size() const noexcept { return blocks_.empty() ? 0 : (blocks_.size() - 1) * kBlock + used_; }
  template <typename Take>
  void for_each(Take&& take) const {
    for (size_t at = 0; at < blocks_.size(); ++at) {
      const size_t count = at + 1 == blocks_.size() ? used_ : kBlock;
      for (size_t i = 0; i < count; ++i) take(blocks_[at]->values[i]);
    }
  }
  void clear() {
    std::vector<std::unique_ptr<Block>>().swap(blocks_);
    used_ = kBlock;
  }

 private:
  static constexpr size_t kBlock = 8192 / sizeof(T);
  struct Block {
    std::array<T, kBlock> values;
  };
  std::vector<std::unique_ptr<Block>> blocks_;
  size_t used_ = kBlock;
};

constexpr size_t kKeyParts = 512;

/// One record under one hash, from whichever comparison.
inline bool same_key(const BlockingKey& a, const BlockingKey& b) { return a.hash == b.hash && a.record == b.record; }

class KeyParts {
 public:
  using Part = std::vector<BlockingKey>;

  /// Runs `fill(record, put)` for all records below `records`; put(key) keeps a key.
  template <typename Fill>
  static KeyParts gather(uint32_t records, size_t threads, const Fill& fill) {
    KeyParts parts;
    parts.bags_.resize(std::max<size_t>(1, threads) * kChunksPerThread);
    const size_t chunks = parts.bags_.size();
    base::parallel_for(chunks, threads, [&](size_t chunk, size_t) {
      auto& bags = parts.bags_[chunk];
      const auto begin = static_cast<uint32_t>(uint64_t{records} * chunk / chunks);
      const auto end = static_cast<uint32_t>(uint64_t{records} * (chunk + 1) / chunks);
      for (uint32_t record = begin; record < end; ++record) {
        fill(record, [&](const BlockingKey& key) { bags[key.hash >> kPartShift].push(key); });
      }
    });
    return parts;
  }
  [[nodiscard]] uint64_t size() const {
    uint64_t count = 0;
    for (const auto& bags : bags_) {
      for (const auto& bag : bags) count += bag.size();
    }
    return count;
  }
  /// Entries that share their hash with another one, in order; the bags are emptied on the way.
  std::vector<Part> sorted(size_t threads) {
    std::vector<Part> parts(kKeyParts);
    base::parallel_for(kKeyParts, threads, [&](size_t part, size_t) { parts[part] = sort_part(part); });
    return parts;
  }

 private:
  static constexpr size_t kChunksPerThread = 4;
  static constexpr int kPartShift = 64 - std::countr_zero(kKeyParts);
  static constexpr size_t kInsertionMax = 24;

  Part sort_part(size_t part);
  static void sort_slot(std::span<BlockingKey> slot);

  std::vector<std::array<Bag<BlockingKey>, kKeyParts>> bags_;  // by chunk
};

/// Calls visit(bucket) for the entries of each hash of a sorted part.
template <typename Visit>
void for_each_bucket(const KeyParts::Part& part, Visit&& visit) {
  for (size_t begin = 0; begin < part.size();) {
    size_t end = begin + 1;
    while (end < part.size() && part[end].hash == part[begin].hash) ++end;
    visit(std::span(part).subspan(begin, end - begin));
    begin = end;
  }
}

}  // namespace minglu::match
