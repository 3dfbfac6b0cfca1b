#include "store/state.hpp"

#include <algorithm>
#include <tuple>

#include "base/assert.hpp"
#include "store/hash_order.hpp"

namespace minglu::store {
namespace {

bool is_gone(const DirectoryEntry& entry) { return entry.row_bytes == 0; }

std::vector<uint32_t> order_by_b(std::span<const RefusedLink> links) {
  std::vector<uint64_t> entities;
  entities.reserve(links.size());
  for (const RefusedLink& link : links) entities.push_back(link.entity_b);
  return hash_order(entities);
}

// Both ascending by `key`, each key once; of an equal key the one of `fresh` stays.
template <typename T, typename Key>
std::vector<T> overridden(std::span<const T> old, std::span<const T> fresh, Key key) {
  std::vector<T> out;
  out.reserve(old.size() + fresh.size());
  auto next = fresh.begin();
  for (const T& item : old) {
    while (next != fresh.end() && key(*next) < key(item)) out.push_back(*next++);
    if (next == fresh.end() || key(*next) != key(item)) out.push_back(item);
  }
  out.insert(out.end(), next, fresh.end());
  return out;
}

// In an array ascending by `key`; null when absent.
template <typename T, typename Key>
const T* find_in(std::span<const T> items, uint64_t wanted, Key key) {
  const auto it = std::lower_bound(items.begin(), items.end(), wanted,
                                   [&](const T& item, uint64_t value) { return key(item) < value; });
  return it != items.end() && key(*it) == wanted ? &*it : nullptr;
}

constexpr auto kUnit = [](const auto& item) { return item.unit; };
constexpr auto kEntity = [](const auto& item) { return item.entity; };

}  // namespace

void UnitRange::Iterator::settle() {
  while (!changed_.empty()) {
    const DirectoryEntry& change = changed_.front();
    is_changed_ = whole_.empty() || change.unit <= whole_.front().unit;
    if (!is_changed_) return;
    if (!whole_.empty() && whole_.front().unit == change.unit) drop(whole_);
    if (!is_gone(change)) return;
    drop(changed_);
  }
  is_changed_ = false;
}

Status write_state(const std::filesystem::path& path, const StateData& data) {
  MINGLU_TRY(SectionFileWriter file, SectionFileWriter::create(path));
  MINGLU_CHECK(file.add_array("unit", data.units));
  MINGLU_CHECK(file.add_array("assignment", data.assignments));
  MINGLU_CHECK(file.add_array("tombstone", data.tombstones));
  MINGLU_CHECK(file.add_array("refused", data.refused));
  MINGLU_CHECK(file.add_array("refused_by_b", order_by_b(data.refused)));
  MINGLU_CHECK(file.add_array("likeness", data.likeness));
  std::vector<uint64_t> entities;
  for (const LikenessLink& link : data.likeness) entities.push_back(link.entity_a);
  MINGLU_CHECK(file.add_array("likeness_by_a", hash_order(entities)));
  entities.clear();
  for (const LikenessLink& link : data.likeness) entities.push_back(link.entity_b);
  MINGLU_CHECK(file.add_array("likeness_by_b", hash_order(entities)));
  MINGLU_CHECK(file.add("summary", data.summary_json));
  return file.finish();
}

Status write_state_change(const std::filesystem::path& path, const StateChange& change) {
  MINGLU_TRY(SectionFileWriter file, SectionFileWriter::create(path));
  MINGLU_CHECK(file.add_array("base", std::vector<uint64_t>{change.base_seq}));
  MINGLU_CHECK(file.add_array("unit", change.units));
  MINGLU_CHECK(file.add_array("gone", change.gone));
  MINGLU_CHECK(file.add_array("assignment", change.assignments));
  MINGLU_CHECK(file.add_array("tombstone", change.tombstones));
  MINGLU_CHECK(file.add_array("refused", change.refused));
  MINGLU_CHECK(file.add_array("refused_gone", change.refused_gone));
  MINGLU_CHECK(file.add("summary", change.summary_json));
  return file.finish();
}

namespace {

template <typename T>
Status take_array(const SectionFile& file, std::string_view name, std::vector<T>& out) {
  MINGLU_TRY(const std::span<const T> items, file.array<T>(name));
  out.assign(items.begin(), items.end());
  return ok_status();
}

}  // namespace

Result<StateChange> read_state_change(const std::filesystem::path& path) {
  MINGLU_TRY(const SectionFile file, SectionFile::open(path));
  StateChange change;
  std::vector<uint64_t> base;
  MINGLU_CHECK(take_array(file, "base", base));
  if (base.size() != 1) return base::data_loss("a change of state names no state that it changes; run: minglu rebuild");
  change.base_seq = base[0];
  MINGLU_CHECK(take_array(file, "unit", change.units));
  MINGLU_CHECK(take_array(file, "gone", change.gone));
  MINGLU_CHECK(take_array(file, "assignment", change.assignments));
  MINGLU_CHECK(take_array(file, "tombstone", change.tombstones));
  MINGLU_CHECK(take_array(file, "refused", change.refused));
  MINGLU_CHECK(take_array(file, "refused_gone", change.refused_gone));
  MINGLU_TRY(const std::string_view summary, file.section("summary"));
  change.summary_json = summary;
  return change;
}

Result<State> State::open(const std::filesystem::path& path, uint64_t seq) {
  auto whole = std::make_shared<Whole>();
  whole->seq = seq;
  MINGLU_TRY(whole->file, SectionFile::open(path));
  const SectionFile& file = whole->file;
  MINGLU_TRY(whole->units, file.array<DirectoryEntry>("unit"));
  MINGLU_TRY(whole->assignments, file.array<Assignment>("assignment"));
  MINGLU_TRY(whole->tombstones, file.array<Tombstone>("tombstone"));
  MINGLU_TRY(whole->refused, file.array<RefusedLink>("refused"));
  MINGLU_TRY(whole->refused_by_b, file.array<uint32_t>("refused_by_b"));
  MINGLU_TRY(whole->likeness, file.array<LikenessLink>("likeness"));
  MINGLU_TRY(whole->likeness_by_a, file.array<uint32_t>("likeness_by_a"));
  MINGLU_TRY(whole->likeness_by_b, file.array<uint32_t>("likeness_by_b"));
  MINGLU_TRY(whole->summary, file.section("summary"));
  State state;
  state.seq_ = seq;
  state.unit_count_ = whole->units.size();
  state.entity_count_ = whole->assignments.size();
  state.tombstones_ = whole->tombstones;
  state.refused_ = whole->refused;
  state.refused_by_b_ = whole->refused_by_b;
  state.summary_ = whole->summary;
  state.whole_ = std::move(whole);
  return state;
}

State State::with(const StateChange& change, uint64_t seq) const {
  MINGLU_ASSERT(seq > seq_ && change.base_seq == seq_);
  State next = *this;
  next.seq_ = seq;
  ++next.changes_to_read_;
  next.count(change);
  std::vector<DirectoryEntry> fresh = change.units;
  for (const uint64_t unit : change.gone) {
    DirectoryEntry gone;
    gone.unit = unit;
    fresh.push_back(gone);
  }
  std::sort(fresh.begin(), fresh.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.unit < b.unit; });
  next.changed_ = overridden<DirectoryEntry>(changed_, fresh, kUnit);
  next.assigned_ = overridden<Assignment>(assigned_, change.assignments, kEntity);
  if (!change.tombstones.empty()) next.renew_tombstones(change);
  if (!change.refused.empty() || !change.refused_gone.empty()) next.renew_refused(change);
  next.summary_ = change.summary_json;
  return next;
}

