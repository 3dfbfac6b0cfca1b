// The plain list of treatments.
#include <array>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {

std::span<const Treatment> treatments() {
  static const std::array kAll{
      kLog, kLog1p, kSignedLog, kWinsoriseDeviations, kWinsorisePercentiles, kWinsoriseSkewness};
  return kAll;
}

Result<const Treatment*> find_treatment(std::string_view name, const std::string& where) {
  std::string known;
  for (const Treatment& treatment : treatments()) {
    if (names_method(treatment.doc, name)) return &treatment;
    known += (known.empty() ? "" : ", ") + std::string(treatment.doc.name);
  }
  return model_error(where + " 的预处理方法 \"" + std::string(name) + "\" 未知，可用：" + known,
                     where + ": unknown treatment \"" + std::string(name) + "\"; known: " + known);
}

}  // namespace minglu::activity
