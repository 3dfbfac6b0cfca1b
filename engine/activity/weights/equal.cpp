// Equal weights.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

Result<Weighing> weigh(const WeighInput& input, const Parameters&, Notes&) {
  const auto count = static_cast<double>(input.members.size());
  return Weighing{.weights = std::vector<double>(input.members.size(), 1.0 / count)};
}

}  // namespace

const Weigher kEqual{{.name = "equal",
                      .aliases = "ew equalweights",
                      .title_zh = "等权",
                      .summary = "1 / number of members.",
                      .parameters = {},
                      .example = R"({"method": "equal"})"},
                     false,
                     weigh};

}  // namespace minglu::activity