// Called while the object still shows the state before the change.
void State::count(const StateChange& change) {
  for (const DirectoryEntry& entry : change.units) unit_count_ += find(entry.unit) == nullptr ? 1 : 0;
  for (const uint64_t unit : change.gone) unit_count_ -= find(unit) != nullptr ? 1 : 0;
  for (const Assignment& assignment : change.assignments) entity_count_ += unit_of(assignment.entity) ? 0 : 1;
}

void State::renew_tombstones(const StateChange& change) {
  owned_tombstones_ =
      std::make_shared<const std::vector<Tombstone>>(overridden<Tombstone>(tombstones_, change.tombstones, kUnit));
  tombstones_ = *owned_tombstones_;
}

void State::renew_refused(const StateChange& change) {
  std::vector<RefusedLink> kept;
  kept.reserve(refused_.size());
  std::set_difference(refused_.begin(), refused_.end(), change.refused_gone.begin(), change.refused_gone.end(),
                      std::back_inserter(kept), by_pair);
  const auto pair = [](const RefusedLink& link) { return std::pair(link.entity_a, link.entity_b); };
  owned_refused_ =
      std::make_shared<const std::vector<RefusedLink>>(overridden<RefusedLink>(kept, change.refused, pair));
  owned_refused_by_b_ = std::make_shared<const std::vector<uint32_t>>(order_by_b(*owned_refused_));
  refused_ = *owned_refused_;
  refused_by_b_ = *owned_refused_by_b_;
}

