// The plain list of weight methods.
#include <array>

#include "activity/weights/weigher.hpp"

namespace minglu::activity {

std::span<const Weigher> weighers() {
  static const std::array kAll{kGiven, kEqual, kBudget, kAhp, kEntropy, kCritic, kCoefficientOfVariation, kPca};
  return kAll;
}

Result<const Weigher*> find_weigher(std::string_view name, const std::string& where) {
  std::string known;
  for (const Weigher& weigher : weighers()) {
    if (names_method(weigher.doc, name)) return &weigher;
    known += (known.empty() ? "" : ", ") + std::string(weigher.doc.name);
  }
  return model_error(where + " 的赋权方法 \"" + std::string(name) + "\" 未知，可用：" + known,
                     where + ": unknown weight method \"" + std::string(name) + "\"; known: " + known);
}

}  // namespace minglu::activity
