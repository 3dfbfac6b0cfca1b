// ln(1 + x): the logarithm that keeps 0 at 0.
#include <algorithm>
#include <array>
#include <cmath>

#include "activity/treat/treatment.hpp"

namespace minglu::activity {
namespace {

double apply(double value, const Limits&, const Parameters&) { return value > -1 ? std::log1p(value) : kNull; }

}  // namespace

const Treatment kLog1p{{.name = "log1p",
                        .aliases = "ln1p",
                        .title_zh = "加一取对数",
                        .summary = "ln(1 + x); null for values of -1 or below, which are counted in a note.",
                        .parameters = {},
                        .example = R"({"method": "log1p"})"},
                       nullptr,
                       apply};

}  // namespace minglu::activity
