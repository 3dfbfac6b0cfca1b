// Why two records weigh what they weigh: the waterfall of one pair, from the prior to the sum, and what would have to
// agree for a link. Values for people; the sums are those of Weights, so an explanation can never disagree with a
// decision.
//
//   PairExplanation why = explain_pair(records, model, learned, a, b);
//   why.decision = decide(why, group[a] == group[b]);
//   pair_text(why, wording)    // explain_text.hpp; explain_chart.hpp draws it
//
// Worked example: prior -12.3 bits, 名称 "same brand and trade" +14.1, 地址 "same district" -0.9: sum +0.9, probability
// 0.65, link at threshold 0. docs/method/linkage.md has one with real numbers.
// Bits are log-odds to the base 2. Thread-safety: pure. Cost: the weights of all terms once, one comparison of the
// pair.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/link_model.hpp"
#include "match/scoring.hpp"

namespace minglu::match {

struct WaterfallStep {
  std::string comparison;
  Kind kind = Kind::kText;
  std::string left;  // standardised values; empty = missing
  std::string right;
  std::string level;  // "" = missing on one side
  double m = 0;       // of the level; 0 = missing
  double u = 0;
  uint32_t records_with_term = 0;  // 0: no term counted
  uint32_t shared_keys = 0;        // keys of blocking under which both can be found
  double bits = 0;
  double running_bits = 0;
};

struct Counterfactual {
  std::string comparison;
  Kind kind = Kind::kText;
  std::string level;        // lowest level at which the pair would be linked, at the usual rarity of terms
  double bits = 0;          // the pair's weight then
  bool is_missing = false;  // today one side has no value
};

enum class Decision : uint8_t {
  kUnknown,  // nobody asked the grouping
  kLink,     // one unit, by this pair or through others
  kReview,   // between the thresholds: people look
  kRefused,  // evidence enough, but a constraint or the rest of the group stands against it
  kApart,    // below the review threshold, or never one unit
};
/// "link", "review", "refused", "apart"; "" for kUnknown.
std::string_view decision_name(Decision decision) noexcept;

struct PairExplanation {
  std::string left_id;
  std::string right_id;
  double prior_bits = 0;
  std::vector<WaterfallStep> steps;
  double dependence_bits = 0;
  double bits = 0;
  double probability = 0;
  double link_bits = 0;  // thresholds of the model
  double review_bits = 0;
  bool forbidden = false;          // two valid identifiers that differ, or a branch and its head: never one unit
  bool same_clean_source = false;  // two records of a source that names every unit once: never one unit
  bool same_side = false;          // two records of one side of a linkage across sides: never compared
  Decision decision = Decision::kUnknown;
  std::vector<Counterfactual> would_link;  // empty when the pair is linked already or nothing alone suffices
};

/// Precondition: a != b.
PairExplanation explain_pair(const Records& records, const LinkModel& model, const LearnedModel& learned, uint32_t a,
                             uint32_t b);

/// What became of the pair, given whether the grouping put both into one unit.
Decision decide(const PairExplanation& explanation, bool together) noexcept;

/// One JSON object: the contract is in docs/method/linkage.md.
std::string explanation_json(const PairExplanation& explanation);

/// The values of one cell as people read them: alternatives joined by " | "; empty = missing.
std::string cell_text(const Records& records, uint32_t record, size_t comparison);

}  // namespace minglu::match
