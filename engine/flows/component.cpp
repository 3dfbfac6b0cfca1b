#include "flows/component.hpp"

#include "flows/decision_flow.hpp"
#include "flows/fuse_units.hpp"
#include "flows/record_names.hpp"

namespace minglu::flows {

Result<ComponentFinder> ComponentFinder::make(Home& home, const store::State& state, uint64_t seq_to) {
  ComponentFinder finder(home, state);
  MINGLU_TRY(const std::vector<const store::RecordSegment*> segments, home.record_segments(seq_to));
  MINGLU_TRY(const std::vector<uint16_t> source_of, sources_of(home, segments));
  for (size_t i = 0; i < segments.size(); ++i) finder.segments_.push_back({segments[i], source_of[i]});
  MINGLU_TRY(const std::vector<StandingDecision> standing, standing_decisions(home));
  for (const StandingDecision& d : standing) {
    if (!d.decision.is_same) continue;
    MINGLU_TRY(const uint64_t a, entity_named(home.knowledge(), d.decision.record_a));
    MINGLU_TRY(const uint64_t b, entity_named(home.knowledge(), d.decision.record_b));
    finder.decided_.emplace(a, b);
    finder.decided_.emplace(b, a);
  }
  return finder;
}

void ComponentFinder::add(uint64_t entity, uint16_t source) {
  if (!known_.insert(entity).second) return;
  entities_.push_back(entity);
  open_.push_back({entity, source});
}

Result<bool> ComponentFinder::close(size_t entities_max) {
  while (!open_.empty()) {
    if (entities_.size() > entities_max) return false;
    const Found next = open_.back();
    open_.pop_back();
    MINGLU_CHECK(follow(next.entity, next.source));
  }
  return true;
}

Status ComponentFinder::follow(uint64_t entity, uint16_t source) {
  for (const Segment& s : segments_) {
    if (s.source != source) continue;
    for (const uint32_t place : s.segment->records_of(entity)) {
      const store::RecordMeta& meta = s.segment->records()[place];
      const auto hashes = s.segment->key_hashes(meta);
      const auto kinds = s.segment->key_kinds(meta);
      for (size_t k = 0; k < hashes.size(); ++k) follow_key(hashes[k], kinds[k]);
    }
  }
  const auto [first, last] = decided_.equal_range(entity);
  for (auto it = first; it != last; ++it) MINGLU_CHECK(add_unit_of(it->second));
  for (const uint32_t place : state_.likeness_of(entity)) {
    const store::LikenessLink& link = state_.likeness()[place];
    if (link.is_proposed == 0) continue;
    likeness_.insert(place);
    MINGLU_CHECK(add_unit_of(link.entity_a == entity ? link.entity_b : link.entity_a));
  }
  return add_unit_of(entity);
}

void ComponentFinder::follow_key(uint64_t hash, uint8_t kind) {
  if (!known_keys_.emplace(hash, kind).second) return;
  for (const Segment& s : segments_) {
    for (const uint32_t key : s.segment->keys_with(hash)) {
      if (s.segment->key_kind(key) == kind) add(s.segment->records()[s.segment->record_with_key(key)].entity, s.source);
    }
  }
}

// The members of a unit name their sources, which an entity alone does not.
Status ComponentFinder::add_unit_of(uint64_t entity) {
  const std::optional<uint64_t> unit = state_.unit_of(entity);
  if (!unit || !known_units_.insert(*unit).second) return ok_status();
  store::UnitRow row;
  MINGLU_CHECK(home_.read_unit(state_, *unit, row));
  for (const store::UnitMember& member : row.members) add(member.entity, member.source);
  return ok_status();
}

}  // namespace minglu::flows
