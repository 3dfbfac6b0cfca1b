// Why two records weigh what they weigh: the waterfall of one pair, from the prior to the sum, and what would have to agree
// for a link. Values for people; the sums are those of Weights, so an explanation can never disagree with a decision.
// Thread-safety: pure. Cost: one comparison of the pair per level of each comparison.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/link_model.hpp"
#include "match/scoring.hpp"

namespace minglu::match {

struct WaterfallStep {
  std::string comparison;
  std::string left;          // standardised values; empty = missing
  std::string right;
  std::string level;         // "" = missing on one side
  double m = 0;              // of the level; 0 = missing
  double u = 0;
  uint32_t records_with_term = 0;  // 0: no term counted
  double bits = 0;
  double running_bits = 0;
};

struct Counterfactual {
  std::string comparison;
  std::string level;  // lowest level at which the pair would be linked
  double bits = 0;    // the pair's weight then
};

struct PairExplanation {
  double prior_bits = 0;
  std::vector<WaterfallStep> steps;
  double dependence_bits = 0;
  double bits = 0;
  double probability = 0;
  bool forbidden = false;
  std::vector<Counterfactual> would_link;  // empty when the pair is linked already or nothing alone suffices
};

PairExplanation explain_pair(const Records& records, const LinkModel& model, const LearnedModel& learned, uint32_t a, uint32_t b);

/// One JSON object: the contract is in docs/method/linkage.md.
std::string explanation_json(const PairExplanation& explanation);

}  // namespace minglu::match
