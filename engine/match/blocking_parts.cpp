#include "match/blocking_parts.hpp"

#include "match/blocking_sets.hpp"

namespace minglu::match {

/// Entries of one slot come in the order of records; few slots hold more than one hash.
void KeyParts::sort_slot(std::span<BlockingKey> slot) {
  const auto by_hash = [](const BlockingKey& a, const BlockingKey& b) { return a.hash < b.hash; };
  if (slot.size() > kInsertionMax) {
    if (!std::is_sorted(slot.begin(), slot.end(), by_hash)) std::stable_sort(slot.begin(), slot.end(), by_hash);
    return;
  }
  for (size_t i = 1; i < slot.size(); ++i) {
    const BlockingKey key = slot[i];
    size_t at = i;
    for (; at > 0 && slot[at - 1].hash > key.hash; --at) slot[at] = slot[at - 1];
    slot[at] = key;
  }
}

KeyParts::Part KeyParts::sort_part(size_t part) {
  constexpr int kSlotBitsMin = 8;
  constexpr uint32_t kDropped = UINT32_MAX;
  size_t entries = 0;
  for (const auto& bags : bags_) entries += bags[part].size();
  const int bits = std::max(kSlotBitsMin, static_cast<int>(std::bit_width(entries)));
  const auto slot_of = [bits](uint64_t hash) { return (hash << (64 - kPartShift)) >> (64 - bits); };

  std::vector<uint32_t> ends(size_t{1} << bits, 0);
  for (const auto& bags : bags_) {
    bags[part].for_each([&](const BlockingKey& key) { ++ends[slot_of(key.hash)]; });
  }
  uint32_t kept = 0;
  for (uint32_t& slot : ends) {
    const uint32_t count = slot;
    slot = count < 2 ? kDropped : kept;
    kept += count < 2 ? 0 : count;
  }
  Part sorted(kept);
  for (auto& bags : bags_) {
    bags[part].for_each([&](const BlockingKey& key) {
      uint32_t& at = ends[slot_of(key.hash)];
      if (at != kDropped) sorted[at++] = key;
    });
    bags[part].clear();
  }
  uint32_t begin = 0;
  for (const uint32_t end : ends) {
    if (end == kDropped) continue;
    sort_slot(std::span(sorted).subspan(begin, end - begin));
    begin = end;
  }
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same_key), sorted.end());
  return sorted;
}

CommonKeys::CommonKeys(std::span<std::vector<Bag<BlockingKey>>> groups, const RecordRanges& ranges, uint32_t records,
                       size_t threads)
    : begin_(records, 0), count_(records, 0) {
  std::vector<uint64_t> base(ranges.count() + 1, 0);
  for (size_t range = 0; range < ranges.count(); ++range) {
    base[range + 1] = base[range];
    for (const auto& group : groups) base[range + 1] += group[range].size();
  }
  entries_.resize(base.back());
  base::parallel_for(ranges.count(), threads, [&](size_t range, size_t) {
    for (const auto& group : groups) group[range].for_each([&](const BlockingKey& key) { ++count_[key.record]; });
    uint64_t at = base[range];
    for (uint32_t record = ranges.begin(range); record < ranges.end(range); ++record) {
      begin_[record] = at;
      at += count_[record];
      count_[record] = 0;
    }
    for (auto& group : groups) {
      group[range].for_each([&](const BlockingKey& key) { entries_[begin_[key.record] + count_[key.record]++] = key; });
      group[range].clear();
    }
  });
}

}  // namespace minglu::match
