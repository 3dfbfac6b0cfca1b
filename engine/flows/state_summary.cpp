#include "flows/state_summary.hpp"

#include <nlohmann/json.hpp>

namespace minglu::flows {

using Json = nlohmann::json;

std::string to_json(const StateSummary& summary) {
  return Json{{"catalog", summary.catalog}, {"resolving", summary.resolving},
              {"units", summary.units},     {"records", summary.records},
              {"claims", summary.claims},   {"conflicts", summary.conflicts},
              {"missing", summary.missing}, {"new", summary.minted},
              {"refused", summary.refused}, {"state_hash", base::to_hex(summary.hash)}}
      .dump();
}

Result<StateSummary> parse_state_summary(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    StateSummary summary;
    summary.catalog = json.at("catalog");
    summary.resolving = json.value("resolving", "");  // states before it was kept: fused again once
    summary.units = json.at("units");
    summary.records = json.at("records");
    summary.claims = json.at("claims");
    summary.conflicts = json.at("conflicts");
    summary.missing = json.at("missing");
    summary.minted = json.at("new");
    summary.refused = json.at("refused");
    const auto hash = base::parse_hash128(json.at("state_hash").get<std::string>());
    if (!hash) return base::data_loss("a state without state hash; run: minglu rebuild");
    summary.hash = *hash;
    return summary;
  } catch (const Json::exception& problem) {
    return base::data_loss(std::string("the totals of a state cannot be read: ") + problem.what() +
                           "; run: minglu rebuild");
  }
}

}  // namespace minglu::flows
