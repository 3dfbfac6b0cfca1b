// One unit as people see it: every field with its value, why it won, and what the others claim, at a date and as known
// at a commit. Computed from the members' records at the moment of asking, so any pair of times can be asked for.
// Reads the register only. An empty optional means unknown. Errors: kNotFound for a unit that did not exist then.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.hpp"
#include "base/result.hpp"
#include "flows/home.hpp"

namespace minglu::flows {

struct ClaimView {
  std::string source;  // id
  std::string source_title;
  std::string key;  // of the record within its source
  std::string value;
  bool trusted = true;
  bool wins = false;
  bool agrees = true;  // says the same as the winner
  Date since;          // the source says so since this date
  Date last_seen;
  uint64_t seq = 0;  // commit that took the record in
  uint32_t row = 0;  // row of the archived file
};

struct FieldView {
  std::string code;
  std::string title_zh;
  std::string value;
  bool conflict = false;
  bool trusted = true;
  bool is_masked = false;         // set by RegisterReader
  std::string why;                // zh: rule that made the winner win
  std::vector<ClaimView> claims;  // the winner first
};

struct MemberView {
  std::string source;
  std::string source_title;
  std::string key;
  uint64_t versions = 0;
  Date since;
  Date last_seen;
  std::optional<Date> not_seen_since;
};

struct RefusedView {
  std::string reason;      // "different_uscc", ...
  std::string key_kind;    // "name", ...
  std::string own_record;  // "source:key"
  uint64_t other_unit = 0;
};

struct UnitView {
  uint64_t unit = 0;
  std::optional<uint64_t> merged_into;  // asked for a tombstone: the survivor, which is shown
  uint64_t minted_seq = 0;
  uint64_t known_seq = 0;  // state that was asked
  std::optional<Date> as_of;
  std::vector<MemberView> members;
  std::vector<FieldView> fields;
  std::vector<std::string> missing;  // field codes
  std::vector<RefusedView> refused;
};

struct UnitQuery {
  uint64_t unit = 0;
  std::optional<Date> as_of;          // null: the latest that is known
  std::optional<uint64_t> known_seq;  // null: now
  /// Sources that count; null: all. Members of others are as if they were not there, so nothing can be inferred.
  std::function<bool(const ingest::SourceDefinition&)> may_use = {};
};

/// kNotFound when no such unit existed then. Thread-safety: any number of callers.
Result<UnitView> view_unit(Home& home, const UnitQuery& query);
/// The same in a state at hand (of commit `state_seq`), without asking the ledger; query.known_seq is not looked at.
Result<UnitView> view_unit(Home& home, const store::State& state, uint64_t state_seq, const UnitQuery& query);
/// The unit that an id stands for now: a merged unit's survivor, else itself.
uint64_t survivor_of(const store::State& state, uint64_t unit);

struct UnitHit {
  uint64_t unit = 0;
  std::string uscc;
  std::string name;
  std::string region;
  uint32_t sources = 0;
  uint32_t conflicts = 0;
  int32_t rank = 0;  // 0 identifier, 1 exact name, 2 starts with, 3 contains
};

/// Identifiers, unit ids, and names by any part, in comparison form. Cost: one pass over the units (about 1 us each).
Result<std::vector<UnitHit>> find_units(Home& home, const std::string& text, size_t limit);

std::string_view refusal_name(uint8_t reason) noexcept;
std::string_view key_kind_name(uint8_t kind) noexcept;

}  // namespace minglu::flows
