#include "match/explain.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace minglu::match {
namespace {

std::string texts_of(const Records& records, uint32_t record, size_t at) {
  std::string out;
  for (const uint32_t value : records.values(record, at)) {
    if (value == 0) continue;
    if (!out.empty()) out += " | ";
    out += records.comparison(at).text(value);
  }
  return out;
}

/// The lowest level of one comparison at which the pair would reach the link threshold, all else equal.
void add_counterfactual(const Records& records, const LinkModel& model, const Weights& weights, PairLikeness pair, size_t at,
                        std::vector<Counterfactual>& out) {
  const auto levels = records.comparison(at).levels();
  const uint32_t now = level_code(pair.pattern, at);
  if (now == 0 || !records.comparison(at).is_ordered()) return;
  pair.terms[at] = kNoTerm;
  for (uint32_t code = now + 1; code <= levels.size(); ++code) {
    pair.pattern &= ~(Pattern{0xF} << (4 * at));
    pair.pattern |= static_cast<Pattern>(code) << (4 * at);
    const int32_t weight = weights.weigh(pair);
    if (weight < to_weight(model.thresholds.link_bits)) continue;
    out.push_back({model.comparisons[at].name, std::string(levels[code - 1].name), to_bits(weight)});
    return;
  }
}

}  // namespace

PairExplanation explain_pair(const Records& records, const LinkModel& model, const LearnedModel& learned, uint32_t a, uint32_t b) {
  const Weights weights(learned, records);
  PairScratch scratch;
  std::vector<PairLikeness> out;
  compare_records(records, a, std::span(&b, 1), scratch, out);
  const PairLikeness& pair = out[0];
  PairExplanation explanation;
  explanation.prior_bits = to_bits(weights.prior());
  explanation.forbidden = pair.verdict == Verdict::kDifferent;
  double running = explanation.prior_bits;
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    WaterfallStep step;
    step.comparison = model.comparisons[at].name;
    step.left = texts_of(records, a, at);
    step.right = texts_of(records, b, at);
    const uint32_t code = level_code(pair.pattern, at);
    if (code != 0) {
      step.level = records.comparison(at).levels()[code - 1].name;
      step.m = learned.comparisons[at].m[code - 1];
      step.u = learned.comparisons[at].u[code - 1];
      if (pair.terms[at] != kNoTerm) step.records_with_term = records.term_counts(at)[pair.terms[at]];
      step.bits = to_bits(weights.of_comparison(pair, at));
    }
    running += step.bits;
    step.running_bits = running;
    explanation.steps.push_back(std::move(step));
  }
  explanation.dependence_bits = to_bits(weights.of_dependences(pair.pattern));
  explanation.bits = running + explanation.dependence_bits;
  explanation.probability = explanation.forbidden ? 0 : 1 / (1 + std::exp2(-explanation.bits));
  if (explanation.bits < model.thresholds.link_bits && !explanation.forbidden) {
    for (size_t at = 0; at < records.comparison_count(); ++at) {
      add_counterfactual(records, model, weights, pair, at, explanation.would_link);
    }
  }
  return explanation;
}

std::string explanation_json(const PairExplanation& explanation) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const WaterfallStep& step : explanation.steps) {
    steps.push_back({{"comparison", step.comparison},
                     {"left", step.left},
                     {"right", step.right},
                     {"level", step.level},
                     {"m", step.m},
                     {"u", step.u},
                     {"records_with_term", step.records_with_term},
                     {"bits", step.bits},
                     {"running_bits", step.running_bits}});
  }
  nlohmann::ordered_json would = nlohmann::ordered_json::array();
  for (const Counterfactual& c : explanation.would_link) {
    would.push_back({{"comparison", c.comparison}, {"level", c.level}, {"bits", c.bits}});
  }
  const nlohmann::ordered_json root{{"prior_bits", explanation.prior_bits},
                                    {"steps", steps},
                                    {"dependence_bits", explanation.dependence_bits},
                                    {"bits", explanation.bits},
                                    {"probability", explanation.probability},
                                    {"forbidden", explanation.forbidden},
                                    {"would_link", would}};
  return root.dump(2);
}

}  // namespace minglu::match
