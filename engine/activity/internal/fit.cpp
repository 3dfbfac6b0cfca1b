#include "activity/internal/fit.hpp"

#include <algorithm>
#include <map>
#include <numeric>

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

/// Learns limits step by step, on values that the steps before have treated, then the statistics.
Status fit(const Indicator& indicator, const ActivityData& data, std::vector<double> values, PeerStatistics& peer) {
  std::vector<Limits> limits;
  for (const TreatStep& step : indicator.treat) {
    limits.push_back(step.treatment->fit == nullptr ? Limits{} : step.treatment->fit(values, step.parameters, 1));
    for (double& value : values) {
      if (!is_null(value)) value = step.treatment->apply(value, limits.back(), step.parameters);
    }
  }
  Statistics statistics = compute_statistics(values, {.keep_sorted = indicator.normaliser->needs_sorted});
  if (indicator.normaliser == &kMinMax && indicator.parameters.pair("percentiles") && statistics.n > 0) {
    const auto percents = *indicator.parameters.pair("percentiles");
    std::vector<double> present = present_values(values);
    statistics.low = percentile_select(present, std::clamp(percents.first, 0.0, 100.0));
    statistics.high = percentile_select(present, std::clamp(percents.second, 0.0, 100.0));
  }
  if (indicator.normaliser == &kDistanceToReference && indicator.parameters.any("reference").is_object() &&
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
                     IndicatorData& data, std::span<double> out) {
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

void normalise(const Model& model, size_t at, const std::vector<Rows>& rows, size_t threads, ActivityData& data,
               Scores& scores) {
  const std::vector<PeerStatistics>& peers = scores.frozen.peers;
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
  base::parallel_for(blocks.size(), threads, [&](size_t block, size_t) {
    const Block& b = blocks[block];
    normalise_block(model.indicators[at], peers[b.peer], at, one_peer ? nullptr : &rows[b.peer], b, data.indicators[at],
                    out);
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

}  // namespace

Status fit_and_normalise(const Model& model, const ScoreSpec& spec, ActivityData& data, Scores& scores) {
  std::vector<PeerStatistics>& peers = scores.frozen.peers;
  const size_t indicators = model.indicators.size();
  if (spec.frozen == nullptr) {
    peers = peers_of(model, data);
    std::vector<Status> done(peers.size(), ok_status());
    base::parallel_for(peers.size(), spec.threads, [&](size_t at, size_t) {
      for (size_t i = 0; i < indicators && done[at].ok(); ++i) {
        done[at] =
            fit(model.indicators[i], data, values_of(data, data.indicators[i].values, peers[at].peer), peers[at]);
      }
    });
    for (const Status& status : done) MINGLU_CHECK(status);
  }
  for (PeerStatistics& peer : peers) {  // a reference unit is one for all peers
    for (size_t i = 0; i < indicators; ++i) peer.statistics[i].reference = peers.front().statistics[i].reference;
  }
  const std::vector<Rows> rows = assigned_rows(peers, data);
  scores.normalised.resize(indicators);
  for (size_t i = 0; i < indicators; ++i) {
    const size_t values = present_count(data.indicators[i].values);
    normalise(model, i, rows, spec.threads, data, scores);
    note_indicator(model.indicators[i], peers.front().statistics[i], values, present_count(scores.normalised[i]),
                   scores.notes);
  }
  return ok_status();
}

}  // namespace minglu::activity
