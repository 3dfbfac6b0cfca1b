// User-defined weights: the numbers of the model, divided by their sum.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"

namespace minglu::activity {
namespace {

Result<Weighing> weigh(const WeighInput& input, const Parameters&, Notes&) {
  for (size_t at = 0; at < input.members.size(); ++at) {
    if (!is_null(input.given[at])) continue;
    return model_error("组 " + input.group + " 的成员 " + input.members[at] + " 没有 weight",
                       "group " + input.group + ": member " + input.members[at] + " has no weight");
  }
  Weighing weighing;
  weighing.details["sum"] = std::accumulate(input.given.begin(), input.given.end(), 0.0);
  MINGLU_TRY(weighing.weights, shares(input.given, input.group));
  return weighing;
}

}  // namespace

const Weigher kGiven{{.name = "given",
                      .aliases = "user custom manual userdefined",
                      .title_zh = "自定义赋权",
                      .summary = "The weight of every member as the model states it.",
                      .parameters = {},
                      .example = R"({"method": "given"})"},
                     false,
                     weigh};

}  // namespace minglu::activity
