// Gives ids to the clusters of a resolution and says what that changes: the same for the whole register and for one
// component. Ids are leased from the ledger within the transaction of the resolve (match/assign.hpp has the rules).
// Errors: those of the ledger. Cost: O(nodes). Thread-safety: as resolve_register.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "flows/fuse_units.hpp"
#include "flows/outcome.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {

struct AssignedUnits {
  std::vector<uint64_t> unit_of;  // per entity of the statements
  Outcome outcome;                // ids, assignments and tombstones; refused links and likeness are the caller's
};

/// `earlier` has the unit of each entity before; 0 = new.
Result<AssignedUnits> assign_units(Home& home, const Statements& statements, const match::Resolution& resolution,
                                   const std::vector<uint64_t>& earlier, store::LedgerTx& tx);

}  // namespace minglu::flows
