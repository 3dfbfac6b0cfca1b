// Fused units as derived by one resolve commit (index/units/<seq>.seg, only the units that changed), and the directory
// of all units after it (index/state/<seq>.dir). A unit row says everything needed to show it: members with their runs,
// the winning value of every field with its claims, what is missing.
// Thread-safety: one writer; readers are immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "store/record_segment.hpp"
#include "store/section_file.hpp"

namespace minglu::store {

struct UnitHead {
  uint64_t unit = 0;
  uint64_t minted_seq = 0;  // commit that gave the unit its id: 新增 since that commit
  uint64_t hash_low = 0;    // canonical hash: members, their statements, fused values; no ids, no known time
  uint64_t hash_high = 0;
  uint64_t statement_hash = 0;  // of the members' statements alone: equal means nothing new to fuse
  uint32_t member_count = 0;
  uint32_t field_count = 0;
  uint32_t missing_count = 0;
  uint32_t claim_count = 0;
  uint32_t conflict_count = 0;
  uint32_t row_bytes = 0;  // the whole row, head included
};

struct UnitRun {
  int32_t since_days = 0;
  int32_t last_seen_days = 0;
  uint32_t segment_seq = 0;  // record segment of that commit
  uint32_t row = 0;
};

struct UnitMember {
  uint64_t entity = 0;
  uint16_t source = 0;
  int32_t not_seen_since_days = kStillSeen;
  std::vector<UnitRun> runs;  // ascending in time; the last is in force now
};

struct UnitField {
  uint16_t field = 0;
  uint16_t winner = 0;  // place among the members
  uint16_t claims = 0;
  bool trusted = true;
  bool conflict = false;
  std::string_view value;  // borrowed from the mapped file
};

struct UnitRow {
  UnitHead head;
  std::vector<UnitMember> members;
  std::vector<UnitField> fields;
  std::vector<uint16_t> missing;
};

/// Appends the encoded row. head.row_bytes and the counts of members, fields and missing are set from the row.
void encode_unit(const UnitRow& row, std::string& out);
/// kDataLoss when the bytes end early.
Status decode_unit(std::string_view bytes, UnitRow& out);

struct DirectoryEntry {
  uint64_t unit = 0;
  uint64_t offset = 0;  // in the "units" section of the unit segment
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

struct StateData {
  std::vector<DirectoryEntry> units;    // ascending by unit
  std::vector<Assignment> assignments;  // ascending by entity
  std::vector<Tombstone> tombstones;    // ascending by unit
  std::vector<RefusedLink> refused;     // ascending
  std::string summary_json;             // totals, quality of agreement, hashes
};

Status write_state(const std::filesystem::path& path, const StateData& data);

class State {
 public:
  static Result<State> open(const std::filesystem::path& path);
  [[nodiscard]] std::span<const DirectoryEntry> units() const noexcept { return units_; }
  [[nodiscard]] std::span<const Assignment> assignments() const noexcept { return assignments_; }
  [[nodiscard]] std::span<const Tombstone> tombstones() const noexcept { return tombstones_; }
  [[nodiscard]] std::span<const RefusedLink> refused() const noexcept { return refused_; }
  [[nodiscard]] std::string_view summary_json() const noexcept { return summary_; }
  [[nodiscard]] const DirectoryEntry* find(uint64_t unit) const;
  [[nodiscard]] std::optional<uint64_t> unit_of(uint64_t entity) const;
  /// Null unless the unit was merged away.
  [[nodiscard]] const Tombstone* find_tombstone(uint64_t unit) const;
  [[nodiscard]] Status verify() const { return file_.verify(); }
  void release_pages() const noexcept { file_.release_pages(); }

 private:
  SectionFile file_;
  std::span<const DirectoryEntry> units_;
  std::span<const Assignment> assignments_;
  std::span<const Tombstone> tombstones_;
  std::span<const RefusedLink> refused_;
  std::string_view summary_;
};

}  // namespace minglu::store
