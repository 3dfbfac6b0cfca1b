// Pins: named moments of both times. "The register as of 2024-12-31, as known on 2025-02-10" gets a name, and whoever
// opens it later sees exactly that, however much was learned since. What frames, samples and yearbooks refer to.
//
//   MINGLU_TRY(Pin pin, add_pin(home, {.name = "2024年报", .as_of = Date::from(2024, 12, 31), .actor = "陈文静"}));
//   MINGLU_TRY(UnitView view, view_unit(home, {.unit = 17, .as_of = pin.as_of, .known_seq = pin.known_seq}));
//
// A pin is a commit of kind "pin" in the ledger: never changed, never deleted, part of the history hash, kept by backup
// and rebuild. It changes no unit and asks for no resolve. It records the state hash of its known time; `verify_pins`
// compares that with the register of today. Names are unique, 1 to 64 characters without "/" and control characters.
// Errors: kInvalidArgument (name, actor, note), kConflict (the name is taken), kFailedPrecondition (nothing was
// resolved by then), kNotFound (find_pin). Cost: reads the list of commits; one commit to add. Thread-safety: as Home.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

inline constexpr size_t kPinNameCharsMax = 64;
inline constexpr size_t kPinNoteCharsMax = 500;

struct Pin {
  std::string name;
  Date as_of;              // the world at this day
  uint64_t known_seq = 0;  // the resolve commit whose state is meant
  std::string state_hash;  // of that state
  std::string note;        // may be empty
  std::string created_by;
  std::string created_at;  // UTC, as of the ledger
  uint64_t seq = 0;        // of its own commit
};

struct PinSpec {
  std::string name;
  std::optional<Date> as_of;          // none: the day at which `known_seq` was committed
  std::optional<uint64_t> known_seq;  // none: all that is known now; else the last state at or before that commit
  std::string note;
  std::string actor;
};

Result<Pin> add_pin(Home& home, const PinSpec& spec);
/// All pins, the newest first.
Result<std::vector<Pin>> all_pins(Home& home);
Result<Pin> find_pin(Home& home, const std::string& name);

/// A sentence for every pin whose state hash is not that of the register any more; empty when all pins hold.
Result<std::vector<std::string>> verify_pins(Home& home);

}  // namespace minglu::flows
