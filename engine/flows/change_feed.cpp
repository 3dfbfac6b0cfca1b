#include "flows/change_feed.hpp"

namespace minglu::flows {
namespace {

bool same_field(const store::UnitField& a, const store::UnitField& b) {
  return a.value == b.value && a.conflict == b.conflict && a.trusted == b.trusted;
}

// Both ascending by field.
std::vector<uint16_t> fields_changed(const store::UnitRow& before, const store::UnitRow& after) {
  std::vector<uint16_t> changed;
  auto old = before.fields.begin();
  for (const store::UnitField& field : after.fields) {
    for (; old != before.fields.end() && old->field < field.field; ++old) changed.push_back(old->field);
    if (old != before.fields.end() && old->field == field.field) {
      if (!same_field(*old, field)) changed.push_back(field.field);
      ++old;
    } else {
      changed.push_back(field.field);
    }
  }
  for (; old != before.fields.end(); ++old) changed.push_back(old->field);
  return changed;
}

}  // namespace

std::string_view change_kind_name(ChangeKind kind) noexcept {
  switch (kind) {
    case ChangeKind::kCreated: return "created";
    case ChangeKind::kChanged: return "changed";
    case ChangeKind::kMerged: return "merged";
  }
  return "changed";
}

Result<bool> ChangeFeed::open_next_commit() {
  MINGLU_TRY(const std::vector<Home::CommitHead> commits, home_.commit_heads());
  for (const Home::CommitHead& commit : commits) {
    if (commit.kind != "resolve" || commit.seq <= since_) continue;
    MINGLU_TRY(state_, home_.state(commit.seq));
    MINGLU_TRY(earlier_, home_.state(commit.seq - 1));
    commit_ = commit;
    changed_ = state_->changed_since(commit.seq - 1);
    next_unit_ = 0;
    next_tombstone_ = 0;
    ordinal_ = 0;
    return true;
  }
  return false;
}

UnitChange ChangeFeed::start_change(ChangeKind kind, uint64_t unit) {
  UnitChange change;
  change.seq = commit_.seq;
  change.ordinal = ++ordinal_;
  change.known_at = commit_.created_at;
  change.kind = kind;
  change.unit = unit;
  return change;
}

void ChangeFeed::say_who_may_see(const store::UnitRow& row, UnitChange& change) const {
  change.region = maker_.region_of(row);
  for (const store::UnitMember& member : row.members) change.sources |= 1ULL << (member.source % 64U);
}

Result<UnitChange> ChangeFeed::change_of(const store::DirectoryEntry& entry) {
  const store::DirectoryEntry* before = earlier_ ? earlier_->find(entry.unit) : nullptr;
  UnitChange change = start_change(before == nullptr ? ChangeKind::kCreated : ChangeKind::kChanged, entry.unit);
  store::UnitRow row;
  store::UnitRow old;
  MINGLU_CHECK(home_.read_unit(entry, row));
  if (before != nullptr) MINGLU_CHECK(home_.read_unit(*before, old));
  change.fields = fields_changed(old, row);
  say_who_may_see(row, change);
  return change;
}

Result<UnitChange> ChangeFeed::merger_of(const store::Tombstone& tombstone) {
  UnitChange change = start_change(ChangeKind::kMerged, tombstone.unit);
  change.survivor = tombstone.survivor;
  if (const store::DirectoryEntry* entry = earlier_ ? earlier_->find(tombstone.unit) : nullptr) {
    store::UnitRow row;
    MINGLU_CHECK(home_.read_unit(*entry, row));
    say_who_may_see(row, change);
  }
  return change;
}

Result<std::optional<UnitChange>> ChangeFeed::next() {
  for (;;) {
    if (!state_) {
      MINGLU_TRY(const bool more, open_next_commit());
      if (!more) return std::optional<UnitChange>();
    }
    if (next_unit_ < changed_.size()) {
      MINGLU_TRY(UnitChange change, change_of(changed_[next_unit_++]));
      return std::optional<UnitChange>(std::move(change));
    }
    const auto tombstones = state_->tombstones();
    while (next_tombstone_ < tombstones.size()) {
      const store::Tombstone& tombstone = tombstones[next_tombstone_++];
      if (earlier_ && earlier_->find_tombstone(tombstone.unit) != nullptr) continue;
      MINGLU_TRY(UnitChange change, merger_of(tombstone));
      return std::optional<UnitChange>(std::move(change));
    }
    since_ = commit_.seq;
    state_.reset();
    earlier_.reset();
  }
}

}  // namespace minglu::flows
