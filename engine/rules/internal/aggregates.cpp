#include "rules/internal/aggregates.hpp"

#include <array>
#include <cstring>

namespace minglu::rules::internal {

namespace {
constexpr size_t kFirstSlots = 1024;
}  // namespace

void KeyIds::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.empty() ? kFirstSlots : old.size() * 2, {});
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == kNone) continue;
    size_t place = slot.key.low & mask;
    while (slots_[place].id != kNone) place = (place + 1) & mask;
    slots_[place] = slot;
  }
}

uint32_t KeyIds::add(const base::Hash128& key) {
  if (size_t{size_} * 2 >= slots_.size()) grow();
  const size_t mask = slots_.size() - 1;
  for (size_t place = key.low & mask;; place = (place + 1) & mask) {
    Slot& slot = slots_[place];
    if (slot.id == kNone) slot = {key, size_++};
    if (slot.key == key) return slot.id;
  }
}

uint32_t KeyIds::find(const base::Hash128& key) const noexcept {
  if (slots_.empty()) return kNone;
  const size_t mask = slots_.size() - 1;
  for (size_t place = key.low & mask;; place = (place + 1) & mask) {
    const Slot& slot = slots_[place];
    if (slot.id == kNone || slot.key == key) return slot.id;
  }
}

Aggregate::Group& Aggregate::group(const base::Hash128& key) {
  const uint32_t id = keys_.add(key);
  if (id >= groups_.size()) groups_.resize(id + size_t{1});
  return groups_[id];
}

// Most groups hold one value: it stands in the group, only further ones go to the set of pairs.
void Aggregate::feed_distinct(const base::Hash128& key, const base::Hash128& value) {
  Group& target = group(key);
  if (!target.has_value) {
    target.has_value = true;
    target.value = value;
    target.count = 1;
    return;
  }
  if (target.value == value) return;
  const std::array<base::Hash128, 2> both = {key, value};
  std::array<char, sizeof(both)> bytes{};
  std::memcpy(bytes.data(), both.data(), sizeof(both));
  const size_t before = pairs_.size();
  pairs_.add(base::hash128({bytes.data(), bytes.size()}));
  if (pairs_.size() > before) ++target.count;
}

void Aggregate::feed(const Key& first, const Key& second, const Value& number, bool condition_true) {
  if (!condition_true || first.null) return;
  if (op_ == Op::kCountBy || op_ == Op::kExistsIn) {
    ++group(first.hash).count;
  } else if (op_ == Op::kDistinctBy) {
    if (!second.null) feed_distinct(first.hash, second.hash);
  } else if (op_ == Op::kSumMatch) {
    if (number.null) return;
    Group& target = group(first.hash);
    target.has_value = true;
    if (__builtin_add_overflow(target.sum, number.integer, &target.sum)) target.overflow = true;
  } else {  // in_cycle; the first parent given for a key counts
    if (second.null) return;
    const uint32_t key = keys_.add(first.hash);
    const uint32_t parent = keys_.add(second.hash);
    if (parents_.size() < keys_.size()) parents_.resize(keys_.size(), KeyIds::kNone);
    if (parents_[key] == KeyIds::kNone) parents_[key] = parent;
  }
}

// Every key has at most one parent, so each walk meets at most one cycle. Each key is walked once.
void Aggregate::finish() {
  if (op_ != Op::kInCycle) return;
  parents_.resize(keys_.size(), KeyIds::kNone);
  on_cycle_.assign(keys_.size(), 0);
  std::vector<uint32_t> walk_of(keys_.size(), 0);  // 0 = not visited, else number of the walk
  for (uint32_t start = 0; start < keys_.size(); ++start) {
    uint32_t at = start;
    while (at != KeyIds::kNone && walk_of[at] == 0) {
      walk_of[at] = start + 1;
      at = parents_[at];
    }
    if (at == KeyIds::kNone || walk_of[at] != start + 1) continue;
    for (uint32_t member = at; on_cycle_[member] == 0; member = parents_[member]) on_cycle_[member] = 1;
  }
}

Value Aggregate::answer(const Key& key, bool& error) const {
  if (key.null) return Value::none();
  const uint32_t id = keys_.find(key.hash);
  if (op_ == Op::kInCycle) return Value::of_bool(id != KeyIds::kNone && on_cycle_[id] != 0);
  const Group found = id == KeyIds::kNone ? Group{} : groups_[id];
  if (op_ == Op::kExistsIn) return Value::of_bool(found.count > 0);
  if (op_ != Op::kSumMatch) return Value::of_int(found.count);
  error = found.overflow;
  return found.has_value && !found.overflow ? Value::of_int(found.sum) : Value::none();
}

}  // namespace minglu::rules::internal
