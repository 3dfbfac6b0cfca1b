#include "match/live_matcher.hpp"

#include <algorithm>
#include <numeric>

#include "base/parallel.hpp"

namespace minglu::match {
namespace {

constexpr uint32_t kChunk = 4096;

}  // namespace

LiveMatcher::LiveMatcher(Records records, const LinkModel& model, const LinkageSpec& spec)
    : records_(std::move(records)), model_(model), spec_(spec), weights_(*model.learned, records_) {
  grouping_ = {.link = to_weight(model.thresholds.link_bits),
               .margin = to_weight(model.thresholds.margin_bits),
               .threads = spec.threads};
  component_floor_ = component_floor(records_, grouping_);
  const Linkage linkage = link_records(records_, model_, spec_, &epoch_);
  group_ = linkage.grouping.group;
  is_alive_.assign(records_.size(), true);
  for (const Edge& edge : linkage.edges) connect(edge);
  index_all(spec.threads);
}

/// All keys of all records, sorted: each chunk's are sorted alone, then merged by parts of the hash.
void LiveMatcher::index_all(size_t threads) {
  struct Entry {
    uint64_t key;
    uint32_t record;
  };
  constexpr size_t kParts = 256;
  const size_t chunks = std::max<size_t>(threads, 1);
  std::vector<std::vector<std::vector<Entry>>> found(chunks, std::vector<std::vector<Entry>>(kParts));
  base::parallel_for(chunks, threads, [&](size_t chunk, size_t) {
    BlockingEpoch::Scratch scratch;
    std::vector<uint64_t> keys;
    const uint64_t n = records_.size();
    for (auto record = static_cast<uint32_t>(n * chunk / chunks); record < n * (chunk + 1) / chunks; ++record) {
      epoch_.final_keys(records_, record, scratch, keys);
      for (const uint64_t key : keys) found[chunk][key >> 56].push_back({key, record});
    }
  });
  std::vector<size_t> begin(kParts + 1, 0);
  for (size_t part = 0; part < kParts; ++part) {
    begin[part + 1] = begin[part];
    for (const auto& of_chunk : found) begin[part + 1] += of_chunk[part].size();
  }
  keys_.resize(begin[kParts]);
  keepers_.resize(begin[kParts]);
  base::parallel_for(kParts, threads, [&](size_t part, size_t) {
    std::vector<Entry> all;
    for (auto& of_chunk : found) {
      all.insert(all.end(), of_chunk[part].begin(), of_chunk[part].end());
      of_chunk[part] = {};
    }
    std::sort(all.begin(), all.end(),
              [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.record < b.record; });
    for (size_t i = 0; i < all.size(); ++i) {
      keys_[begin[part] + i] = all[i].key;
      keepers_[begin[part] + i] = all[i].record;
    }
  });
}

void LiveMatcher::collect(uint64_t key, uint32_t record, std::vector<uint32_t>& out) const {
  const auto take = [&](uint32_t other) {
    if (other == record || !is_alive_[other]) return;
    if (!records_.may_pair(other, record)) return;
    out.push_back(other);
  };
  // Hashes are spread evenly, so a guess by proportion lands near the key.
  const auto guess = static_cast<size_t>(static_cast<double>(key) / 0x1p64 * static_cast<double>(keys_.size()));
  size_t low = guess > 4096 ? guess - 4096 : 0;
  size_t high = std::min(keys_.size(), guess + 4096);
  if (low > 0 && keys_[low - 1] >= key) low = 0;
  if (high < keys_.size() && keys_[high] < key) high = keys_.size();
  auto at =
      std::lower_bound(keys_.begin() + static_cast<ptrdiff_t>(low), keys_.begin() + static_cast<ptrdiff_t>(high), key);
  for (; at != keys_.end() && *at == key; ++at) take(keepers_[static_cast<size_t>(at - keys_.begin())]);
  if (const auto later = later_.find(key); later != later_.end()) {
    for (const uint32_t other : later->second) take(other);
  }
}

void LiveMatcher::connect(const Edge& edge) {
  if (edge.weight < component_floor_) return;
  edges_[edge.a].push_back(edge);
  edges_[edge.b].push_back(edge);
}

std::vector<uint32_t> LiveMatcher::component_of(uint32_t record) const {
  std::vector<uint32_t> component{record};
  std::unordered_map<uint32_t, bool> seen{{record, true}};
  for (size_t i = 0; i < component.size(); ++i) {
    const auto at = edges_.find(component[i]);
    if (at == edges_.end()) continue;
    for (const Edge& edge : at->second) {
      const uint32_t other = edge.a == component[i] ? edge.b : edge.a;
      if (is_alive_[other] && seen.emplace(other, true).second) component.push_back(other);
    }
  }
  std::sort(component.begin(), component.end());
  return component;
}

void LiveMatcher::regroup(std::vector<uint32_t> component) {
  std::vector<Edge> inside;
  for (const uint32_t member : component) {
    const auto at = edges_.find(member);
    if (at == edges_.end()) continue;
    for (const Edge& edge : at->second) {
      if (edge.b == member && is_alive_[edge.a]) inside.push_back(edge);  // once, from its higher end
    }
  }
  AmbiguousGroups ambiguous;
  group_component(records_, weights_, component, std::move(inside), grouping_, scratch_, group_, ambiguous);
}

Result<LiveChange> LiveMatcher::add(const table::RawBatch& row, Side side) {
  if (row.row_count() != 1) return base::invalid_argument("一次只能加入一行");
  MINGLU_CHECK(records_.append(row, side));
  LiveChange change;
  change.record = records_.size() - 1;
  is_alive_.push_back(true);
  group_.push_back(change.record);
  std::vector<uint64_t> keys;
  epoch_.final_keys(records_, change.record, key_scratch_, keys);
  std::vector<uint32_t> candidates;
  for (const uint64_t key : keys) {
    collect(key, change.record, candidates);
    later_[key].push_back(change.record);
  }
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  change.candidates = static_cast<uint32_t>(candidates.size());
  std::vector<PairLikeness> likeness;
  compare_records(records_, change.record, candidates, scratch_, likeness);
  const int32_t review = to_weight(model_.thresholds.review_bits);
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Edge edge{candidates[i], change.record, weights_.weigh(likeness[i])};
    if (edge.weight < review) continue;
    change.edges.push_back(edge);
    connect(edge);
  }
  change.regrouped = component_of(change.record);
  regroup(change.regrouped);
  return change;
}

LiveChange LiveMatcher::remove(uint32_t record) {
  LiveChange change;
  change.record = record;
  std::vector<uint32_t> touched = component_of(record);
  is_alive_[record] = false;
  std::erase(touched, record);
  std::vector<bool> done(touched.size(), false);
  for (size_t i = 0; i < touched.size(); ++i) {
    if (done[i]) continue;
    const std::vector<uint32_t> component = component_of(touched[i]);
    for (size_t j = 0; j < touched.size(); ++j) {
      done[j] = done[j] || std::binary_search(component.begin(), component.end(), touched[j]);
    }
    regroup(component);
  }
  for (const Edge& edge : edges_[record]) {
    std::erase_if(edges_[edge.a == record ? edge.b : edge.a],
                  [&](const Edge& e) { return e.a == record || e.b == record; });
  }
  edges_.erase(record);
  change.regrouped = std::move(touched);
  return change;
}

}  // namespace minglu::match
