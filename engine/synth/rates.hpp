// How often what happens: catalog/synth/rates.csv, each with its basis (measured or assumed).
// The list of names is rates.inc, so that a rate without a use or a use without a rate does not compile or load.
// Thread-safety: values.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace minglu::synth {

/// Shares in [0, 1] unless the name says otherwise; meaning of each in the catalog file.
struct Rates {
#define MINGLU_SYNTH_RATE(name) double name = 0;
#include "synth/rates.inc"
#undef MINGLU_SYNTH_RATE
};

/// Reads <catalog>/synth/rates.csv. kInvalidArgument for a name missing, unknown or given twice, or a value that is not
/// a non-negative number.
Result<Rates> load_rates(const std::filesystem::path& catalog_dir);

}  // namespace minglu::synth
