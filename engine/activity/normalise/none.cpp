// Values as they are: for indicators that already stand on the scale, and for means of raw values.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

void apply(const NormaliseInput& input, std::span<double> out) {
  const double sign = input.direction < 0 ? -1.0 : 1.0;
  for (size_t i = 0; i < out.size(); ++i) out[i] = sign * input.values[i];
}

}  // namespace

const Normaliser kNone{{.name = "none",
                        .aliases = "raw identity",
                        .title_zh = "不变换",
                        .summary = "The value itself; its negative where less is better.",
                        .parameters = {},
                        .example = R"({"method": "none"})"},
                       false,
                       false,
                       nullptr,
                       apply};

}  // namespace minglu::activity
