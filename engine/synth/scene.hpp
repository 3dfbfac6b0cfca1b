// Checks a spec and loads what the generators share.
// The scene is made once a run; nothing in it changes afterwards.
// Cost: some 0.1 s, most of it reading the catalog.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "synth/synth.hpp"
#include "synth/true_unit.hpp"

namespace minglu::synth {

/// kInvalidArgument for a number out of range, a missing folder name or a damaged catalog.
Result<std::unique_ptr<Scene>> build_scene(const CitySpec& spec);

}  // namespace minglu::synth
