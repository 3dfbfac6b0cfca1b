// The records connected to some: by match keys of any version, decisions, likeness joins, and earlier common units.
//
//   MINGLU_TRY(ComponentFinder finder, ComponentFinder::make(home, *state, seq_to));
//   finder.add(entity, source);                     // touched
//   MINGLU_TRY(const bool whole, finder.close(50'000));
//   for (uint64_t entity : finder.entities()) ...
//
// Closed, it holds everything that matching could connect, so matching it alone gives what matching everything gives.
// Errors: those of the store. Cost: per entity and key a look-up in every record segment, some 0.2 us each.
// Thread-safety: one thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "store/record_segment.hpp"

namespace minglu::flows {

class ComponentFinder {
 public:
  /// `state` must outlive it.
  static Result<ComponentFinder> make(Home& home, const store::State& state, uint64_t seq_to);

  void add(uint64_t entity, uint16_t source);
  /// Follows all connections. False when there are more than `entities_max`: then it is not closed.
  Result<bool> close(size_t entities_max);
  [[nodiscard]] const std::vector<uint64_t>& entities() const noexcept { return entities_; }
  /// Places in state.likeness() that touch the component, ascending.
  [[nodiscard]] std::vector<uint32_t> likeness() const { return {likeness_.begin(), likeness_.end()}; }

 private:
  ComponentFinder(Home& home, const store::State& state) : home_(home), state_(state) {}
  Status follow(uint64_t entity, uint16_t source);
  Status add_unit_of(uint64_t entity);
  void follow_key(uint64_t hash, uint8_t kind);

  Home& home_;
  const store::State& state_;
  struct Segment {
    const store::RecordSegment* segment;
    uint16_t source;
  };
  struct Found {
    uint64_t entity;
    uint16_t source;
  };
  std::vector<Segment> segments_;
  std::multimap<uint64_t, uint64_t> decided_;  // "one unit" by decision, both ways
  std::vector<uint64_t> entities_;
  std::vector<Found> open_;  // to be followed
  std::unordered_set<uint64_t> known_;
  std::unordered_set<uint64_t> known_units_;
  std::set<std::pair<uint64_t, uint8_t>> known_keys_;  // hash, kind
  std::set<uint32_t> likeness_;
};

}  // namespace minglu::flows
