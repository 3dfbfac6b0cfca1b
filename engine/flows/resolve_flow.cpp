#include "flows/resolve_flow.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/hash.hpp"
#include "flows/decision_flow.hpp"
#include "flows/fuse_units.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/outcome.hpp"
#include "flows/resolve_nodes.hpp"
#include "flows/version.hpp"
#include "match/assign.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {
namespace {

using Json = nlohmann::json;

void say(const ResolveSpec& spec, const char* step, uint64_t done, uint64_t total) {
  if (spec.progress) spec.progress(step, done, total);
}

std::vector<uint64_t> earlier_units(const Statements& statements, const store::State* state) {
  std::vector<uint64_t> earlier(statements.history.entities().size(), 0);
  if (state == nullptr) return earlier;
  for (size_t i = 0; i < earlier.size(); ++i) {
    earlier[i] = state->unit_of(statements.history.entities()[i].entity).value_or(0);
  }
  return earlier;
}

Outcome make_outcome(const Statements& statements, const match::Resolution& resolution, const match::Assigned& assigned,
                     const std::vector<uint64_t>& earlier, uint64_t first_id) {
  Outcome outcome;
  outcome.first_id = first_id;
  outcome.minted = assigned.minted;
  outcome.split = assigned.split;
  const auto entities = statements.history.entities();
  for (size_t i = 0; i < entities.size(); ++i) {
    if (assigned.unit[i] != earlier[i]) outcome.assigned.push_back({entities[i].entity, assigned.unit[i]});
  }
  for (const match::Merge& merge : assigned.merges) outcome.tombstones.push_back({merge.unit, merge.survivor});
  for (const match::RefusedEdge& edge : resolution.refused) {
    outcome.refused.push_back({entities[edge.node_a].entity,
                               entities[edge.node_b].entity,
                               static_cast<uint8_t>(edge.kind),
                               static_cast<uint8_t>(edge.reason),
                               {}});
  }
  return outcome;
}

std::string payload_of(const ResolveReport& report, const std::string& outcome_digest, const Knowledge& knowledge) {
  Json json;
  json["outcome"] = outcome_digest;
  json["state_hash"] = report.state_hash;
  json["pins"] = {{"software", kVersion}, {"catalog", knowledge.digest()}};
  json["units"] = report.units;
  json["minted"] = report.minted;
  json["merged"] = report.merged;
  json["split"] = report.split;
  json["refused"] = report.refused;
  json["conflicts"] = report.conflicts;
  json["missing"] = report.missing;
  json["claims"] = report.claims;
  return json.dump();
}

ResolveReport report_of(const Outcome& outcome, const FusedTotals& totals, uint64_t seq, size_t entities) {
  ResolveReport report;
  report.seq = seq;
  report.entities = entities;
  report.units = totals.units;
  report.minted = outcome.minted;
  report.merged = outcome.tombstones.size();
  report.split = outcome.split;
  report.fused = totals.fused;
  report.claims = totals.claims;
  report.conflicts = totals.conflicts;
  report.missing = totals.missing;
  report.refused = outcome.refused.size();
  report.state_hash = totals.state_hash;
  return report;
}

}  // namespace

namespace {

bool same_refusals(const store::State& state, const Outcome& outcome) {
  const auto same = [](const store::RefusedLink& a, const store::RefusedLink& b) {
    return a.entity_a == b.entity_a && a.entity_b == b.entity_b && a.kind == b.kind && a.reason == b.reason;
  };
  return std::equal(state.refused().begin(), state.refused().end(), outcome.refused.begin(), outcome.refused.end(),
                    same);
}

// Nothing was taken in since, and matching and fusing again said the same.
bool is_unchanged(const store::State* state, bool pending, const Outcome& outcome, const FusedTotals& totals) {
  return state != nullptr && !pending && outcome.assigned.empty() && outcome.tombstones.empty() && totals.fused == 0 &&
         same_refusals(*state, outcome);
}

// The derived files of a commit that is not made.
Status remove_derived(const Home& home, uint64_t seq) {
  std::error_code error;
  std::filesystem::remove(home.units_path(seq), error);
  if (!error) std::filesystem::remove(home.state_path(seq), error);
  if (error) return base::internal_error("cannot clean the index: " + error.message());
  return ok_status();
}

}  // namespace