std::vector<DirectoryEntry> State::changed_since(uint64_t seq) const {
  std::vector<DirectoryEntry> found;
  const auto take = [&](const DirectoryEntry& entry) {
    if (!is_gone(entry) && entry.segment_seq > seq) found.push_back(entry);
  };
  if (seq >= whole_seq()) {
    for (const DirectoryEntry& entry : changed_) take(entry);
  } else {
    for (const DirectoryEntry& entry : units()) take(entry);
  }
  return found;
}

std::vector<RefusedLink> State::refused_of(uint64_t entity) const {
  std::vector<RefusedLink> found;
  const auto from = std::lower_bound(refused_.begin(), refused_.end(), entity,
                                     [](const RefusedLink& link, uint64_t e) { return link.entity_a < e; });
  for (auto it = from; it != refused_.end() && it->entity_a == entity; ++it) found.push_back(*it);
  for (const uint32_t place : places_of(refused_by_b_, entity, [&](uint32_t p) { return refused_[p].entity_b; })) {
    if (refused_[place].entity_a != entity) found.push_back(refused_[place]);
  }
  return found;
}

std::vector<uint32_t> State::likeness_of(uint64_t entity) const {
  const auto links = whole_->likeness;
  const auto as_a = places_of(whole_->likeness_by_a, entity, [&](uint32_t p) { return links[p].entity_a; });
  const auto as_b = places_of(whole_->likeness_by_b, entity, [&](uint32_t p) { return links[p].entity_b; });
  std::vector<uint32_t> places;
  std::set_union(as_a.begin(), as_a.end(), as_b.begin(), as_b.end(), std::back_inserter(places));
  return places;
}

const DirectoryEntry* State::find(uint64_t unit) const {
  if (const DirectoryEntry* changed = find_in<DirectoryEntry>(changed_, unit, kUnit))
    return is_gone(*changed) ? nullptr : changed;
  return find_in(whole_->units, unit, kUnit);
}

std::optional<uint64_t> State::unit_of(uint64_t entity) const {
  const Assignment* found = find_in<Assignment>(assigned_, entity, kEntity);
  if (found == nullptr) found = find_in(whole_->assignments, entity, kEntity);
  return found == nullptr ? std::nullopt : std::optional(found->unit);
}

const Tombstone* State::find_tombstone(uint64_t unit) const { return find_in(tombstones_, unit, kUnit); }

StateChange State::change_since_whole() const {
  StateChange change;
  change.base_seq = whole_seq();
  for (const DirectoryEntry& entry : changed_) {
    if (!is_gone(entry)) {
      change.units.push_back(entry);
    } else if (find_in(whole_->units, entry.unit, kUnit) != nullptr) {
      change.gone.push_back(entry.unit);
    }
  }
  change.assignments = assigned_;
  std::set_difference(tombstones_.begin(), tombstones_.end(), whole_->tombstones.begin(), whole_->tombstones.end(),
                      std::back_inserter(change.tombstones),
                      [](const Tombstone& a, const Tombstone& b) { return a.unit < b.unit; });
  const auto by_everything = [](const RefusedLink& a, const RefusedLink& b) {
    return std::tie(a.entity_a, a.entity_b, a.kind, a.reason) < std::tie(b.entity_a, b.entity_b, b.kind, b.reason);
  };
  std::set_difference(refused_.begin(), refused_.end(), whole_->refused.begin(), whole_->refused.end(),
                      std::back_inserter(change.refused), by_everything);
  std::set_difference(whole_->refused.begin(), whole_->refused.end(), refused_.begin(), refused_.end(),
                      std::back_inserter(change.refused_gone), by_pair);
  change.summary_json = summary_;
  return change;
}

}  // namespace minglu::store
