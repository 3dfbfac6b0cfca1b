#include "rules/internal/aggregates.hpp"

#include "base/hash.hpp"

namespace minglu::rules::internal {

namespace {
constexpr size_t kFirstSlots = 1024;
constexpr size_t kBlockBytes = size_t{1} << 16;
}  // namespace

size_t TextIds::place_of(std::string_view text, uint64_t hash) const noexcept {
  const size_t mask = slots_.size() - 1;
  for (size_t place = hash & mask;; place = (place + 1) & mask) {
    const Entry& entry = slots_[place];
    if (entry.id == kNone || (entry.hash == hash && texts_[entry.id] == text)) return place;
  }
}

void TextIds::grow() {
  std::vector<Entry> old = std::move(slots_);
  slots_.assign(old.empty() ? kFirstSlots : old.size() * 2, {});
  for (const Entry& entry : old) {
    if (entry.id == kNone) continue;
    size_t place = entry.hash & (slots_.size() - 1);
    while (slots_[place].id != kNone) place = (place + 1) & (slots_.size() - 1);
    slots_[place] = entry;
  }
}

uint32_t TextIds::add(std::string_view text) {
  if (texts_.size() * 2 >= slots_.size()) grow();
  const uint64_t hash = base::hash64(text);
  const size_t place = place_of(text, hash);
  if (slots_[place].id != kNone) return slots_[place].id;
  if (blocks_.empty() || block_used_ + text.size() > blocks_.back().size()) {
    blocks_.emplace_back(std::max(kBlockBytes, text.size()), '\0');
    block_used_ = 0;
  }
  char* target = blocks_.back().data() + block_used_;
  text.copy(target, text.size());
  block_used_ += text.size();
  slots_[place] = {hash, static_cast<uint32_t>(texts_.size())};
  texts_.emplace_back(target, text.size());
  return slots_[place].id;
}

uint32_t TextIds::find(std::string_view text) const noexcept {
  if (slots_.empty()) return kNone;
  return slots_[place_of(text, base::hash64(text))].id;
}

Aggregate::Group& Aggregate::group(std::string_view key) {
  const uint32_t id = keys_.add(key);
  if (id >= groups_.size()) groups_.resize(id + size_t{1});
  return groups_[id];
}

void Aggregate::feed_distinct(const Value& value, const Value& key) {
  if (value.null || key.null) return;
  Group& target = group(key.text);
  const size_t before = pairs_.size();
  pairs_.add(std::to_string(key.text.size()) + ":" + std::string(key.text) + std::string(value.text));
  if (pairs_.size() > before) ++target.count;
}

void Aggregate::feed_sum(const Value& value, const Value& key) {
  if (value.null || key.null) return;
  Group& target = group(key.text);
  target.has_value = true;
  if (__builtin_add_overflow(target.sum, value.integer, &target.sum)) target.overflow = true;
}

void Aggregate::feed(const Value& first, const Value& second, bool condition_true) {
  if (!condition_true) return;
  switch (op_) {
    case Op::kCountBy:
    case Op::kExistsIn:
      if (!first.null) ++group(first.text).count;
      return;
    case Op::kDistinctBy: return feed_distinct(first, second);
    case Op::kSumMatch: return feed_sum(first, second);
    default: break;
  }
  if (first.null || second.null) return;  // in_cycle; the first parent given for a key counts
  const uint32_t key = keys_.add(first.text);
  const uint32_t parent = keys_.add(second.text);
  if (parents_.size() < keys_.size()) parents_.resize(keys_.size(), TextIds::kNone);
  if (parents_[key] == TextIds::kNone) parents_[key] = parent;
}

// Every key has at most one parent, so each walk meets at most one cycle. Each key is walked once.
void Aggregate::finish() {
  if (op_ != Op::kInCycle) return;
  parents_.resize(keys_.size(), TextIds::kNone);
  on_cycle_.assign(keys_.size(), 0);
  std::vector<uint32_t> walk_of(keys_.size(), 0);  // 0 = not visited, else number of the walk
  for (uint32_t start = 0; start < keys_.size(); ++start) {
    uint32_t at = start;
    while (at != TextIds::kNone && walk_of[at] == 0) {
      walk_of[at] = start + 1;
      at = parents_[at];
    }
    if (at == TextIds::kNone || walk_of[at] != start + 1) continue;
    for (uint32_t member = at; on_cycle_[member] == 0; member = parents_[member]) on_cycle_[member] = 1;
  }
}

Value Aggregate::answer(const Value& key, bool& error) const {
  if (key.null) return Value::none();
  const uint32_t id = keys_.find(key.text);
  if (op_ == Op::kInCycle) return Value::of_bool(id != TextIds::kNone && on_cycle_[id] != 0);
  const Group found = id == TextIds::kNone ? Group{} : groups_[id];
  if (op_ == Op::kExistsIn) return Value::of_bool(found.count > 0);
  if (op_ != Op::kSumMatch) return Value::of_int(found.count);
  error = found.overflow;
  return found.has_value && !found.overflow ? Value::of_int(found.sum) : Value::none();
}

}  // namespace minglu::rules::internal
