// sgn(x) ln(1 + |x|): for flows that can be negative, such as profit.
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

double apply(double value, const Limits&, const Parameters&) {
  return std::copysign(std::log1p(std::fabs(value)), value);
}

}  // namespace

const Treatment kSignedLog{{.name = "signed_log",
                            .aliases = "symlog",
                            .title_zh = "保号对数",
                            .summary = "sgn(x) ln(1 + |x|).",
                            .parameters = {},
                            .example = R"({"method": "signed_log"})"},
                           nullptr,
                           apply};

}  // namespace minglu::activity
