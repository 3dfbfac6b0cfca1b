#include "flows/live_resolve.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <unordered_map>

#include "flows/component.hpp"
#include "flows/decision_flow.hpp"
#include "flows/figures.hpp"
#include "flows/fuse_units.hpp"
#include "flows/record_names.hpp"
#include "flows/resolve_nodes.hpp"
#include "flows/unit_assignment.hpp"

namespace minglu::flows {
namespace {

// What the commits after the state touched: entity -> source.
struct Touched {
  std::map<uint64_t, uint16_t> entities;
  base::Hash128 figures_delta;
  bool is_everything = false;  // a full extract, or too much to follow: the rest is not filled
};

Status touch_named(Home& home, const std::string& record, Touched& touched) {
  MINGLU_TRY(const uint64_t entity, entity_named(home.knowledge(), record));
  touched.entities[entity] = home.knowledge().sources().find(record.substr(0, record.find(':')))->value;
  return ok_status();
}

// A decision touches its records; its undoing touches those of the decision.
Status touch_decisions(Home& home, uint64_t seq_from, uint64_t seq_to, Touched& touched) {
  MINGLU_TRY(const std::vector<DecisionView> decisions, all_decisions(home));
  MINGLU_TRY(const std::vector<store::DecisionRow> rows,
             home.ledger().decisions(static_cast<int64_t>(seq_from), static_cast<int64_t>(seq_to)));
  std::set<uint64_t> seqs;
  for (const store::DecisionRow& row : rows) {
    MINGLU_TRY(const std::optional<uint64_t> undone, undone_by(row));
    seqs.insert(undone.value_or(static_cast<uint64_t>(row.seq)));
  }
  for (const DecisionView& decision : decisions) {
    if (!seqs.contains(decision.seq)) continue;
    MINGLU_CHECK(touch_named(home, decision.record_a, touched));
    if (!decision.record_b.empty()) MINGLU_CHECK(touch_named(home, decision.record_b, touched));
  }
  return ok_status();
}

Result<Touched> touched_by(Home& home, uint64_t state_seq, uint64_t seq_to) {
  Touched touched;
  MINGLU_TRY(const std::vector<Home::CommitHead> commits, home.commit_heads());
  for (const Home::CommitHead& commit : commits) {
    if (commit.seq <= state_seq || commit.seq > seq_to || commit.kind != "ingest") continue;
    MINGLU_TRY(const store::RecordSegment* segment, home.record_segment(commit.seq));
    MINGLU_TRY(const std::vector<uint16_t> source, sources_of(home, {&segment, 1}));
    touched.is_everything =
        segment->info().full_extract || segment->records().size() + segment->sightings().size() > kTouchedMax * 2;
    if (touched.is_everything) return touched;
    touched.figures_delta = touched.figures_delta + segment->info().figures_delta;
    for (const store::RecordMeta& record : segment->records()) touched.entities[record.entity] = source[0];
    for (const store::Sighting& sighting : segment->sightings()) touched.entities[sighting.entity] = source[0];
  }
  MINGLU_CHECK(touch_decisions(home, state_seq + 1, seq_to, touched));
  return touched;
}

/// The component as matching sees it.
struct Matched {
  Statements statements;
  match::Resolution resolution;
  std::vector<uint64_t> earlier;  // unit per node, 0 = new
};

Result<Matched> match_component(Home& home, const store::State& state, const ComponentFinder& found, uint64_t seq_to) {
  Matched matched;
  MINGLU_TRY(matched.statements, load_statements_of(home, seq_to, found.entities()));
  const auto entities = matched.statements.history.entities();
  std::unordered_map<uint64_t, uint32_t> node_of;
  for (uint32_t node = 0; node < entities.size(); ++node) {
    node_of[entities[node].entity] = node;
    matched.earlier.push_back(state.unit_of(entities[node].entity).value_or(0));
  }
  match::ResolveSpec spec;
  MINGLU_TRY(spec.pins, pins_of(home, matched.statements));
  std::vector<match::LikenessJoin> joins;
  for (const uint32_t place : found.likeness()) {
    const store::LikenessLink& link = state.likeness()[place];
    joins.push_back({node_of.at(link.entity_a), node_of.at(link.entity_b)});
  }
  spec.likeness = [&](std::span<const uint32_t>) { return joins; };
  const std::vector<match::Node> nodes = make_nodes(matched.statements, home.knowledge().sources());
  matched.resolution = resolve_statements(matched.statements, nodes, spec);
  return matched;
}

void compare_refused(const store::State& state, const Matched& matched, Outcome& outcome) {
  const auto entities = matched.statements.history.entities();
  std::vector<store::RefusedLink> before;
  for (const store::EntityEntry& entity : entities) {
    for (const store::RefusedLink& link : state.refused_of(entity.entity)) before.push_back(link);
  }
  std::sort(before.begin(), before.end(), store::by_pair);
  before.erase(std::unique(before.begin(), before.end(), store::same_link), before.end());
  std::vector<store::RefusedLink> now = refused_links(matched.statements, matched.resolution);
  std::sort(now.begin(), now.end(), store::by_pair);
  std::set_difference(before.begin(), before.end(), now.begin(), now.end(), std::back_inserter(outcome.refused_gone),
                      store::by_pair);
  for (const store::RefusedLink& link : now) {
    const auto old = std::lower_bound(before.begin(), before.end(), link, store::by_pair);
    if (old == before.end() || !store::same_link(*old, link)) outcome.refused.push_back(link);
  }
}

Result<Outcome> decide_outcome(Home& home, const store::State& state, const Matched& matched, store::LedgerTx& tx) {
  MINGLU_TRY(AssignedUnits assigned, assign_units(home, matched.statements, matched.resolution, matched.earlier, tx));
  Outcome outcome = std::move(assigned.outcome);
  outcome.is_live = true;
  compare_refused(state, matched, outcome);
  return outcome;
}

/// Units that a change touches, and all their members.
struct Affected {
  std::set<uint64_t> units;
  std::vector<uint64_t> entities;
  std::unordered_map<uint64_t, uint64_t> unit_of;  // after the change
};

Result<Affected> affected_by(Home& home, const store::State& state, const Touched& touched, const Outcome& outcome) {
  Affected affected;
  std::set<uint64_t> entities;
  for (const store::Assignment& assignment : outcome.assigned) {
    affected.unit_of[assignment.entity] = assignment.unit;
    affected.units.insert(assignment.unit);
    entities.insert(assignment.entity);
  }
  for (const auto& [entity, source] : touched.entities) entities.insert(entity);
  for (const uint64_t entity : entities) {
    if (const std::optional<uint64_t> unit = state.unit_of(entity)) affected.units.insert(*unit);
  }
  store::UnitRow row;
  for (const uint64_t unit : affected.units) {
    if (state.find(unit) == nullptr) continue;  // minted by this change
    MINGLU_CHECK(home.read_unit(state, unit, row));
    for (const store::UnitMember& member : row.members) {
      entities.insert(member.entity);
      affected.unit_of.try_emplace(member.entity, unit);
    }
  }
  affected.entities.assign(entities.begin(), entities.end());
  return affected;
}

uint64_t refused_after(const store::State& state, const Outcome& outcome) {
  uint64_t count = state.refused().size() - outcome.refused_gone.size();
  for (const store::RefusedLink& link : outcome.refused) {
    const std::vector<store::RefusedLink> known = state.refused_of(link.entity_a);
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const store::RefusedLink& k) {
      return k.entity_a == link.entity_a && k.entity_b == link.entity_b;
    });
    count += is_known ? 0 : 1;
  }
  return count;
}

