// The register as one moment shows it: a state with its search index and the lists of what needs people. Immutable, so
// any number of readers hold one while the next is made.
//
//   SnapshotMaker maker(home);
//   MINGLU_TRY(const auto snapshot, maker.make());   // opens index/search and index/lists, or makes them
//   snapshot->searcher()->search(query, search::Scope::everything());
//   ... a commit ...
//   MINGLU_TRY(const auto next, maker.make());       // what changed since, over the same files
//
// Derived: both files belong to one state and may be deleted. When more than kReindexUnits units changed since, the
// maker says so, and `write_snapshot_files` makes new ones, in any thread, for the maker to take up. Errors: those of
// the store; a register without units gives an empty snapshot. Cost of making: about 20 us per unit changed since the
// files were made; of the files: one pass over all units and the index of engine/search; of opening: microseconds.
// Thread-safety: a snapshot is immutable; a maker belongs to one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "flows/home.hpp"
#include "flows/listed_fields.hpp"
#include "flows/unit_documents.hpp"
#include "search/delta.hpp"
#include "search/searcher.hpp"
#include "store/section_file.hpp"

namespace minglu::flows {

/// Above this many changed units a snapshot needs new files.
inline constexpr size_t kReindexUnits = 20'000;

/// A unit that names another as its owner or parent, by the hash of that identifier.
struct OwnedUnit {
  uint64_t owner_hash = 0;  // owner_hash_of(uscc)
  uint64_t unit = 0;
};
uint64_t owner_hash_of(std::string_view uscc);

/// The files of one state.
struct SnapshotFiles {
  uint64_t seq = 0;
  std::shared_ptr<const store::State> state;
  base::MappedFile index_bytes;
  std::optional<search::SearchIndex> index;
  store::SectionFile lists;
  std::span<const ListedField> conflicts;  // ascending by unit, then field
  std::span<const ListedField> missing;
  std::span<const RegionFieldCount> conflict_counts;
  std::span<const RegionFieldCount> missing_counts;
  std::span<const OwnedUnit> owned;  // ascending by hash, then unit
};

using SnapshotProgress = std::function<void(const std::string& step, uint64_t done, uint64_t total)>;

/// Makes the files of a state. Cost at 4.6 million units: about 35 CPU seconds.
Status write_snapshot_files(Home& home, const store::State& state, const SnapshotProgress& progress = {});

class RegisterSnapshot {
 public:
  /// Null while the register has no units.
  [[nodiscard]] const store::State* state() const noexcept { return state_.get(); }
  [[nodiscard]] std::shared_ptr<const store::State> shared_state() const noexcept { return state_; }
  [[nodiscard]] uint64_t state_seq() const noexcept { return state_ ? state_->seq() : 0; }
  [[nodiscard]] const search::Searcher* searcher() const noexcept { return searcher_ ? &*searcher_ : nullptr; }
  [[nodiscard]] const ListedFields& conflicts() const noexcept { return conflicts_; }
  [[nodiscard]] const ListedFields& missing() const noexcept { return missing_; }
  /// Units that name this identifier as their owner or parent, ascending. A collision of hashes is possible.
  [[nodiscard]] std::vector<uint64_t> owned_by(std::string_view uscc) const;
  /// Units changed since the files it reads were made.
  [[nodiscard]] size_t changed_units() const noexcept { return changed_ ? changed_->size() : 0; }

 private:
  friend class SnapshotMaker;
  RegisterSnapshot() = default;
  std::shared_ptr<const store::State> state_;
  std::shared_ptr<const SnapshotFiles> files_;
  std::shared_ptr<const std::vector<uint64_t>> changed_;  // ascending
  std::optional<search::Searcher> searcher_;
  ListedFields conflicts_;
  ListedFields missing_;
  std::vector<OwnedUnit> owned_;  // by changed units; ascending by hash, then unit
};

class SnapshotMaker {
 public:
  explicit SnapshotMaker(Home& home);
  Result<std::shared_ptr<const RegisterSnapshot>> make(const SnapshotProgress& progress = {});

 private:
  struct UnitLists {
    std::vector<ListedField> conflicts;
    std::vector<ListedField> missing;
    std::vector<OwnedUnit> owned;
  };
  Status take_files(const std::shared_ptr<const store::State>& state, const SnapshotProgress& progress);
  Result<std::shared_ptr<const SnapshotFiles>> newest_files(uint64_t seq_to);
  Status follow(const store::State& earlier, const store::State& state);
  Status put_unit(const store::DirectoryEntry& entry);
  Result<std::shared_ptr<const RegisterSnapshot>> freeze(std::shared_ptr<const store::State> state);

  Home& home_;
  DocumentMaker documents_;
  std::shared_ptr<const SnapshotFiles> files_;
  std::shared_ptr<const store::State> shown_;  // what the delta has followed
  search::DeltaIndex delta_;
  std::map<uint64_t, UnitLists> changed_;
};

}  // namespace minglu::flows
