#include "activity/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/rng.hpp"

namespace minglu::activity {
namespace {

constexpr double kLow = 1;  // of the scale on which a geometric mean is taken
constexpr double kHigh = 100;

class Ranker {
 public:
  Ranker(const SensitivityTable& table, const SensitivitySpec& spec) : table_(table), share_(spec.weight_share) {
    const size_t units = table.normalised.front().size();
    double low = 0;
    double high = 1;
    bool any = false;
    for (const auto& column : table.normalised) {
      for (const double value : column) {
        if (is_null(value)) continue;
        low = any ? std::min(low, value) : value;
        high = any ? std::max(high, value) : value;
        any = true;
      }
    }
    scale_ = high > low ? (kHigh - kLow) / (high - low) : 0;
    low_ = low;
    scores_.resize(units);
    order_.resize(units);
    ranks_.resize(units);
  }

  /// Ranks under inputs in [0, 1): one per indicator, then the aggregation (from one half on: geometric).
  const std::vector<uint32_t>& ranks(std::span<const double> inputs) {
    const bool geometric = inputs.back() >= 0.5;
    for (size_t unit = 0; unit < scores_.size(); ++unit) {
      double sum = 0;
      double weights = 0;
      for (size_t i = 0; i < table_.normalised.size(); ++i) {
        const double value = table_.normalised[i][unit];
        if (is_null(value)) continue;
        const double weight = table_.weights[i] * (1 - share_ + 2 * share_ * inputs[i]);
        const double scaled = kLow + (value - low_) * scale_;
        sum += weight * (geometric ? std::log(scaled) : scaled);
        weights += weight;
      }
      scores_[unit] = weights > 0 ? sum / weights : -1;
    }
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(),
              [&](uint32_t a, uint32_t b) { return scores_[a] != scores_[b] ? scores_[a] > scores_[b] : a < b; });
    for (uint32_t place = 0; place < order_.size(); ++place) ranks_[order_[place]] = place + 1;
    return ranks_;
  }

 private:
  const SensitivityTable& table_;
  double share_;
  double scale_ = 1;
  double low_ = 0;
  std::vector<double> scores_;
  std::vector<uint32_t> order_;
  std::vector<uint32_t> ranks_;
};

double mean_shift(std::span<const uint32_t> ranks, std::span<const uint32_t> of_model) {
  double sum = 0;
  for (size_t unit = 0; unit < ranks.size(); ++unit)
    sum += std::fabs(static_cast<double>(ranks[unit]) - static_cast<double>(of_model[unit]));
  return sum / static_cast<double>(ranks.size());
}

uint32_t percentile_rank_of(std::vector<uint32_t>& ranks, double share) {
  const auto place = static_cast<size_t>(share * static_cast<double>(ranks.size() - 1));
  std::nth_element(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(place), ranks.end());
  return ranks[place];
}

Status check(const SensitivityTable& table, const SensitivitySpec& spec) {
  if (table.normalised.empty() || table.normalised.front().empty())
    return base::invalid_argument("没有可以分析的单位 / there is no unit to analyse");
  if (table.normalised.front().size() > kSensitivityUnitsMax)
    return base::invalid_argument("敏感性分析一次最多 " + std::to_string(kSensitivityUnitsMax) +
                                  " 个单位 / at most so many units at once");
  if (!(spec.weight_share > 0) || spec.weight_share >= 1 || spec.samples < 2)
    return base::invalid_argument(
        "权重浮动应在 0 与 1 之间，样本至少 2 个 / weight share lies between 0 and 1, samples "
        "from 2");
  return ok_status();
}

}  // namespace

SobolIndices sobol_indices(size_t inputs, size_t samples, uint64_t seed,
                           const std::function<double(std::span<const double>)>& function) {
  base::Rng rng(seed);
  SobolIndices indices{std::vector<double>(inputs, 0.0), std::vector<double>(inputs, 0.0)};
  std::vector<double> a(inputs);
  std::vector<double> b(inputs);
  std::vector<double> values;
  for (size_t s = 0; s < samples; ++s) {
    for (size_t i = 0; i < inputs; ++i) {
      a[i] = rng.uniform();
      b[i] = rng.uniform();
    }
    const double of_a = function(a);
    const double of_b = function(b);
    values.push_back(of_a);
    values.push_back(of_b);
    for (size_t i = 0; i < inputs; ++i) {
      const double kept = a[i];
      a[i] = b[i];
      const double mixed = function(a);
      a[i] = kept;
      indices.first[i] += of_b * (mixed - of_a);
      indices.total[i] += (of_a - mixed) * (of_a - mixed) / 2;
    }
  }
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double variance = 0;
  for (const double value : values) variance += (value - mean) * (value - mean);
  variance /= static_cast<double>(values.size());
  for (size_t i = 0; i < inputs; ++i) {
    const double scale = variance > 0 ? 1 / (variance * static_cast<double>(samples)) : 0;
    indices.first[i] *= scale;
    indices.total[i] *= scale;
  }
  return indices;
}

Result<Sensitivity> sensitivity(const SensitivityTable& table, const SensitivitySpec& spec) {
  MINGLU_CHECK(check(table, spec));
  Ranker ranker(table, spec);
  const size_t inputs = table.normalised.size() + 1;
  std::vector<double> nominal(inputs, 0.5);
  nominal.back() = 0;
  const std::vector<uint32_t> of_model = ranker.ranks(nominal);
  Sensitivity found;
  found.inputs.resize(inputs);
  for (size_t i = 0; i < inputs; ++i) {
    for (const double end : {0.0, 1.0}) {
      std::vector<double> moved = nominal;
      moved[i] = end;
      (end == 0 ? found.inputs[i].shift_low : found.inputs[i].shift_high) = mean_shift(ranker.ranks(moved), of_model);
    }
  }
  std::vector<std::vector<uint32_t>> seen(of_model.size());
  size_t calls = 0;
  const SobolIndices indices = sobol_indices(inputs, spec.samples, spec.seed, [&](std::span<const double> at) {
    const std::vector<uint32_t>& ranks = ranker.ranks(at);
    const double shift = mean_shift(ranks, of_model);
    if (calls++ % (inputs + 2) == 0) {  // one draw of every sample is independent of the others
      for (size_t unit = 0; unit < ranks.size(); ++unit) seen[unit].push_back(ranks[unit]);
      found.mean_shift += shift / static_cast<double>(spec.samples);
    }
    return shift;
  });
  for (size_t i = 0; i < inputs; ++i) {
    found.inputs[i].first_order = indices.first[i];
    found.inputs[i].total_order = indices.total[i];
  }
  for (size_t unit = 0; unit < of_model.size(); ++unit)
    found.ranks.push_back({of_model[unit], percentile_rank_of(seen[unit], 0.05), percentile_rank_of(seen[unit], 0.95)});
  return found;
}

}  // namespace minglu::activity
