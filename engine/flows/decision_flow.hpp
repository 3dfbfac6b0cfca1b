// Decisions of people about pairs of records: one unit, or two. Kept in the ledger, never deleted, undone by a further
// decision; they win over every key, weight and constraint from the next resolve on.
//
//   MINGLU_TRY(uint64_t seq, decide_pair(home, {.is_same = true, .record_a = "power:0755001", .record_b =
//   "tax_reg:914...",
//                                               .actor = "李工", .reason = "电话核实"}));
//   MINGLU_TRY(uint64_t undone, undo_decision(home, {.seq = seq, .actor = "李工", .reason = "看错了户号"}));
//
// A record is named "source:key", the key as `unit show` and `export members` print it. Errors: kInvalidArgument for a
// name without source or an actor that is empty; kNotFound for a record the register does not know, or a commit that is
// no decision; kConflict when it is undone already. Cost: one commit. Thread-safety: as Home.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/fuse_units.hpp"
#include "flows/home.hpp"
#include "match/resolve.hpp"

namespace minglu::flows {

struct PairDecision {
  bool is_same = true;
  std::string record_a;
  std::string record_b;
  std::string actor;
  std::string reason;
};
Result<uint64_t> decide_pair(Home& home, const PairDecision& decision);

/// Of several claims to one field, this record's is right. It wins as long as the record goes on saying it, and what
/// the others say is no conflict any more. kNotFound when the record says nothing about the field.
struct ValueDecision {
  std::string record;
  std::string field;  // code
  std::string actor;
  std::string reason;
};
Result<uint64_t> decide_value(Home& home, const ValueDecision& decision);

struct Undo {
  uint64_t seq = 0;  // commit of the decision
  std::string actor;
  std::string reason;
};
Result<uint64_t> undo_decision(Home& home, const Undo& undo);

/// A decision about a pair that stands, in the order of the ledger.
struct StandingDecision {
  uint64_t seq = 0;
  PairDecision decision;
};
Result<std::vector<StandingDecision>> standing_decisions(Home& home);

/// Any decision, undone or not, the newest first; for people.
struct DecisionView {
  uint64_t seq = 0;
  std::string kind;  // "same", "different", "value"
  std::string record_a;
  std::string record_b;  // of a pair
  std::string field;     // of a value
  std::string actor;
  std::string reason;
  bool is_undone = false;
};
Result<std::vector<DecisionView>> all_decisions(Home& home);

/// Commit of the decision that this one undoes; null for any other. kDataLoss when it cannot be read.
Result<std::optional<uint64_t>> undone_by(const store::DecisionRow& row);

/// For match::resolve; pairs of which a record is no longer among the statements are left out.
Result<std::vector<match::Pin>> pins_of(Home& home, const Statements& statements);

}  // namespace minglu::flows
