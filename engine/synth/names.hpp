// Names of units: 行政区划 + 字号 + 行业 + 组织形式, and their short forms. Invented; unique for companies by
// construction (a brand recurs, but with another word of the trade).
// Pure and thread-safe; some 300 ns.
#pragma once

#include <cstdint>
#include <string>

#include "synth/true_unit.hpp"

namespace minglu::synth {

/// Writes name, brand and short name of generation `generation` (0 at birth, +1 a rename) into `version`.
/// `version.trade`, `version.address` and `version.legal_rep` must be set; for a branch also the unit's parent.
void make_name(const Scene& scene, const TrueUnit& unit, uint32_t generation, Version& version);

}  // namespace minglu::synth