Result<ResolveReport> resolve_register(Home& home, const ResolveSpec& spec) {
  const auto started = std::chrono::steady_clock::now();
  MINGLU_TRY(const bool pending, home.has_unresolved());
  MINGLU_TRY(store::LedgerTx tx, home.ledger().begin());
  const auto seq = static_cast<uint64_t>(tx.seq());
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(seq - 1));
  say(spec, "statements", 0, 0);
  MINGLU_TRY(const Statements statements, load_statements(home, seq - 1));
  say(spec, "match", 0, statements.history.entities().size());
  const std::vector<match::Node> nodes = make_nodes(statements, home.knowledge().sources());
  Status likeness = ok_status();
  const auto attach = [&](std::span<const uint32_t> cluster) {
    auto found = find_likeness(home.knowledge(), statements, nodes, cluster, home.threads());
    std::vector<match::LikenessJoin> joins;
    if (!found.ok()) {
      likeness = std::move(found).error();
      return joins;
    }
    for (const LikenessPair& pair : found->pairs) {
      if (pair.is_proposed) joins.push_back({pair.left, pair.right});
    }
    return joins;
  };
  match::ResolveSpec resolve_spec;
  MINGLU_TRY(resolve_spec.pins, pins_of(home, statements));
  resolve_spec.likeness = attach;
  const match::Resolution resolution = resolve_statements(statements, nodes, resolve_spec);
  MINGLU_CHECK(likeness);
  for (const store::RecordSegment* segment : statements.segments) segment->release_pages();
  const std::vector<uint64_t> earlier = earlier_units(statements, state.get());
  match::AssignInput input{resolution.cluster, earlier, 0};
  const uint64_t minted = match::count_minted(input);
  if (minted > 0) {
    MINGLU_TRY(const int64_t first, tx.lease_ids("unit", static_cast<int64_t>(minted)));
    input.first_id = static_cast<uint64_t>(first);
  }
  const match::Assigned assigned = match::assign_units(input);
  const Outcome outcome = make_outcome(statements, resolution, assigned, earlier, input.first_id);
  MINGLU_TRY(const FusedTotals totals,
             fuse_units(home, {seq, statements, assigned.unit, outcome, state.get(), spec.progress}));
  ResolveReport report = report_of(outcome, totals, seq, nodes.size());
  if (is_unchanged(state.get(), pending, outcome, totals)) {
    report.seq = 0;
    MINGLU_CHECK(remove_derived(home, seq));
    return report;
  }
  MINGLU_TRY(const store::ArchivedFile archived,
             home.archive().put_bytes(store::ArchiveKind::kOutcomes, encode_outcome(outcome)));
  MINGLU_CHECK(tx.commit({.kind = "resolve", .payload_json = payload_of(report, archived.sha256, home.knowledge())}));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

Result<ResolveReport> replay_resolve(Home& home, const store::CommitRow& commit, const ResolveSpec& spec) {
  const auto seq = static_cast<uint64_t>(commit.seq);
  const Json payload = Json::parse(commit.payload_json, nullptr, false);
  if (payload.is_discarded() || !payload.contains("outcome")) {
    return base::data_loss("commit " + std::to_string(seq) + " has no outcome; run: minglu verify");
  }
  MINGLU_TRY(const std::string bytes,
             home.archive().read(store::ArchiveKind::kOutcomes, payload["outcome"].get<std::string>()));
  MINGLU_TRY(const Outcome outcome, decode_outcome(bytes));
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(seq - 1));
  MINGLU_TRY(const Statements statements, load_statements(home, seq - 1));
  std::vector<uint64_t> units = earlier_units(statements, state.get());
  const auto entities = statements.history.entities();
  std::unordered_map<uint64_t, uint64_t> changed;
  changed.reserve(outcome.assigned.size());
  for (const store::Assignment& assignment : outcome.assigned) changed.emplace(assignment.entity, assignment.unit);
  for (size_t i = 0; i < entities.size(); ++i) {
    if (const auto it = changed.find(entities[i].entity); it != changed.end()) units[i] = it->second;
    if (units[i] == 0)
      return base::data_loss("commit " + std::to_string(seq) +
                             " assigns no unit to a known record; run: minglu verify");
  }
  MINGLU_TRY(const FusedTotals totals, fuse_units(home, {seq, statements, units, outcome, state.get(), spec.progress}));
  if (totals.state_hash != payload.value("state_hash", "")) {
    return base::data_loss("commit " + std::to_string(seq) + " replays to state " + totals.state_hash + ", but " +
                           payload.value("state_hash", "") + " is recorded; catalog or software differ from the pins");
  }
  return report_of(outcome, totals, seq, entities.size());
}

}  // namespace minglu::flows
