// Explanations as pictures: one self-contained SVG each (svg.hpp), 900 pixels wide, as tall as needed.
//
//   write(pair_chart(explain_pair(...), wording));        // waterfall from the prior to the sum, with the thresholds
//   write(cluster_chart(explain_cluster(...), wording));  // spanning tree, one row a member; thicker edges prove more
//
// Evidence for a link is blue, against it orange; the threshold is a dashed line. Equal input gives equal bytes.
// Thread-safety: pure. Cost: O(steps) or O(members).
#pragma once

#include <string>

#include "match/explain.hpp"
#include "match/explain_cluster.hpp"
#include "match/wording.hpp"

namespace minglu::match {

std::string pair_chart(const PairExplanation& explanation, const Wording& wording);
std::string cluster_chart(const ClusterExplanation& explanation, const Wording& wording);

}  // namespace minglu::match
