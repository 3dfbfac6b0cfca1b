#include "flows/unit_assignment.hpp"

#include "flows/resolve_nodes.hpp"
#include "match/assign.hpp"

namespace minglu::flows {

Result<AssignedUnits> assign_units(Home& home, const Statements& statements, const match::Resolution& resolution,
                                   const std::vector<uint64_t>& earlier, store::LedgerTx& tx) {
  const std::vector<int32_t> trust = trust_of(statements, home.knowledge().sources());
  match::AssignInput input{resolution.cluster, earlier, 0, trust};
  const uint64_t minted = match::count_minted(input);
  if (minted > 0) {
    MINGLU_TRY(const int64_t first, tx.lease_ids("unit", static_cast<int64_t>(minted)));
    input.first_id = static_cast<uint64_t>(first);
  }
  match::Assigned assigned = match::assign_units(input);
  AssignedUnits units;
  units.outcome.first_id = input.first_id;
  units.outcome.minted = assigned.minted;
  units.outcome.split = assigned.split;
  const auto entities = statements.history.entities();
  for (size_t i = 0; i < entities.size(); ++i) {
    if (assigned.unit[i] != earlier[i]) units.outcome.assigned.push_back({entities[i].entity, assigned.unit[i]});
  }
  for (const match::Merge& merge : assigned.merges) units.outcome.tombstones.push_back({merge.unit, merge.survivor});
  units.unit_of = std::move(assigned.unit);
  return units;
}

}  // namespace minglu::flows
