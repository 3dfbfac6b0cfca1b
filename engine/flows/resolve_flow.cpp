#include "flows/resolve_flow.hpp"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/hash.hpp"
#include "flows/decision_flow.hpp"
#include "flows/figures.hpp"
#include "flows/fuse_units.hpp"
#include "flows/likeness_flow.hpp"
#include "flows/live_resolve.hpp"
#include "flows/outcome.hpp"
#include "flows/resolve_nodes.hpp"
#include "flows/unit_assignment.hpp"
#include "flows/version.hpp"
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

std::vector<store::LikenessLink> likeness_links(const Statements& statements, const std::vector<LikenessPair>& pairs) {
  const auto entities = statements.history.entities();
  std::vector<store::LikenessLink> links;
  for (const LikenessPair& pair : pairs) {
    links.push_back({entities[pair.left].entity,
                     entities[pair.right].entity,
                     pair.bits,
                     static_cast<uint8_t>(pair.is_proposed ? 1 : 0),
                     {}});
  }
  return links;
}

bool same_refusals(const store::State& state, const store::StateData& fresh) {
  return std::equal(state.refused().begin(), state.refused().end(), fresh.refused.begin(), fresh.refused.end(),
                    store::same_link);
}

// Nothing was taken in since the last look at everything, and matching and fusing again said the same.
bool is_unchanged(const store::State* state, bool pending, const Outcome& outcome, const store::StateData& fresh,
                  uint64_t fused) {
  return state != nullptr && state->seq() == state->whole_seq() && !pending && outcome.assigned.empty() &&
         outcome.tombstones.empty() && fused == 0 && same_refusals(*state, fresh);
}

struct Whole {
  store::StateData data;
  StateSummary summary;
  uint64_t fused = 0;
};

// Fuses the units and gathers the whole directory.
Result<Whole> make_whole(Home& home, uint64_t seq, const Statements& statements, const std::vector<uint64_t>& unit_of,
                         const Outcome& outcome, const store::State* earlier, const ResolveSpec& spec) {
  MINGLU_TRY(FusedUnits fused, fuse_units(home, {seq, statements, unit_of, earlier, spec.progress}));
  Whole whole;
  whole.fused = fused.fused;
  whole.data.units = std::move(fused.units);
  const auto entities = statements.history.entities();
  whole.data.assignments.reserve(entities.size());
  for (size_t i = 0; i < entities.size(); ++i) whole.data.assignments.push_back({entities[i].entity, unit_of[i]});
  std::sort(whole.data.assignments.begin(), whole.data.assignments.end(),
            [](const store::Assignment& a, const store::Assignment& b) { return a.entity < b.entity; });
  if (earlier != nullptr) whole.data.tombstones.assign(earlier->tombstones().begin(), earlier->tombstones().end());
  whole.data.tombstones.insert(whole.data.tombstones.end(), outcome.tombstones.begin(), outcome.tombstones.end());
  std::sort(whole.data.tombstones.begin(), whole.data.tombstones.end(),
            [](const store::Tombstone& a, const store::Tombstone& b) { return a.unit < b.unit; });
  whole.data.refused = outcome.refused;
  std::sort(whole.data.refused.begin(), whole.data.refused.end(), store::by_pair);
  whole.data.likeness = outcome.likeness;
  whole.summary.catalog = home.knowledge().digest();
  whole.summary.resolving = home.knowledge().resolving_digest();
  whole.summary.records = entities.size();
  whole.summary.minted = outcome.minted;
  whole.summary.refused = whole.data.refused.size();
  add_units(whole.data.units, whole.summary);
  whole.summary.hash = whole.summary.hash + sum_of_figures(statements.segments);
  whole.data.summary_json = to_json(whole.summary);
  return whole;
}

