#include "flows/decision_flow.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "ingest/prepare.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSame = "same_unit";
constexpr std::string_view kDifferent = "different_units";
constexpr std::string_view kUndo = "undo";

/// The entity named "source:key".
Result<uint64_t> entity_named(const Knowledge& knowledge, const std::string& record) {
  const size_t colon = record.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == record.size()) {
    return base::invalid_argument("记录 \"" + record + "\" 应写作 来源:键，例如 power:0755001");
  }
  const std::string source = record.substr(0, colon);
  if (!knowledge.sources().find(source))
    return base::not_found("没有来源 \"" + source + "\"；可用 minglu sources 查看");
  return ingest::entity_of(source, std::string_view(record).substr(colon + 1)).value;
}

Status check_known(Home& home, const std::string& record) {
  MINGLU_TRY(const uint64_t entity, entity_named(home.knowledge(), record));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (state && state->unit_of(entity)) return ok_status();
  return base::not_found("名录中没有记录 \"" + record + "\"；可用 minglu export members 查看");
}

Result<uint64_t> commit_decision(Home& home, store::DecisionRow row) {
  if (row.actor.empty()) return base::invalid_argument("请用 --by 写明是谁的决定");
  MINGLU_TRY(const store::CommitReceipt receipt,
             home.ledger().commit({.kind = "decision", .payload_json = "{}", .decisions = {std::move(row)}}));
  return static_cast<uint64_t>(receipt.seq);
}

}  // namespace

Result<uint64_t> decide_pair(Home& home, const PairDecision& decision) {
  MINGLU_CHECK(check_known(home, decision.record_a));
  MINGLU_CHECK(check_known(home, decision.record_b));
  if (decision.record_a == decision.record_b) return base::invalid_argument("两条记录相同：" + decision.record_a);
  const Json payload{{"a", decision.record_a}, {"b", decision.record_b}, {"reason", decision.reason}};
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  store::DecisionRow row;
  row.kind = decision.is_same ? kSame : kDifferent;
  row.subject = decision.record_a + " | " + decision.record_b;
  row.actor = decision.actor;
  row.payload_json = canonical;
  return commit_decision(home, std::move(row));
}

Result<uint64_t> undo_decision(Home& home, const Undo& undo) {
  MINGLU_TRY(const std::vector<StandingDecision> standing, standing_decisions(home));
  const bool stands = std::any_of(standing.begin(), standing.end(), [&](const auto& d) { return d.seq == undo.seq; });
  if (!stands) {
    MINGLU_TRY(const auto all, home.ledger().decisions(static_cast<int64_t>(undo.seq), static_cast<int64_t>(undo.seq)));
    const std::string seq = std::to_string(undo.seq);
    if (all.empty() || all[0].kind == kUndo) return base::not_found("提交 " + seq + " 不是可撤销的决定");
    return base::conflict("提交 " + seq + " 的决定已经撤销");
  }
  const Json payload{{"seq", undo.seq}, {"reason", undo.reason}};
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  store::DecisionRow row;
  row.kind = kUndo;
  row.subject = std::to_string(undo.seq);
  row.actor = undo.actor;
  row.payload_json = canonical;
  return commit_decision(home, std::move(row));
}

Result<std::vector<StandingDecision>> standing_decisions(Home& home) {
  MINGLU_TRY(const std::vector<store::DecisionRow> rows, home.ledger().decisions());
  std::set<uint64_t> undone;
  std::vector<StandingDecision> standing;
  for (const store::DecisionRow& row : rows) {
    const Json payload = Json::parse(row.payload_json, nullptr, false);
    if (payload.is_discarded())
      return base::data_loss("decision of commit " + std::to_string(row.seq) + " is not JSON");
    if (row.kind == kUndo) undone.insert(payload.value("seq", uint64_t{0}));
    if (row.kind != kSame && row.kind != kDifferent) continue;
    standing.push_back(
        {static_cast<uint64_t>(row.seq),
         {row.kind == kSame, payload.value("a", ""), payload.value("b", ""), row.actor, payload.value("reason", "")}});
  }
  std::erase_if(standing, [&](const StandingDecision& d) { return undone.count(d.seq) > 0; });
  return standing;
}

Result<std::vector<match::Pin>> pins_of(Home& home, const Statements& statements) {
  MINGLU_TRY(const std::vector<StandingDecision> standing, standing_decisions(home));
  std::vector<match::Pin> pins;
  if (standing.empty()) return pins;
  std::unordered_map<uint64_t, uint32_t> node_of;
  for (const StandingDecision& d : standing) {
    for (const std::string& record : {d.decision.record_a, d.decision.record_b}) {
      MINGLU_TRY(const uint64_t entity, entity_named(home.knowledge(), record));
      node_of[entity] = UINT32_MAX;
    }
  }
  const auto entities = statements.history.entities();
  for (uint32_t node = 0; node < entities.size(); ++node) {
    if (const auto at = node_of.find(entities[node].entity); at != node_of.end()) at->second = node;
  }
  for (const StandingDecision& d : standing) {
    MINGLU_TRY(const uint64_t a, entity_named(home.knowledge(), d.decision.record_a));
    MINGLU_TRY(const uint64_t b, entity_named(home.knowledge(), d.decision.record_b));
    if (node_of[a] != UINT32_MAX && node_of[b] != UINT32_MAX)
      pins.push_back({node_of[a], node_of[b], d.decision.is_same});
  }
  return pins;
}

}  // namespace minglu::flows
