#include "store/unit_segment.hpp"

#include <algorithm>
#include <cstring>

namespace minglu::store {
namespace {

template <typename T>
void put(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  template <typename T>
  bool take(T& value) {
    if (bytes_.size() - at_ < sizeof value) return false;
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return true;
  }
  bool take_view(std::string_view& view, size_t size) {
    if (bytes_.size() - at_ < size) return false;
    view = bytes_.substr(at_, size);
    at_ += size;
    return true;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

struct MemberEntry {
  uint64_t entity = 0;
  int32_t not_seen_since_days = 0;
  uint16_t source = 0;
  uint16_t run_count = 0;
};

struct FieldEntry {
  uint16_t field = 0;
  uint16_t winner = 0;
  uint16_t claims = 0;
  uint8_t trusted = 0;
  uint8_t conflict = 0;
  uint32_t value_bytes = 0;
};

bool take_members(Cursor& cursor, UnitRow& out) {
  out.members.resize(out.head.member_count);
  for (UnitMember& member : out.members) {
    MemberEntry entry;
    if (!cursor.take(entry)) return false;
    member.entity = entry.entity;
    member.source = entry.source;
    member.not_seen_since_days = entry.not_seen_since_days;
    member.runs.resize(entry.run_count);
    for (UnitRun& run : member.runs) {
      if (!cursor.take(run)) return false;
    }
  }
  return true;
}

bool take_fields(Cursor& cursor, UnitRow& out) {
  out.fields.resize(out.head.field_count);
  for (UnitField& field : out.fields) {
    FieldEntry entry;
    if (!cursor.take(entry)) return false;
    field.field = entry.field;
    field.winner = entry.winner;
    field.claims = entry.claims;
    field.trusted = entry.trusted != 0;
    field.conflict = entry.conflict != 0;
    if (!cursor.take_view(field.value, entry.value_bytes)) return false;
  }
  out.missing.resize(out.head.missing_count);
  for (uint16_t& field : out.missing) {
    if (!cursor.take(field)) return false;
  }
  return true;
}

}  // namespace

void encode_unit(const UnitRow& row, std::string& out) {
  const size_t from = out.size();
  UnitHead head = row.head;
  head.member_count = static_cast<uint32_t>(row.members.size());
  head.field_count = static_cast<uint32_t>(row.fields.size());
  head.missing_count = static_cast<uint32_t>(row.missing.size());
  put(out, head);
  for (const UnitMember& member : row.members) {
    put(out, MemberEntry{member.entity, member.not_seen_since_days, member.source,
                         static_cast<uint16_t>(member.runs.size())});
    for (const UnitRun& run : member.runs) put(out, run);
  }
  for (const UnitField& field : row.fields) {
    put(out, FieldEntry{field.field, field.winner, field.claims, static_cast<uint8_t>(field.trusted ? 1 : 0),
                        static_cast<uint8_t>(field.conflict ? 1 : 0), static_cast<uint32_t>(field.value.size())});
    out.append(field.value);
  }
  for (uint16_t field : row.missing) put(out, field);
  head.row_bytes = static_cast<uint32_t>(out.size() - from);
  std::memcpy(out.data() + from, &head, sizeof head);
}

Status read_unit(const PackedRows& rows, uint64_t offset, UnitRow& out) {
  MINGLU_TRY(const std::string_view bytes, rows.read(offset, out.unpacked));
  Cursor cursor(bytes);
  if (!cursor.take(out.head) || out.head.member_count > bytes.size() || out.head.field_count > bytes.size() ||
      out.head.missing_count > bytes.size() || !take_members(cursor, out) || !take_fields(cursor, out)) {
    return base::data_loss("a unit row ends early; run: minglu rebuild");
  }
  return ok_status();
}

}  // namespace minglu::store
