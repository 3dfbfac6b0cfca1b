// Fused units as derived by one resolve commit (index/units/<seq>.seg, only the units that changed): section "unit" of
// packed rows (packed_rows.hpp). A unit row says
// everything needed to show it: members with their runs, the winning value of every field with its claims, what is
// missing. Where every unit's row is, the state says (state.hpp).
// Thread-safety: one writer; readers are immutable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/record_segment.hpp"

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
  uint32_t row_bytes = 0;  // the whole row unpacked, head included
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
  std::string_view value;  // borrowed from the row's bytes
};

/// The values are borrowed from `unpacked` or from the mapped file, so a row stays where it is.
struct UnitRow {
  UnitRow() = default;
  UnitRow(const UnitRow&) = delete;
  UnitRow& operator=(const UnitRow&) = delete;
  UnitHead head;
  std::vector<UnitMember> members;
  std::vector<UnitField> fields;
  std::vector<uint16_t> missing;
  std::string unpacked;  // the bytes that the row was decoded from, when they were packed
};

/// Appends the encoded row. head.row_bytes and the counts of members, fields and missing are set from the row.
void encode_unit(const UnitRow& row, std::string& out);
/// Reads the row at `offset` of section "unit". kDataLoss when it is damaged.
Status read_unit(const PackedRows& rows, uint64_t offset, UnitRow& out);

}  // namespace minglu::store