Status check_hash(const store::CommitRow& commit, const std::string& recorded, const std::string& replayed) {
  if (recorded == replayed) return ok_status();
  return base::data_loss("commit " + std::to_string(commit.seq) + " replays to state " + replayed + ", but " +
                         recorded + " is recorded; catalog or software differ from the pins");
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
  std::vector<LikenessPair> alike;
  const auto attach = [&](std::span<const uint32_t> cluster) {
    auto found = find_likeness(home.knowledge(), statements, nodes, cluster, home.threads());
    std::vector<match::LikenessJoin> joins;
    if (!found.ok()) {
      likeness = std::move(found).error();
      return joins;
    }
    alike = std::move(found->pairs);
    for (const LikenessPair& pair : alike) {
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
  MINGLU_TRY(AssignedUnits assigned, assign_units(home, statements, resolution, earlier, tx));
  Outcome& outcome = assigned.outcome;
  outcome.refused = refused_links(statements, resolution);
  outcome.likeness = likeness_links(statements, alike);
  MINGLU_TRY(const Whole whole, make_whole(home, seq, statements, assigned.unit_of, outcome, state.get(), spec));
  ResolveReport report = resolve_report(outcome, whole.summary, whole.fused, seq);
  if (is_unchanged(state.get(), pending, outcome, whole.data, whole.fused)) {
    report.seq = 0;
    std::error_code error;
    std::filesystem::remove(home.units_path(seq), error);
    if (error) return base::internal_error("cannot clean the index: " + error.message());
    return report;
  }
  MINGLU_CHECK(store::write_state(home.state_path(seq), whole.data));
  MINGLU_CHECK(commit_outcome(home, tx, outcome, report));
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
  const std::string recorded = payload.value("state_hash", "");
  if (outcome.is_live) {
    MINGLU_TRY(const ResolveReport report, replay_live(home, seq, outcome));
    MINGLU_CHECK(check_hash(commit, recorded, report.state_hash));
    return report;
  }
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
  MINGLU_TRY(const Whole whole, make_whole(home, seq, statements, units, outcome, state.get(), spec));
  MINGLU_CHECK(check_hash(commit, recorded, base::to_hex(whole.summary.hash)));
  MINGLU_CHECK(store::write_state(home.state_path(seq), whole.data));
  return resolve_report(outcome, whole.summary, whole.fused, seq);
}

Result<ResolveReport> resolve_pending(Home& home, const ResolveSpec& spec) {
  MINGLU_TRY(const bool pending, home.has_unresolved());
  if (!pending) return ResolveReport{};
  MINGLU_TRY(const std::optional<ResolveReport> live, resolve_live(home));
  return live ? Result<ResolveReport>(*live) : resolve_register(home, spec);
}

namespace {

std::string resolve_payload(const ResolveReport& report, const std::string& outcome_digest,
                            const Knowledge& knowledge) {
  Json json;
  json["outcome"] = outcome_digest;
  json["state_hash"] = report.state_hash;
  json["pins"] = {{"software", kVersion}, {"catalog", knowledge.digest()}};
  json["scope"] = report.is_live ? "live" : "register";
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

}  // namespace

Status commit_outcome(Home& home, store::LedgerTx& tx, const Outcome& outcome, const ResolveReport& report) {
  MINGLU_TRY(const store::ArchivedFile archived,
             home.archive().put_bytes(store::ArchiveKind::kOutcomes, encode_outcome(outcome)));
  MINGLU_CHECK(
      tx.commit({.kind = "resolve", .payload_json = resolve_payload(report, archived.sha256, home.knowledge())}));
  // Committed already: what fails to be packed stays as it is.
  (void)home.archive().pack(store::ArchiveKind::kOutcomes, archived.sha256);
  return ok_status();
}

ResolveReport resolve_report(const Outcome& outcome, const StateSummary& summary, uint64_t fused, uint64_t seq) {
  ResolveReport report;
  report.seq = seq;
  report.entities = summary.records;
  report.units = summary.units;
  report.minted = outcome.minted;
  report.merged = outcome.tombstones.size();
  report.split = outcome.split;
  report.fused = fused;
  report.claims = summary.claims;
  report.conflicts = summary.conflicts;
  report.missing = summary.missing;
  report.refused = summary.refused;
  report.state_hash = base::to_hex(summary.hash);
  report.is_live = outcome.is_live;
  return report;
}

}  // namespace minglu::flows
