// What a linkage has learned, as a picture: for every comparison and level how often pairs of one unit (m) and of two
// (u) reach it, and what it weighs in bits; the prior; which comparisons depend on each other. With the figures of a
// run also how often each comparison has no value, and which share of the records no evidence could link
// (unlinkable.hpp).
//
//   write(model_chart(model, nullptr, wording));
//
// The weight is that of a term of usual rarity. One self-contained SVG, 900 pixels wide. Precondition: model.learned.
// Thread-safety: pure. Cost: O(levels).
#pragma once

#include <string>
#include <vector>

#include "match/link_model.hpp"
#include "match/unlinkable.hpp"
#include "match/wording.hpp"

namespace minglu::match {

struct RunFigures {
  std::vector<double> missing_shares;  // by comparison: records without a value, 0 to 1
  Unlinkable unlinkable;
};

/// `run` may be null.
std::string model_chart(const LinkModel& model, const RunFigures* run, const Wording& wording);

}  // namespace minglu::match
