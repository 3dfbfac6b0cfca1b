#include "activity/internal/fit.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "activity/internal/factors.hpp"
#include "base/parallel.hpp"

namespace minglu::activity {
namespace {

using Peer = std::vector<std::string>;
using Rows = std::vector<uint32_t>;  // ascending

/// Every prefix of the peer columns with enough units, longest last; all units always.
std::vector<PeerStatistics> peers_of(const Model& model, const ActivityData& data) {
  std::map<Peer, uint64_t> units;
  for (const uint32_t peer : data.peer_of_row) {
    for (Peer prefix = data.peers[peer]; !prefix.empty(); prefix.pop_back()) ++units[prefix];
  }
  std::vector<PeerStatistics> peers{{.peer = {}, .units = data.rows}};
  for (const auto& [peer, count] : units) {
    if (count >= model.peer_units_min) peers.push_back({.peer = peer, .units = count});
  }
  return peers;
}

/// Rows of every group of statistics by the longest prefix that has some.
std::vector<Rows> assigned_rows(const std::vector<PeerStatistics>& peers, const ActivityData& data) {
  std::map<Peer, size_t> places;
  for (size_t at = 0; at < peers.size(); ++at) places[peers[at].peer] = at;
  std::vector<size_t> place_of_combination;
  for (Peer prefix : data.peers) {
    while (!prefix.empty() && !places.contains(prefix)) prefix.pop_back();
    place_of_combination.push_back(places[prefix]);
  }
  std::vector<Rows> rows(peers.size());
  for (uint32_t row = 0; row < data.peer_of_row.size(); ++row) {
    rows[place_of_combination[data.peer_of_row[row]]].push_back(row);
  }
  return rows;
}

bool belongs(const Peer& combination, const Peer& prefix) {
  return std::equal(prefix.begin(), prefix.end(), combination.begin());
}

/// Values of the rows that a group of statistics describes (not only those that use it).
std::vector<double> values_of(const ActivityData& data, const std::vector<double>& column, const Peer& peer) {
  if (peer.empty()) return column;
  std::vector<uint8_t> inside;
  for (const Peer& combination : data.peers) inside.push_back(belongs(combination, peer) ? 1 : 0);
  std::vector<double> values;
  for (size_t row = 0; row < column.size(); ++row) {
    if (inside[data.peer_of_row[row]] != 0) values.push_back(column[row]);
  }
  return values;
}

void treat_values(const Indicator& indicator, const std::vector<Limits>& limits, std::span<double> values) {
  for (size_t step = 0; step < indicator.treat.size(); ++step) {
    const TreatStep& treat = indicator.treat[step];
    for (double& value : values) {
      if (!is_null(value)) value = treat.treatment->apply(value, limits[step], treat.parameters);
    }
  }
}

/// Goalposts are stated as the values are read: a logarithm that the values pass, they pass too. Limits learned from
/// the data do not move them.
Status set_goalposts(const Indicator& indicator, Statistics& statistics) {
  statistics.low = indicator.parameters.number("min");
  statistics.high = indicator.parameters.number("max");
  for (const TreatStep& step : indicator.treat) {
    if (step.treatment->fit != nullptr) continue;
    statistics.low = step.treatment->apply(statistics.low, {}, step.parameters);
    statistics.high = step.treatment->apply(statistics.high, {}, step.parameters);
  }
  if (statistics.low < statistics.high) return ok_status();
  return model_error(
      "指标 " + indicator.code + " 的标杆 min 在对数下没有意义，请取大于 0 的值，或改用 log1p、signed_log",
      "indicator " + indicator.code +
          ": the goalpost min has no logarithm; take one above 0, or treat by log1p or signed_log");
}

/// Learns limits step by step, on values that the steps before have treated; treats the values.
std::vector<Limits> fit_limits(const Indicator& indicator, std::span<double> values) {
  std::vector<Limits> limits;
  for (const TreatStep& step : indicator.treat) {
    limits.push_back(step.treatment->fit == nullptr ? Limits{} : step.treatment->fit(values, step.parameters, 1));
    for (double& value : values) {
      if (!is_null(value)) value = step.treatment->apply(value, limits.back(), step.parameters);
    }
  }
  return limits;
}

/// Limits, then the statistics of the treated values times their factors (`products`, empty: none).
Status fit(const Indicator& indicator, const ActivityData& data, std::vector<double> values,
           std::span<const double> products, PeerStatistics& peer) {
  std::vector<Limits> limits = fit_limits(indicator, values);
  for (size_t i = 0; i < products.size(); ++i) values[i] *= products[i];
  Statistics statistics = compute_statistics(values, {.keep_sorted = indicator.normaliser->needs_sorted});
  if (is_method(indicator.normaliser, kMinMax) && indicator.parameters.pair("percentiles") && statistics.n > 0) {
    const auto percents = *indicator.parameters.pair("percentiles");
    std::vector<double> present = present_values(values);
    statistics.low = percentile_select(present, std::clamp(percents.first, 0.0, 100.0));
    statistics.high = percentile_select(present, std::clamp(percents.second, 0.0, 100.0));
  }
  if (is_method(indicator.normaliser, kGoalposts)) MINGLU_CHECK(set_goalposts(indicator, statistics));
  if (is_method(indicator.normaliser, kDistanceToReference) && indicator.parameters.any("reference").is_object() &&
      peer.peer.empty()) {
    const std::string unit = indicator.parameters.any("reference")["unit"].get<std::string>();
    const auto found = std::find(data.ids.begin(), data.ids.end(), unit);
    if (found == data.ids.end()) {
      return model_error("指标 " + indicator.code + " 的参照单位 \"" + unit + "\" 不在数据中",
                         "indicator " + indicator.code + ": the reference unit \"" + unit + "\" is not in the data");
    }
    statistics.reference = values[static_cast<size_t>(found - data.ids.begin())];
  }
  peer.statistics.push_back(std::move(statistics));
  peer.limits.push_back(std::move(limits));
  return ok_status();
}

struct Block {
  size_t peer;
  size_t from;
  size_t rows;
};

/// Treats and normalises the rows of one block, gathered when the rows of the peer group do not follow each other.
void normalise_block(const Indicator& indicator, const PeerStatistics& peer, size_t at, const Rows* rows, Block block,
                     std::span<const double> products, IndicatorData& data, std::span<double> out) {
  std::vector<double> values(block.rows);
  std::vector<double> base(indicator.normaliser->needs_base ? block.rows : 0);
  std::vector<double> scores(block.rows);
  const auto row_at = [&](size_t i) { return rows == nullptr ? block.from + i : (*rows)[block.from + i]; };
  for (size_t i = 0; i < block.rows; ++i) {
    values[i] = data.values[row_at(i)];
    if (!base.empty()) base[i] = data.base[row_at(i)];
  }
  treat_values(indicator, peer.limits[at], values);
  treat_values(indicator, peer.limits[at], base);
  for (size_t i = 0; i < block.rows && !products.empty(); ++i) {
    values[i] *= products[row_at(i)];
    if (!base.empty()) base[i] *= products[row_at(i)];
  }
  indicator.normaliser->apply({.values = values,
                               .base = base,
                               .statistics = peer.statistics[at],
                               .parameters = indicator.parameters,
                               .direction = indicator.direction},
                              scores);
  for (size_t i = 0; i < block.rows; ++i) {
    data.values[row_at(i)] = values[i];
    out[row_at(i)] = scores[i];
  }
}

void normalise(const Model& model, size_t at, const std::vector<Rows>& rows, const ScoreSpec& spec, ActivityData& data,
               Scores& scores) {
  const Frozen& frozen = frozen_of(spec, scores);
  const std::vector<PeerStatistics>& peers = frozen.peers;
  const std::vector<double> products =
      model.factors.empty() ? std::vector<double>() : factor_products(model, at, data, frozen.factors[at]);
  std::vector<Block> blocks;
  const bool one_peer = peers.size() == 1 || data.peer_of_row.empty();
  for (size_t peer = 0; peer < (one_peer ? 1 : peers.size()); ++peer) {
    const size_t count = one_peer ? data.rows : rows[peer].size();
    for (size_t from = 0; from < count; from += kBlockRows) {
      blocks.push_back({.peer = peer, .from = from, .rows = std::min(kBlockRows, count - from)});
    }
  }
  std::vector<double>& out = scores.normalised[at];
  out.assign(data.rows, kNull);
  base::parallel_for(blocks.size(), spec.threads, [&](size_t block, size_t) {
    const Block& b = blocks[block];
    normalise_block(model.indicators[at], peers[b.peer], at, one_peer ? nullptr : &rows[b.peer], b, products,
                    data.indicators[at], out);
  });
}

/// Says what a person should know about an indicator: no value at all, one value only, values without a score.
void note_indicator(const Indicator& indicator, const Statistics& statistics, size_t values, size_t normalised,
                    Notes& notes) {
  const std::string zh = "指标 " + indicator.code;
  const std::string en = "indicator " + indicator.code;
  if (values == 0) {
    notes.push_back(zh + " 没有任何值 / " + en + " has no value at all");
  } else if (statistics.n > 0 && statistics.min == statistics.max) {
    notes.push_back(zh + " 的值全部相等，不能区分单位 / " + en + " is constant: it tells no unit from another");
  }
  if (normalised < values) {
    const std::string count = std::to_string(values - normalised);
    notes.push_back(zh + " 有 " + count + " 个值无法标准化（对数或比值无定义），按缺失处理 / " + en + ": " + count +
                    " values have no score (their logarithm or ratio is undefined) and count as missing");
  }
}

size_t present_count(std::span<const double> values) {
  return static_cast<size_t>(std::count_if(values.begin(), values.end(), [](double v) { return !is_null(v); }));
}

/// Factors first, over all units; then every group of peers on its own thread.
Status learn(const Model& model, size_t threads, const ActivityData& data, Frozen& frozen) {
  const size_t indicators = model.indicators.size();
  std::vector<std::vector<double>> products(indicators);
  if (!model.factors.empty()) {
    frozen.factors.resize(indicators);
    base::parallel_for(indicators, threads, [&](size_t i, size_t) {
      std::vector<double> treated = data.indicators[i].values;
      fit_limits(model.indicators[i], treated);
      frozen.factors[i] = learn_factors(model, i, data, treated);
      products[i] = factor_products(model, i, data, frozen.factors[i]);
    });
  }
  frozen.peers = peers_of(model, data);
  std::vector<Status> done(frozen.peers.size(), ok_status());
  base::parallel_for(frozen.peers.size(), threads, [&](size_t at, size_t) {
    PeerStatistics& peer = frozen.peers[at];
    for (size_t i = 0; i < indicators && done[at].ok(); ++i) {
      done[at] = fit(model.indicators[i], data, values_of(data, data.indicators[i].values, peer.peer),
                     products[i].empty() ? products[i] : values_of(data, products[i], peer.peer), peer);
    }
  });
  for (const Status& status : done) MINGLU_CHECK(status);
  for (PeerStatistics& peer : frozen.peers) {  // a reference unit is one for all peers
    for (size_t i = 0; i < indicators; ++i) {
      peer.statistics[i].reference = frozen.peers.front().statistics[i].reference;
    }
  }
  return ok_status();
}

}  // namespace

Status fit_and_normalise(const Model& model, const ScoreSpec& spec, ActivityData& data, Scores& scores) {
  if (spec.frozen == nullptr) MINGLU_CHECK(learn(model, spec.threads, data, scores.frozen));
  const std::vector<PeerStatistics>& peers = frozen_of(spec, scores).peers;
  const std::vector<Rows> rows = assigned_rows(peers, data);
  scores.normalised.resize(model.indicators.size());
  for (size_t i = 0; i < model.indicators.size(); ++i) {
    const size_t values = present_count(data.indicators[i].values);
    normalise(model, i, rows, spec, data, scores);
    note_indicator(model.indicators[i], peers.front().statistics[i], values, present_count(scores.normalised[i]),
                   scores.notes);
  }
  return ok_status();
}

}  // namespace minglu::activity
