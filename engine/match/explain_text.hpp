// Explanations as text for a terminal, in the language of the wording. Lines end in '\n'; nothing is cut.
//
//   fputs(pair_text(explain_pair(...), wording).c_str(), stdout);
//   若 地址 达到“同一门牌”，合计 +2.10 比特，将会连接
//
// Thread-safety: pure. Cost: O(text).
#pragma once

#include <string>

#include "match/explain.hpp"
#include "match/explain_cluster.hpp"
#include "match/wording.hpp"

namespace minglu::match {

std::string pair_text(const PairExplanation& explanation, const Wording& wording);
std::string cluster_text(const ClusterExplanation& explanation, const Wording& wording);
/// Prior, thresholds, and m, u and bits of every level, highest first. Precondition: model.learned.
std::string model_text(const LinkModel& model, const Wording& wording);

/// One sentence: what would have to agree. "若 地址 达到“同一门牌”，合计 +2.10 比特，将会连接"
std::string counterfactual_text(const Counterfactual& counterfactual, const Wording& wording);
/// One sentence: what became of the pair.
std::string decision_text(const PairExplanation& explanation, const Wording& wording);
/// One sentence: why an edge that leads out of a cluster was not followed.
std::string refusal_text(const RefusedNeighbour& refused, const Wording& wording);

}  // namespace minglu::match
