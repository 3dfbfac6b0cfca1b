#include "activity/score.hpp"

namespace minglu::activity {
namespace {

constexpr const char* kFormat = "minglu-activity-statistics/1";

Error damaged(const std::string& what) {
  return base::invalid_argument("统计量文件：" + what + " 缺失或不符 / statistics file: " + what +
                                " is missing or wrong");
}

Json limits_json(const std::vector<Limits>& limits) {
  Json list = Json::array();
  for (const Limits& limit : limits) {
    list.push_back({{"low", std::isfinite(limit.low) ? Json(limit.low) : Json()},
                    {"high", std::isfinite(limit.high) ? Json(limit.high) : Json()}});
  }
  return list;
}

Result<std::vector<Limits>> parse_limits(const Json& json, const Indicator& indicator) {
  if (!json.is_array() || json.size() != indicator.treat.size()) return damaged(indicator.code + ".limits");
  std::vector<Limits> limits;
  for (const Json& entry : json) {
    if (!entry.is_object()) return damaged(indicator.code + ".limits");
    Limits limit;
    if (entry.contains("low") && entry["low"].is_number()) limit.low = entry["low"].get<double>();
    if (entry.contains("high") && entry["high"].is_number()) limit.high = entry["high"].get<double>();
    limits.push_back(limit);
  }
  return limits;
}

Result<PeerStatistics> parse_peer(const Json& json, const Model& model) {
  PeerStatistics peer;
  if (!json.is_object() || !json.contains("peer") || !json["peer"].is_array() || !json.contains("indicators")) {
    return damaged("peers");
  }
  for (const Json& value : json["peer"]) {
    if (!value.is_string()) return damaged("peer");
    peer.peer.push_back(value.get<std::string>());
  }
  if (json.contains("units") && json["units"].is_number_unsigned()) peer.units = json["units"].get<uint64_t>();
  for (const Indicator& indicator : model.indicators) {
    if (!json["indicators"].is_object() || !json["indicators"].contains(indicator.code)) return damaged(indicator.code);
    const Json& entry = json["indicators"][indicator.code];
    if (!entry.is_object() || !entry.contains("statistics") || !entry.contains("limits"))
      return damaged(indicator.code);
    MINGLU_TRY(Statistics statistics, parse_statistics(entry["statistics"], indicator.code));
    if (indicator.normaliser->needs_sorted && statistics.sorted.size() != statistics.n) {
      return damaged(indicator.code + ".sorted");
    }
    MINGLU_TRY(std::vector<Limits> limits, parse_limits(entry["limits"], indicator));
    peer.statistics.push_back(std::move(statistics));
    peer.limits.push_back(std::move(limits));
  }
  return peer;
}

/// By indicator, then place of the factor, then word.
Json factors_json(const Model& model, const Frozen& frozen) {
  Json json = Json::object();
  for (size_t i = 0; i < model.indicators.size(); ++i) {
    Json list = Json::array();
    for (const LearnedFactor& learned : frozen.factors[i]) {
      Json values = Json::object();
      for (const auto& [word, value] : learned.values) values[word] = value;
      list.push_back(std::move(values));
    }
    json[model.indicators[i].code] = std::move(list);
  }
  return json;
}

Result<std::vector<std::vector<LearnedFactor>>> parse_factors(const Json& json, const Model& model) {
  std::vector<std::vector<LearnedFactor>> factors;
  if (model.factors.empty()) return factors;
  if (!json.contains("factors") || !json["factors"].is_object()) return damaged("factors");
  for (const Indicator& indicator : model.indicators) {
    const Json& all = json["factors"];
    if (!all.contains(indicator.code) || !all[indicator.code].is_array() ||
        all[indicator.code].size() != model.factors.size()) {
      return damaged("factors." + indicator.code);
    }
    std::vector<LearnedFactor> learned;
    for (const Json& values : all[indicator.code]) {
      if (!values.is_object()) return damaged("factors." + indicator.code);
      learned.emplace_back();
      for (const auto& [word, value] : values.items()) {
        if (!value.is_number()) return damaged("factors." + indicator.code);
        learned.back().values.emplace_back(word, value.get<double>());
      }
    }
    factors.push_back(std::move(learned));
  }
  return factors;
}

const std::string& member_code(const Model& model, const Member& member) {
  return member.is_group ? model.groups[member.at].code : model.indicators[member.at].code;
}

}  // namespace

std::string frozen_json(const Model& model, const Frozen& frozen) {
  Json json = {{"format", kFormat},
               {"model", model.id},
               {"version", model.version},
               {"base_period", model.base_period},
               {"model_digest", model.digest},
               {"peers", Json::array()},
               {"weights", Json::object()}};
  for (const PeerStatistics& peer : frozen.peers) {
    Json entry = {{"peer", peer.peer}, {"units", peer.units}, {"indicators", Json::object()}};
    for (size_t at = 0; at < model.indicators.size(); ++at) {
      entry["indicators"][model.indicators[at].code] = {{"statistics", statistics_json(peer.statistics[at])},
                                                        {"limits", limits_json(peer.limits[at])}};
    }
    json["peers"].push_back(std::move(entry));
  }
  if (!model.factors.empty()) json["factors"] = factors_json(model, frozen);
  for (size_t at = 0; at < model.groups.size(); ++at) {
    Json weights = Json::object();
    for (size_t m = 0; m < model.groups[at].members.size(); ++m) {
      weights[member_code(model, model.groups[at].members[m])] = frozen.weights[at][m];
    }
    json["weights"][model.groups[at].code] = std::move(weights);
  }
  return json.dump(1) + "\n";
}

Result<Frozen> parse_frozen(const Model& model, std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("format") || json["format"] != kFormat) return damaged("format");
  if (!json.contains("model_digest") || json["model_digest"] != model.digest) {
    return base::invalid_argument(
        "统计量文件属于另一个模型或版本；请用同一模型，或不带 --statistics 重新计算 / the statistics belong to another "
        "model or version: use that model, or compute new ones without --statistics");
  }
  if (!json.contains("peers") || !json["peers"].is_array() || json["peers"].empty()) return damaged("peers");
  Frozen frozen;
  for (const Json& entry : json["peers"]) {
    MINGLU_TRY(PeerStatistics peer, parse_peer(entry, model));
    frozen.peers.push_back(std::move(peer));
  }
  if (!frozen.peers.front().peer.empty()) return damaged("peers");
  MINGLU_TRY(frozen.factors, parse_factors(json, model));
  for (const Group& group : model.groups) {
    if (!json.contains("weights") || !json["weights"].contains(group.code)) return damaged("weights." + group.code);
    std::vector<double> weights;
    for (const Member& member : group.members) {
      const std::string& code = member_code(model, member);
      const Json& of_group = json["weights"][group.code];
      if (!of_group.is_object() || !of_group.contains(code) || !of_group[code].is_number()) return damaged(code);
      weights.push_back(of_group[code].get<double>());
    }
    frozen.weights.push_back(std::move(weights));
    frozen.details.emplace_back();
  }
  return frozen;
}

}  // namespace minglu::activity