// The totals after the change, from those before it.
Result<StateSummary> summary_after(const store::State& state, const Touched& touched, const Outcome& outcome,
                                   const Affected& affected, const FusedUnits& fused) {
  MINGLU_TRY(StateSummary summary, parse_state_summary(state.summary_json()));
  for (const uint64_t unit : affected.units) {
    if (const store::DirectoryEntry* before = state.find(unit)) subtract_unit(*before, summary);
  }
  add_units(fused.units, summary);
  for (const store::Assignment& assignment : outcome.assigned)
    summary.records += state.unit_of(assignment.entity) ? 0 : 1;
  summary.minted = outcome.minted;
  summary.refused = refused_after(state, outcome);
  summary.hash = summary.hash + touched.figures_delta;
  return summary;
}

store::StateChange change_of(const store::State& state, const Outcome& outcome, const Affected& affected,
                             const FusedUnits& fused, uint64_t seq) {
  store::StateChange change;
  change.base_seq = state.seq();
  std::set<uint64_t> standing;
  for (const store::DirectoryEntry& unit : fused.units) {
    standing.insert(unit.unit);
    if (unit.segment_seq == seq) change.units.push_back(unit);
  }
  for (const uint64_t unit : affected.units) {
    if (!standing.contains(unit) && state.find(unit) != nullptr) change.gone.push_back(unit);
  }
  change.assignments = outcome.assigned;
  std::sort(change.assignments.begin(), change.assignments.end(),
            [](const store::Assignment& a, const store::Assignment& b) { return a.entity < b.entity; });
  change.tombstones = outcome.tombstones;
  change.refused = outcome.refused;
  change.refused_gone = outcome.refused_gone;
  return change;
}

