// The truth files: what every unit is and what happened to it.
// Columns are stable: other programs read them (docs/method/synth.md).
// Pure; thread-safe.
#pragma once

#include <string>

#include "synth/true_unit.hpp"

namespace minglu::synth {

/// Appends the unit's row of truth_units.csv and its rows of truth_events.csv (those within the calendar).
void append_truth(const Scene& scene, const TrueUnit& unit, std::string& units, std::string& events);

}  // namespace minglu::synth
