#include "cli/evaluation.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace minglu::cli {
namespace {

nlohmann::json agreement_json(const match::Agreement& agreement) {
  return {{"precision", agreement.precision}, {"recall", agreement.recall}, {"f1", agreement.f1}};
}

void print_agreement(const char* name, const match::Agreement& a) {
  std::printf("%s精确率 %.4f  召回率 %.4f  F1 %.4f\n", name, a.precision, a.recall, a.f1);
}

}  // namespace

nlohmann::json evaluation_json(const match::Evaluation& e) {
  return {{"records", e.records},       {"pairs_found", e.pairs_found},           {"pairs_true", e.pairs_true},
          {"pairs_both", e.pairs_both}, {"pairwise", agreement_json(e.pairwise)}, {"bcubed", agreement_json(e.bcubed)}};
}

void print_evaluation(const match::Evaluation& e) {
  print_agreement("成对：", e.pairwise);
  print_agreement("B³：  ", e.bcubed);
}

}  // namespace minglu::cli
