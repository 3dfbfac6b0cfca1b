#include "flows/decision_flow.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>

#include "flows/record_names.hpp"
#include "store/unit_segment.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSame = "same_unit";
constexpr std::string_view kDifferent = "different_units";
constexpr std::string_view kValue = "value";
constexpr std::string_view kUndo = "undo";

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

// What the record says about the field now.
Result<std::string> value_said(Home& home, uint64_t entity, codes::FieldId field) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  store::UnitRow row;
  MINGLU_CHECK(home.read_unit(*state, state->unit_of(entity).value_or(0), row));
  for (const store::UnitMember& member : row.members) {
    if (member.entity != entity) continue;
    MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(member.runs.back().segment_seq));
    store::RecordText text;
    MINGLU_CHECK(segment->read(member.runs.back().row, text));
    const auto value = text.record().value(field);
    if (value) return std::string(value->text);
  }
  return base::not_found("这条记录没有填写该项");
}

}  // namespace

Result<uint64_t> decide_value(Home& home, const ValueDecision& decision) {
  const auto field = home.knowledge().fields().find(decision.field);
  if (!field) return base::invalid_argument("没有名为“" + decision.field + "”的指标项");
  MINGLU_CHECK(check_known(home, decision.record));
  MINGLU_TRY(const uint64_t entity, entity_named(home.knowledge(), decision.record));
  MINGLU_TRY(const std::string value, value_said(home, entity, *field));
  const Json payload{
      {"record", decision.record}, {"field", decision.field}, {"value", value}, {"reason", decision.reason}};
  MINGLU_TRY(const std::string canonical, store::canonical_json(payload.dump()));
  store::DecisionRow row;
  row.kind = kValue;
  row.subject = decision.record + " | " + decision.field;
  row.actor = decision.actor;
  row.payload_json = canonical;
  return commit_decision(home, std::move(row));
}

Result<std::vector<DecisionView>> all_decisions(Home& home) {
  MINGLU_TRY(const std::vector<store::DecisionRow> rows, home.ledger().decisions());
  std::set<uint64_t> undone;
  std::vector<DecisionView> all;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const Json payload = Json::parse(row->payload_json, nullptr, false);
    if (payload.is_discarded())
      return base::data_loss("decision of commit " + std::to_string(row->seq) + " is not JSON");
    if (row->kind == kUndo) {
      undone.insert(payload.value("seq", uint64_t{0}));
      continue;
    }
    DecisionView view;
    view.seq = static_cast<uint64_t>(row->seq);
    view.kind = row->kind == kSame ? "same" : row->kind == kDifferent ? "different" : "value";
    view.record_a = row->kind == kValue ? payload.value("record", "") : payload.value("a", "");
    view.record_b = payload.value("b", "");
    view.field = payload.value("field", "");
    view.actor = row->actor;
    view.reason = payload.value("reason", "");
    view.is_undone = undone.contains(view.seq);
    all.push_back(std::move(view));
  }
  return all;
}

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
  MINGLU_TRY(const std::vector<DecisionView> views, all_decisions(home));
  const bool stands =
      std::any_of(views.begin(), views.end(), [&](const DecisionView& d) { return d.seq == undo.seq && !d.is_undone; });
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

Result<std::optional<uint64_t>> undone_by(const store::DecisionRow& row) {
  if (row.kind != kUndo) return std::optional<uint64_t>();
  const Json payload = Json::parse(row.payload_json, nullptr, false);
  if (payload.is_discarded()) return base::data_loss("decision of commit " + std::to_string(row.seq) + " is not JSON");
  return std::optional(payload.value("seq", uint64_t{0}));
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
