// What changed in the register, commit after commit: the feed that downstream systems follow.
//
//   ChangeFeed feed(home, since_seq);
//   for (;;) { MINGLU_TRY(const auto change, feed.next()); if (!change) break; ... }
//
// Every resolve commit after `since_seq` gives its changes in ascending order of unit, then its mergers: created,
// changed (with the codes of the fields whose fused value or standing changed), merged (gone, with the survivor).
// Position = (seq, ordinal), gap-free within a commit, the same whenever it is asked, kept for ever since it is
// computed from states that a rebuild gives again. A reader that stopped in the middle of a commit asks again with the
// seq before it. Errors: those of the store. Cost: one pass over the directory per commit, one row or two per change.
// Thread-safety: a ChangeFeed belongs to one thread; several may read at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "flows/unit_documents.hpp"

namespace minglu::flows {

enum class ChangeKind : uint8_t { kCreated, kChanged, kMerged };
/// "created", "changed", "merged".
std::string_view change_kind_name(ChangeKind kind) noexcept;

struct UnitChange {
  uint64_t seq = 0;      // resolve commit
  uint64_t ordinal = 0;  // from 1 within the commit
  std::string known_at;  // UTC time of the commit
  ChangeKind kind = ChangeKind::kChanged;
  uint64_t unit = 0;
  uint64_t survivor = 0;         // of a merged unit
  std::vector<uint16_t> fields;  // fields changed, ascending; all fields of a created unit
  std::string region;            // of the unit after the change, of a merged one before it: decides who may see it
  uint64_t sources = 0;          // bit i: source i of the catalog has a record of it then
};

class ChangeFeed {
 public:
  ChangeFeed(Home& home, uint64_t since_seq) : home_(home), maker_(home.knowledge()), since_(since_seq) {}
  /// Empty at the head of the ledger; ask again later.
  Result<std::optional<UnitChange>> next();

 private:
  Result<bool> open_next_commit();
  Result<UnitChange> change_of(const store::DirectoryEntry& entry);
  Result<UnitChange> merger_of(const store::Tombstone& tombstone);
  UnitChange start_change(ChangeKind kind, uint64_t unit);
  void say_who_may_see(const store::UnitRow& row, UnitChange& change) const;
  Home& home_;
  DocumentMaker maker_;
  uint64_t since_;
  Home::CommitHead commit_;
  std::shared_ptr<const store::State> state_;  // null: between commits
  std::shared_ptr<const store::State> earlier_;
  std::vector<store::DirectoryEntry> changed_;
  size_t next_unit_ = 0;
  size_t next_tombstone_ = 0;
  uint64_t ordinal_ = 0;
};

}  // namespace minglu::flows
