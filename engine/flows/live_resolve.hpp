// One change followed through the register: what pending commits touched, and what is connected to it, is resolved and
// fused again; the rest is not looked at. The functions are those of the whole register, so within an epoch the units
// are those that a resolve of everything would make (likeness stays as the last one found it; ids differ).
//
// A component holds every record that a match key of any of its versions, a decision, a likeness join or an earlier
// common unit connects to a touched one, and whatever these connect to. Method: ARCHITECTURE.md, "One path".
//
// Not possible, and left to resolve_register: no state yet, a small register (HomeSpec::live_entities_min: looking
// at everything takes no time and finds likeness too), a full extract (absence touches everything), more than
// kTouchedMax entities touched, a component above kComponentMax, more than kChangedUnitsMax units changed since the
// last whole resolve, another catalog than that of the state.
//
// Cost: some milliseconds per change, whatever the size of the register; a few files synced. Thread-safety: as
// resolve_register.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/outcome.hpp"
#include "flows/resolve_flow.hpp"

namespace minglu::flows {

inline constexpr size_t kTouchedMax = 20'000;
inline constexpr size_t kComponentMax = 50'000;
inline constexpr size_t kChangedUnitsMax = 60'000;

/// Resolves and commits what is pending. Null when it has to be done as a whole; nothing has happened then.
Result<std::optional<ResolveReport>> resolve_live(Home& home);

/// Applies the recorded outcome of a live resolve again and writes its derived files.
Result<ResolveReport> replay_live(Home& home, uint64_t seq, const Outcome& outcome);

}  // namespace minglu::flows
