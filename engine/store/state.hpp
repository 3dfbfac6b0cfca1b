// The register's directory after a resolve commit: where every unit's row is, which unit every entity belongs to, which
// units were merged away, which links were refused, which pairs are alike.
//
//   index/state/<seq>.dir   the whole directory, read in place; written by a resolve of the whole register
//   index/state/<seq>.chg   what a live resolve changed against an earlier state: the one before it, or every
//                           kChangesPerSum changes the whole directory, so that opening a state reads few files
//
// A State is a whole directory and the changes since, as one: `with` gives the next one and shares the rest, so a
// change costs what changed, not what is there. Immutable and cheap to copy; any number of threads may read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.hpp"
#include "store/section_file.hpp"

namespace minglu::store {

struct DirectoryEntry {
  uint64_t unit = 0;
  uint64_t offset = 0;  // in the "unit" section of the unit segment
  uint64_t hash_low = 0;
  uint64_t hash_high = 0;
  uint64_t statement_hash = 0;
  uint64_t minted_seq = 0;
  uint32_t segment_seq = 0;  // unit segment of that commit
  uint32_t row_bytes = 0;
  uint32_t member_count = 0;
  uint32_t claim_count = 0;
  uint32_t conflict_count = 0;
  uint32_t missing_count = 0;
};

struct Assignment {
  uint64_t entity = 0;
  uint64_t unit = 0;
};

struct Tombstone {
  uint64_t unit = 0;  // merged away
  uint64_t survivor = 0;
};

/// A link the constraints refused, by entity: shown as a conflict of identity.
struct RefusedLink {
  uint64_t entity_a = 0;
  uint64_t entity_b = 0;
  uint8_t kind = 0;    // match::KeyKind
  uint8_t reason = 0;  // match::Refusal
  uint8_t reserved[6] = {};
};

/// Order of refused links in a state: by (entity_a, entity_b).
inline bool by_pair(const RefusedLink& a, const RefusedLink& b) noexcept {
  return std::tie(a.entity_a, a.entity_b) < std::tie(b.entity_a, b.entity_b);
}
/// The same pair, refused for the same reason.
inline bool same_link(const RefusedLink& a, const RefusedLink& b) noexcept {
  return std::tie(a.entity_a, a.entity_b, a.kind, a.reason) == std::tie(b.entity_a, b.entity_b, b.kind, b.reason);
}

/// Two clusters found alike by the last resolve of the whole register, by the first entity of each.
struct LikenessLink {
  uint64_t entity_a = 0;  // of the cluster without identifier
  uint64_t entity_b = 0;
  double bits = 0;          // weight of evidence
  uint8_t is_proposed = 0;  // 1: joined by it; 0: for people to look at
  uint8_t reserved[7] = {};
};

struct StateData {
  std::vector<DirectoryEntry> units;    // ascending by unit
  std::vector<Assignment> assignments;  // ascending by entity
  std::vector<Tombstone> tombstones;    // ascending by unit
  std::vector<RefusedLink> refused;     // ascending by (entity_a, entity_b), a pair once
  std::vector<LikenessLink> likeness;   // strongest first
  std::string summary_json;             // totals, quality of agreement, hashes
};
Status write_state(const std::filesystem::path& path, const StateData& data);

inline constexpr size_t kChangesPerSum = 32;

struct StateChange {
  uint64_t base_seq = 0;                  // the state that it changes
  std::vector<DirectoryEntry> units;      // new or changed, ascending by unit
  std::vector<uint64_t> gone;             // units that are there no more, ascending
  std::vector<Assignment> assignments;    // new or changed, ascending by entity
  std::vector<Tombstone> tombstones;      // new, ascending by unit
  std::vector<RefusedLink> refused;       // new or changed, ascending by (entity_a, entity_b)
  std::vector<RefusedLink> refused_gone;  // refused no more, ascending by (entity_a, entity_b)
  std::string summary_json;               // of the state after the change
};
Status write_state_change(const std::filesystem::path& path, const StateChange& change);
/// kNotFound, kDataLoss.
Result<StateChange> read_state_change(const std::filesystem::path& path);

/// Units in ascending order: a whole directory and what overrides it.
class UnitRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = DirectoryEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const DirectoryEntry*;
    using reference = const DirectoryEntry&;
    Iterator() = default;
    Iterator(std::span<const DirectoryEntry> whole, std::span<const DirectoryEntry> changed)
        : whole_(whole), changed_(changed) {
      settle();
    }
    const DirectoryEntry& operator*() const noexcept { return is_changed_ ? changed_.front() : whole_.front(); }
    const DirectoryEntry* operator->() const noexcept { return &**this; }
    Iterator& operator++() {
      drop(is_changed_ ? changed_ : whole_);
      settle();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept {
      return whole_.size() == other.whole_.size() && changed_.size() == other.changed_.size();
    }

   private:
    static void drop(std::span<const DirectoryEntry>& items) { items = items.subspan(1); }
    void settle();
    std::span<const DirectoryEntry> whole_;
    std::span<const DirectoryEntry> changed_;
    bool is_changed_ = false;
  };
  UnitRange(std::span<const DirectoryEntry> whole, std::span<const DirectoryEntry> changed, size_t count)
      : whole_(whole), changed_(changed), count_(count) {}
  [[nodiscard]] Iterator begin() const { return {whole_, changed_}; }
  [[nodiscard]] Iterator end() const { return {}; }
  [[nodiscard]] size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

