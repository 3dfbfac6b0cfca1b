// The plain list of normalisers.
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {

std::span<const Normaliser> normalisers() {
  static const std::array kAll{
      kBasePeriod,       kMinMax,     kZScore, kPercentileRank, kRank, kGoalposts, kDistanceToMax, kDistanceToReference,
      kDistanceToTarget, kAboveBelow, kNone};
  return kAll;
}

Result<const Normaliser*> find_normaliser(std::string_view name, const std::string& where) {
  std::string known;
  for (const Normaliser& normaliser : normalisers()) {
    if (names_method(normaliser.doc, name)) return &normaliser;
    known += (known.empty() ? "" : ", ") + std::string(normaliser.doc.name);
  }
  return model_error(where + " 的标准化方法 \"" + std::string(name) + "\" 未知，可用：" + known,
                     where + ": unknown normalise method \"" + std::string(name) + "\"; known: " + known);
}

}  // namespace minglu::activity