Result<std::vector<uint64_t>> units_of(const Statements& statements, const Affected& affected, uint64_t seq) {
  std::vector<uint64_t> units;
  for (const store::EntityEntry& entity : statements.history.entities()) {
    const auto unit = affected.unit_of.find(entity.entity);
    if (unit == affected.unit_of.end()) {
      return base::data_loss("commit " + std::to_string(seq) +
                             " assigns no unit to a known record; run: minglu verify");
    }
    units.push_back(unit->second);
  }
  return units;
}

// Fuses the affected units and writes what changed: the one way of a fresh outcome and of a replayed one.
Result<ResolveReport> apply_outcome(Home& home, uint64_t seq, const store::State& state, const Touched& touched,
                                    const Outcome& outcome) {
  MINGLU_TRY(const Affected affected, affected_by(home, state, touched, outcome));
  MINGLU_TRY(const Statements statements, load_statements_of(home, seq - 1, affected.entities));
  MINGLU_TRY(const std::vector<uint64_t> unit_of, units_of(statements, affected, seq));
  MINGLU_TRY(const FusedUnits fused, fuse_units(home, {seq, statements, unit_of, &state, {}}));
  MINGLU_TRY(const StateSummary summary, summary_after(state, touched, outcome, affected, fused));
  store::StateChange change = change_of(state, outcome, affected, fused, seq);
  change.summary_json = to_json(summary);
  if (state.changes_to_read() + 1 >= store::kChangesPerSum) change = state.with(change, seq).change_since_whole();
  MINGLU_CHECK(store::write_state_change(home.state_change_path(seq), change));
  return resolve_report(outcome, summary, fused.fused, seq);
}

bool is_possible(const Home& home, const store::State& state, const Touched& touched) {
  if (state.entity_count() < home.live_entities_min() || touched.is_everything) return false;
  if (touched.entities.size() > kTouchedMax || state.changed_units() > kChangedUnitsMax) return false;
  const Result<StateSummary> summary = parse_state_summary(state.summary_json());
  return summary.ok() && summary->resolving == home.knowledge().resolving_digest();
}

}  // namespace

Result<std::optional<ResolveReport>> resolve_live(Home& home) {
  const auto started = std::chrono::steady_clock::now();
  const std::optional<ResolveReport> not_possible;
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return not_possible;
  MINGLU_TRY(store::LedgerTx tx, home.ledger().begin());
  const auto seq = static_cast<uint64_t>(tx.seq());
  MINGLU_TRY(const Touched touched, touched_by(home, state->seq(), seq - 1));
  if (!is_possible(home, *state, touched)) return not_possible;
  MINGLU_TRY(ComponentFinder found, ComponentFinder::make(home, *state, seq - 1));
  for (const auto& [entity, source] : touched.entities) found.add(entity, source);
  MINGLU_TRY(const bool is_closed, found.close(kComponentMax));
  if (!is_closed) return not_possible;
  MINGLU_TRY(const Matched matched, match_component(home, *state, found, seq - 1));
  MINGLU_TRY(const Outcome outcome, decide_outcome(home, *state, matched, tx));
  MINGLU_TRY(ResolveReport report, apply_outcome(home, seq, *state, touched, outcome));
  MINGLU_CHECK(commit_outcome(home, tx, outcome, report));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return std::optional(report);
}

Result<ResolveReport> replay_live(Home& home, uint64_t seq, const Outcome& outcome) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(seq - 1));
  if (!state) return base::data_loss("commit " + std::to_string(seq) + " changes a state that is not there");
  MINGLU_TRY(const Touched touched, touched_by(home, state->seq(), seq - 1));
  return apply_outcome(home, seq, *state, touched, outcome);
}

}  // namespace minglu::flows
