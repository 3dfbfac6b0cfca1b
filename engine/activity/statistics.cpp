#include "activity/statistics.hpp"

#include <algorithm>
#include <array>

#include "base/parallel.hpp"

namespace minglu::activity {
namespace {

struct Powers {
  double second = 0;
  double third = 0;
  double fourth = 0;
};

/// One result per block, in order of the blocks.
template <typename T, typename Work>
std::vector<T> per_block(std::span<const double> values, size_t threads, Work&& work) {
  const size_t blocks = (values.size() + kBlockRows - 1) / kBlockRows;
  std::vector<T> results(blocks);
  base::parallel_for(blocks, threads, [&](size_t block, size_t) {
    const size_t from = block * kBlockRows;
    results[block] = work(values.subspan(from, std::min(kBlockRows, values.size() - from)));
  });
  return results;
}

struct Range {
  uint64_t n = 0;
  double sum = 0;
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
};

Range range_of(std::span<const double> block) {
  Range range;
  for (const double value : block) {
    if (is_null(value)) continue;
    ++range.n;
    range.sum += value;
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
  return range;
}

Powers powers_of(std::span<const double> block, double mean) {
  Powers powers;
  for (const double value : block) {
    if (is_null(value)) continue;
    const double d = value - mean;
    powers.second += d * d;
    powers.third += d * d * d;
    powers.fourth += d * d * d * d;
  }
  return powers;
}

void set_shape(Statistics& s, const Powers& sums) {
  const double n = static_cast<double>(s.n);
  s.deviation_population = std::sqrt(sums.second / n);
  if (s.n > 1) s.deviation_sample = std::sqrt(sums.second / (n - 1));
  if (s.deviation_sample == 0) return;
  const double sd = s.deviation_sample;
  if (s.n > 2) s.skewness = n / ((n - 1) * (n - 2)) * sums.third / (sd * sd * sd);
  if (s.n > 3) {
    s.kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * sums.fourth / (sd * sd * sd * sd) -
                 3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3));
  }
}

struct NumberField {
  const char* name;
  double Statistics::*field;
};
constexpr std::array kNumberFields{
    NumberField{"min", &Statistics::min},
    NumberField{"max", &Statistics::max},
    NumberField{"mean", &Statistics::mean},
    NumberField{"deviation_population", &Statistics::deviation_population},
    NumberField{"deviation_sample", &Statistics::deviation_sample},
    NumberField{"skewness", &Statistics::skewness},
    NumberField{"kurtosis", &Statistics::kurtosis},
    NumberField{"low", &Statistics::low},
    NumberField{"high", &Statistics::high},
};

}  // namespace

std::vector<double> present_values(std::span<const double> values) {
  std::vector<double> present;
  present.reserve(values.size());
  std::copy_if(values.begin(), values.end(), std::back_inserter(present), [](double v) { return !is_null(v); });
  return present;
}

Statistics compute_statistics(std::span<const double> values, const StatisticsSpec& spec) {
  Statistics s;
  Range all;
  for (const Range& range : per_block<Range>(values, spec.threads, range_of)) {
    all.n += range.n;
    all.sum += range.sum;
    all.min = std::min(all.min, range.min);
    all.max = std::max(all.max, range.max);
  }
  if (all.n == 0) return s;
  s.n = all.n;
  s.min = s.low = all.min;
  s.max = s.high = all.max;
  // Equal values have a mean of exactly that value; the rounding of their sum would give them a spread.
  s.mean = all.min == all.max ? all.min : all.sum / static_cast<double>(all.n);
  Powers sums;
  const auto powers = [mean = s.mean](std::span<const double> block) { return powers_of(block, mean); };
  for (const Powers& part : per_block<Powers>(values, spec.threads, powers)) {
    sums.second += part.second;
    sums.third += part.third;
    sums.fourth += part.fourth;
  }
  set_shape(s, sums);
  if (spec.keep_sorted) {
    s.sorted = present_values(values);
    std::sort(s.sorted.begin(), s.sorted.end());
  }
  return s;
}

double percentile_of(std::span<const double> sorted, double percent) {
  MINGLU_ASSERT(!sorted.empty());
  const double position = percent / 100 * static_cast<double>(sorted.size() - 1);
  const auto at = static_cast<size_t>(position);
  if (at + 1 >= sorted.size()) return sorted.back();
  return sorted[at] + (position - static_cast<double>(at)) * (sorted[at + 1] - sorted[at]);
}

double percentile_select(std::vector<double>& values, double percent) {
  MINGLU_ASSERT(!values.empty());
  const double position = percent / 100 * static_cast<double>(values.size() - 1);
  const auto at = static_cast<size_t>(position);
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(at), values.end());
  if (at + 1 >= values.size()) return values[at];
  const double next = *std::min_element(values.begin() + static_cast<ptrdiff_t>(at) + 1, values.end());
  return values[at] + (position - static_cast<double>(at)) * (next - values[at]);
}

Json statistics_json(const Statistics& statistics) {
  Json json = {{"n", statistics.n}};
  for (const NumberField& field : kNumberFields) json[field.name] = statistics.*field.field;
  if (!is_null(statistics.reference)) json["reference"] = statistics.reference;
  if (!statistics.sorted.empty()) json["sorted"] = statistics.sorted;
  return json;
}

Result<Statistics> parse_statistics(const Json& json, const std::string& where) {
  const auto wrong = [&where](const char* name) {
    return base::invalid_argument("统计量文件：" + where + " 缺少数字 " + name + " / statistics file: " + where +
                                  " has no number " + name);
  };
  Statistics statistics;
  if (!json.is_object() || !json.contains("n") || !json["n"].is_number_unsigned()) return wrong("n");
  statistics.n = json["n"].get<uint64_t>();
  for (const NumberField& field : kNumberFields) {
    if (!json.contains(field.name) || !json[field.name].is_number()) return wrong(field.name);
    statistics.*field.field = json[field.name].get<double>();
  }
  if (json.contains("reference") && json["reference"].is_number()) statistics.reference = json["reference"];
  if (json.contains("sorted")) {
    for (const Json& value : json["sorted"]) {
      if (!value.is_number()) return wrong("sorted");
      statistics.sorted.push_back(value.get<double>());
    }
    if (!std::is_sorted(statistics.sorted.begin(), statistics.sorted.end())) return wrong("sorted");
  }
  return statistics;
}

}  // namespace minglu::activity
