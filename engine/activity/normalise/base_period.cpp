// 基期法: 100 x / x0, the value as a percentage of the own base period; 100 x0 / x where less is better.
#include <algorithm>
#include <array>

#include "activity/normalise/normaliser.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"base_rule", ParameterKind::kChoice, "\"declared\"",
                 "Base of 0 or below: by the declared rules, or null: declared | null", "declared|null"},
    ParameterDoc{"clamp", ParameterKind::kPair, "null", "Scores beyond these ends get the end; not set: none"},
    ParameterDoc{"divide", ParameterKind::kNumber, "1",
                 "Divides the score: 2 puts 0..200 on the 0..100 of the other methods"},
};

constexpr double kUnchanged = 100;  // score of a value that equals its base
constexpr double kDoubled = 200;    // and of one where the ratio has no denominator

/// Change relative to the size of the base, for bases below zero (a loss that shrinks is an improvement).
double by_change(double better_by, double base) { return kUnchanged + kUnchanged * better_by / std::fabs(base); }

double declared(double x, double base, int direction) {
  if (direction > 0) {
    if (base > 0) return kUnchanged * x / base;
    if (base < 0) return by_change(x - base, base);
    return x > 0 ? kDoubled : 0.0;
  }
  if (x == 0) return kDoubled;
  if (base == 0) return x > 0 ? 0.0 : kDoubled;
  return x > 0 && base > 0 ? kUnchanged * base / x : by_change(base - x, base);
}

double strict(double x, double base, int direction) {
  const double denominator = direction > 0 ? base : x;
  const double numerator = direction > 0 ? x : base;
  return denominator > 0 ? kUnchanged * numerator / denominator : kNull;
}

void apply(const NormaliseInput& input, std::span<double> out) {
  const bool null_base = input.parameters.text("base_rule") == "null";
  const auto clamp = input.parameters.pair("clamp");
  const double divide = input.parameters.number("divide");
  for (size_t i = 0; i < out.size(); ++i) {
    const double x = input.values[i];
    const double base = input.base[i];
    double score = kNull;
    if (!is_null(x) && !is_null(base)) {
      score = null_base ? strict(x, base, input.direction) : declared(x, base, input.direction);
    }
    if (clamp && !is_null(score)) score = std::clamp(score, clamp->first, clamp->second);
    out[i] = score / divide;
  }
}

Status check(const Parameters& parameters, const std::string& where) {
  if (parameters.number("divide") > 0) return ok_status();
  return model_error(where + " 的 divide 应大于 0", where + ": divide must be above 0");
}

}  // namespace

const Normaliser kBasePeriod{
    {.name = "base_period",
     .aliases = "base baseyear index ratiotobase",
     .title_zh = "基期法",
     .summary = "100 x / x0 against the own base period (column base_column); 100 x0 / x where less is better.",
     .parameters = kParameters,
     .example = R"({"method": "base_period", "clamp": [0, 200], "divide": 2})"},
    true,
    false,
    check,
    apply};

}  // namespace minglu::activity
