// The plain list of aggregators.
#include <array>

#include "activity/aggregate/aggregator.hpp"

namespace minglu::activity {

std::span<const Aggregator> aggregators() {
  static const std::array kAll{kArithmetic, kGeometric, kHarmonic, kBorda, kCopeland};
  return kAll;
}

Result<const Aggregator*> find_aggregator(std::string_view name, const std::string& where) {
  std::string known;
  for (const Aggregator& aggregator : aggregators()) {
    if (names_method(aggregator.doc, name)) return &aggregator;
    known += (known.empty() ? "" : ", ") + std::string(aggregator.doc.name);
  }
  return model_error(where + " 的合成方法 \"" + std::string(name) + "\" 未知，可用：" + known,
                     where + ": unknown aggregate method \"" + std::string(name) + "\"; known: " + known);
}

}  // namespace minglu::activity
