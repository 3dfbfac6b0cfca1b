// A unit through time: what changed in the world (valid time), and at which commits we came to know it (known time).
//
// Valid time: at every date at which a source began to say something else, the unit is fused as of that date and
// compared with the date before. A change is an event; its kind comes from the field: life states tell death and
// reactivation, address and district relocation, industry a change of activity, name a rename. Two writings of one
// value (survivorship's comparison) are no change. Merger and split are known at a commit and carry no date.
//
// Reads the register only. Errors: kNotFound for a unit that does not exist. Cost: one fusion per date, the last
// kDatesMax of them. Thread-safety: any number of callers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

inline constexpr size_t kDatesMax = 240;

enum class EventKind : uint8_t {
  kFirstSeen,       // the first source lists it
  kBirth,           // founded, as the winning source states
  kDeath,           // its status became a dead one
  kReactivation,    // alive again
  kRelocation,      // another address or district
  kActivityChange,  // another industry
  kRename,
  kValue,   // any other field
  kMerger,  // another unit turned out to be this one
  kSplit,   // records left for another unit
};
/// "birth", "activity_change", ...
std::string_view event_kind_name(EventKind kind) noexcept;

struct UnitEvent {
  EventKind kind = EventKind::kValue;
  Date date;               // in the world; for merger and split that of the commit
  uint64_t known_seq = 0;  // commit that brought it
  std::string field;       // code; empty where none is meant
  std::string before;      // for a merger: the unit merged away
  std::string after;
  std::string source;  // id of the source that states the new value
};

struct UnitHistory {
  uint64_t unit = 0;
  std::vector<Date> dates;           // at which something changed, ascending; the last kDatesMax
  std::vector<uint64_t> known_seqs;  // resolve commits that changed the unit, ascending
  std::vector<UnitEvent> events;     // ascending by date, then field
};

/// `may_use` as in UnitQuery: sources that count; null: all.
using MayUse = std::function<bool(const ingest::SourceDefinition&)>;
Result<UnitHistory> unit_history(Home& home, const store::State& state, uint64_t unit, const MayUse& may_use = {});

}  // namespace minglu::flows
