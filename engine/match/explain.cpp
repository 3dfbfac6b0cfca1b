#include "match/explain.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace minglu::match {
namespace {

std::vector<uint64_t> keys_of(const Records& records, uint32_t record, size_t at) {
  std::vector<uint64_t> keys;
  for (const uint32_t value : records.values(record, at)) {
    if (value != 0) records.comparison(at).keys(value, keys);
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

uint32_t shared_keys(const Records& records, uint32_t a, uint32_t b, size_t at) {
  const std::vector<uint64_t> left = keys_of(records, a, at);
  const std::vector<uint64_t> right = keys_of(records, b, at);
  return static_cast<uint32_t>(std::count_if(
      left.begin(), left.end(), [&](uint64_t key) { return std::binary_search(right.begin(), right.end(), key); }));
}

/// The lowest level of one comparison at which the pair would reach the link threshold, all else equal.
void add_counterfactual(const Records& records, const LinkModel& model, const Weights& weights, PairLikeness pair,
                        size_t at, std::vector<Counterfactual>& out) {
  const auto levels = records.comparison(at).levels();
  const uint32_t now = level_code(pair.pattern, at);
  if (!records.comparison(at).is_ordered()) return;
  pair.terms[at] = kNoTerm;
  for (uint32_t code = now + 1; code <= levels.size(); ++code) {
    pair.pattern &= ~(Pattern{0xF} << (4 * at));
    pair.pattern |= static_cast<Pattern>(code) << (4 * at);
    const int32_t weight = weights.weigh(pair);
    if (weight < to_weight(model.thresholds.link_bits)) continue;
    out.push_back({.comparison = model.comparisons[at].name,
                   .kind = model.comparisons[at].kind,
                   .level = std::string(levels[code - 1].name),
                   .bits = to_bits(weight),
                   .is_missing = now == 0});
    return;
  }
}

WaterfallStep step_of(const Records& records, const LinkModel& model, const LearnedModel& learned,
                      const Weights& weights, const PairLikeness& pair, uint32_t a, uint32_t b, size_t at) {
  WaterfallStep step;
  step.comparison = model.comparisons[at].name;
  step.kind = model.comparisons[at].kind;
  step.left = cell_text(records, a, at);
  step.right = cell_text(records, b, at);
  step.shared_keys = shared_keys(records, a, b, at);
  const uint32_t code = level_code(pair.pattern, at);
  if (code == 0) return step;
  step.level = records.comparison(at).levels()[code - 1].name;
  step.m = learned.comparisons[at].m[code - 1];
  step.u = learned.comparisons[at].u[code - 1];
  if (pair.terms[at] != kNoTerm) step.records_with_term = records.term_count(at, pair.terms[at]);
  step.bits = to_bits(weights.of_comparison(pair, at));
  return step;
}

}  // namespace

std::string cell_text(const Records& records, uint32_t record, size_t comparison) {
  std::string out;
  for (const uint32_t value : records.values(record, comparison)) {
    if (value == 0) continue;
    if (!out.empty()) out += " | ";
    out += records.comparison(comparison).text(value);
  }
  return out;
}

std::string_view decision_name(Decision decision) noexcept {
  switch (decision) {
    case Decision::kLink: return "link";
    case Decision::kReview: return "review";
    case Decision::kRefused: return "refused";
    case Decision::kApart: return "apart";
    default: return "";
  }
}

Decision decide(const PairExplanation& explanation, bool together) noexcept {
  if (together) return Decision::kLink;
  if (explanation.forbidden || explanation.same_side) return Decision::kApart;
  if (explanation.bits >= explanation.link_bits) return Decision::kRefused;
  return explanation.bits >= explanation.review_bits ? Decision::kReview : Decision::kApart;
}

PairExplanation explain_pair(const Records& records, const LinkModel& model, const LearnedModel& learned, uint32_t a,
                             uint32_t b) {
  const Weights weights(learned, records);
  PairScratch scratch;
  std::vector<PairLikeness> out;
  // As scoring does: the later record is the left one. The term of a likeness is the left value's.
  const auto [earlier, later] = std::minmax(a, b);
  const uint32_t right = earlier;
  compare_records(records, later, std::span(&right, 1), scratch, out);
  const PairLikeness& pair = out[0];
  PairExplanation explanation;
  explanation.left_id = records.id(a);
  explanation.right_id = records.id(b);
  explanation.link_bits = model.thresholds.link_bits;
  explanation.review_bits = model.thresholds.review_bits;
  explanation.prior_bits = to_bits(weights.prior());
  explanation.forbidden = pair.verdict == Verdict::kDifferent;
  explanation.same_side = !records.may_pair(a, b);
  explanation.same_clean_source = records.clash(a, b);
  double running = explanation.prior_bits;
  for (size_t at = 0; at < records.comparison_count(); ++at) {
    WaterfallStep step = step_of(records, model, learned, weights, pair, a, b, at);
    running += step.bits;
    step.running_bits = running;
    explanation.steps.push_back(std::move(step));
  }
  explanation.dependence_bits = to_bits(weights.of_dependences(pair.pattern));
  explanation.bits = running + explanation.dependence_bits;
  explanation.probability = explanation.forbidden ? 0 : probability_of(explanation.bits);
  if (explanation.bits < model.thresholds.link_bits && !explanation.forbidden && !explanation.same_clean_source) {
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
                     {"kind", kind_name(step.kind)},
                     {"left", step.left},
                     {"right", step.right},
                     {"level", step.level},
                     {"m", step.m},
                     {"u", step.u},
                     {"records_with_term", step.records_with_term},
                     {"shared_keys", step.shared_keys},
                     {"bits", step.bits},
                     {"running_bits", step.running_bits}});
  }
  nlohmann::ordered_json would = nlohmann::ordered_json::array();
  for (const Counterfactual& c : explanation.would_link) {
    would.push_back({{"comparison", c.comparison}, {"level", c.level}, {"bits", c.bits}, {"is_missing", c.is_missing}});
  }
  const nlohmann::ordered_json root{{"left", explanation.left_id},
                                    {"right", explanation.right_id},
                                    {"decision", decision_name(explanation.decision)},
                                    {"prior_bits", explanation.prior_bits},
                                    {"steps", steps},
                                    {"dependence_bits", explanation.dependence_bits},
                                    {"bits", explanation.bits},
                                    {"probability", explanation.probability},
                                    {"link_bits", explanation.link_bits},
                                    {"review_bits", explanation.review_bits},
                                    {"forbidden", explanation.forbidden},
                                    {"same_clean_source", explanation.same_clean_source},
                                    {"same_side", explanation.same_side},
                                    {"would_link", would}};
  return root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace minglu::match