 private:
  std::span<const DirectoryEntry> whole_;
  std::span<const DirectoryEntry> changed_;  // row_bytes 0: gone
  size_t count_;
};

class State {
 public:
  /// The whole directory after commit `seq`.
  static Result<State> open(const std::filesystem::path& path, uint64_t seq);
  /// This state after one more change, made by commit `seq`. Cost: that of the changes since the whole directory.
  [[nodiscard]] State with(const StateChange& change, uint64_t seq) const;
  /// What lies between the whole directory and this state, as one change. Cost: O(changes, refused links).
  [[nodiscard]] StateChange change_since_whole() const;
  /// Changes to be read to get here from the last sum of changes or the whole directory.
  [[nodiscard]] size_t changes_to_read() const noexcept { return changes_to_read_; }
  /// Units that the changes since the whole directory touch.
  [[nodiscard]] size_t changed_units() const noexcept { return changed_.size(); }
  [[nodiscard]] uint64_t seq() const noexcept { return seq_; }
  /// Commit of the whole directory it stands on; equals seq() when nothing changed since.
  [[nodiscard]] uint64_t whole_seq() const noexcept { return whole_->seq; }
  [[nodiscard]] UnitRange units() const noexcept { return {whole_->units, changed_, unit_count_}; }
  [[nodiscard]] size_t entity_count() const noexcept { return entity_count_; }
  /// Units whose row was made after commit `seq`, ascending. Cost: O(changes) from whole_seq() on, else O(units).
  [[nodiscard]] std::vector<DirectoryEntry> changed_since(uint64_t seq) const;
  [[nodiscard]] std::span<const Tombstone> tombstones() const noexcept { return tombstones_; }
  [[nodiscard]] std::span<const RefusedLink> refused() const noexcept { return refused_; }
  /// Those with the entity on either side.
  [[nodiscard]] std::vector<RefusedLink> refused_of(uint64_t entity) const;
  /// As the last resolve of the whole register found them.
  [[nodiscard]] std::span<const LikenessLink> likeness() const noexcept { return whole_->likeness; }
  /// Places in likeness() with the entity on either side, ascending.
  [[nodiscard]] std::vector<uint32_t> likeness_of(uint64_t entity) const;
  [[nodiscard]] std::string_view summary_json() const noexcept { return summary_; }
  [[nodiscard]] const DirectoryEntry* find(uint64_t unit) const;
  [[nodiscard]] std::optional<uint64_t> unit_of(uint64_t entity) const;
  /// Null unless the unit was merged away.
  [[nodiscard]] const Tombstone* find_tombstone(uint64_t unit) const;

 private:
  struct Whole {
    uint64_t seq = 0;
    SectionFile file;
    std::span<const DirectoryEntry> units;
    std::span<const Assignment> assignments;
    std::span<const Tombstone> tombstones;
    std::span<const RefusedLink> refused;
    std::span<const uint32_t> refused_by_b;
    std::span<const LikenessLink> likeness;
    std::span<const uint32_t> likeness_by_a;
    std::span<const uint32_t> likeness_by_b;
    std::string_view summary;
  };
  State() = default;
  void count(const StateChange& change);
  void renew_tombstones(const StateChange& change);
  void renew_refused(const StateChange& change);

  std::shared_ptr<const Whole> whole_;
  uint64_t seq_ = 0;
  size_t changes_to_read_ = 0;
  size_t unit_count_ = 0;
  size_t entity_count_ = 0;
  std::vector<DirectoryEntry> changed_;  // ascending by unit; row_bytes 0: gone
  std::vector<Assignment> assigned_;     // ascending by entity
  // Views into the whole directory until a change touches them, then into what is owned here.
  std::shared_ptr<const std::vector<Tombstone>> owned_tombstones_;
  std::shared_ptr<const std::vector<RefusedLink>> owned_refused_;
  std::shared_ptr<const std::vector<uint32_t>> owned_refused_by_b_;
  std::span<const Tombstone> tombstones_;
  std::span<const RefusedLink> refused_;
  std::span<const uint32_t> refused_by_b_;
  std::string summary_;
};

}  // namespace minglu::store
