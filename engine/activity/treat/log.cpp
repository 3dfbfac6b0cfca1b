// Natural logarithm: of values that span orders of magnitude, all above 0.
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

double apply(double value, const Limits&, const Parameters&) { return value > 0 ? std::log(value) : kNull; }

}  // namespace

const Treatment kLog{{.name = "log",
                      .aliases = "ln",
                      .title_zh = "自然对数",
                      .summary = "ln x; null for values of 0 or below, which are counted in a note.",
                      .parameters = {},
                      .example = R"({"method": "log"})"},
                     nullptr,
                     apply};

}  // namespace minglu::activity
