// Fusion: one value per field out of all claims, and what is in conflict or missing. Every claim stays visible.
//
// For one unit at a date: each member entity speaks through its version in force; each of its values is a claim.
// A trusted claim beats an untrusted one; then the rank of its source for the field (Survivorship); then the later
// last-seen date; then the smaller text, so that the result never depends on the order of arrival.
// Two trusted claims conflict when their comparison forms differ (codes::FieldCompare; a region code does not conflict
// with a finer code inside it).
//
// Pure; thread-safe with one Fuser per thread (it keeps buffers). Cost: O(claims log claims) per unit, about 2-5 us.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.hpp"
#include "codes/fields.hpp"
#include "fuse/survivorship.hpp"
#include "text/address.hpp"
#include "text/chars.hpp"
#include "units/record.hpp"

namespace minglu::fuse {

/// A value that a person has declared right: it wins as long as the member goes on saying it.
struct PinnedValue {
  codes::FieldId field;
  std::string value;
};

/// What one member entity says at the date of fusion.
struct Member {
  units::EntityId entity;
  units::SourceId source;
  units::RecordView record;  // its version in force
  Date since;                // date of that version
  Date last_seen;            // last date at which the source repeated it
  std::span<const PinnedValue> pinned = {};
};

struct FusedField {
  codes::FieldId field;
  std::string_view value;  // borrowed from the winner's record
  uint16_t winner = 0;     // place among the members
  uint16_t claims = 0;     // members that say anything about the field
  bool trusted = true;     // false: only untrusted claims exist
  bool conflict = false;
  bool decided = false;  // a person chose the winner; what others say is no conflict any more
};

struct FusedUnit {
  std::vector<FusedField> fields;       // ascending by field
  std::vector<codes::FieldId> missing;  // required and claimed by nobody
  uint32_t claim_count = 0;
  uint32_t conflict_count = 0;
};

struct FuseContext {
  const codes::Fields& fields;
  const Survivorship& survivorship;
  const text::CharTables& chars;
  const text::AddressParser& addresses;
};

class Fuser {
 public:
  explicit Fuser(const FuseContext& context) : context_(context) {}
  /// Members in any order; the result is the same, but for `winner`, which is a place in the given span.
  void fuse(std::span<const Member> members, FusedUnit& out);
  /// True when two values of a field count as the same statement.
  [[nodiscard]] bool agree(codes::FieldId field, std::string_view a, std::string_view b) const;

 private:
  struct Claim {
    codes::FieldId field;
    std::string_view text;
    bool trusted;
    int32_t rank;
    Date last_seen;
    uint16_t member;
    bool pinned;
  };
  void fuse_field(std::span<const Claim> claims, FusedUnit& out) const;
  FuseContext context_;
  std::vector<Claim> claims_;
};

}  // namespace minglu::fuse
