// A record: what one source said about one thing it lists, at one date. Encoded as bytes so that millions of records
// are read in place from a mapped file.
//
//   RecordBuilder b;  b.add(field_name, "深圳市甲乙有限公司", true);  std::string_view bytes = b.finish();
//   RecordView r(bytes);  r.value(field_name);
//
// Encoding, little-endian: { u16 field | kUntrustedBit, u32 length, bytes }*, ascending by field. A field that the
// source left empty is absent. `trusted` is false for a value kept as written that failed its own check (an identifier
// with a wrong check digit): it is shown, but it is never a key and loses against every trusted claim. Thread-safety:
// views are immutable; a builder belongs to one thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codes/fields.hpp"

namespace minglu::units {

struct FieldValue {
  codes::FieldId field;
  std::string_view text;
  bool trusted = true;
};

class RecordView {
 public:
  explicit RecordView(std::string_view bytes) : bytes_(bytes) {}

  /// Calls fn(FieldValue) in ascending field order.
  template <typename Fn>
  void for_each(Fn&& fn) const {
    size_t at = 0;
    while (at + kHeadBytes <= bytes_.size()) {
      uint16_t head = 0;
      uint32_t length = 0;
      std::memcpy(&head, bytes_.data() + at, sizeof head);
      std::memcpy(&length, bytes_.data() + at + sizeof head, sizeof length);
      at += kHeadBytes;
      fn(FieldValue{codes::FieldId{static_cast<uint16_t>(head & kFieldMask)}, bytes_.substr(at, length),
                    (head & kUntrustedBit) == 0});
      at += length;
    }
  }
  [[nodiscard]] std::optional<FieldValue> value(codes::FieldId field) const {
    std::optional<FieldValue> found;
    for_each([&](const FieldValue& v) {
      if (v.field == field) found = v;
    });
    return found;
  }
  /// The text when present and trusted, else empty.
  [[nodiscard]] std::string_view trusted_text(codes::FieldId field) const {
    const auto v = value(field);
    return v && v->trusted ? v->text : std::string_view();
  }
  [[nodiscard]] std::string_view text(codes::FieldId field) const {
    const auto v = value(field);
    return v ? v->text : std::string_view();
  }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

  static constexpr uint16_t kUntrustedBit = 0x8000;
  static constexpr uint16_t kFieldMask = 0x7FFF;
  static constexpr size_t kHeadBytes = sizeof(uint16_t) + sizeof(uint32_t);

 private:
  std::string_view bytes_;
};

class RecordBuilder {
 public:
  void clear() {
    bytes_.clear();
    last_ = -1;
  }
  /// Precondition: fields are added in ascending order, each once.
  void add(codes::FieldId field, std::string_view text, bool trusted) {
    MINGLU_ASSERT(static_cast<int32_t>(field.value) > last_);
    last_ = field.value;
    const uint16_t head = static_cast<uint16_t>(field.value | (trusted ? 0 : RecordView::kUntrustedBit));
    const uint32_t length = static_cast<uint32_t>(text.size());
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head);
    bytes_.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes_.append(text);
  }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
  int32_t last_ = -1;
};

/// Ordinal of a source in the loaded source list.
struct SourceId {
  uint16_t value = 0;
  auto operator<=>(const SourceId&) const = default;
};

/// One thing listed by one source: hash of (source id text, key text). 64 bits: with 23 million entities a collision
/// has probability 1.5e-5; grouping checks source and key and refuses a collision rather than merging on it.
struct EntityId {
  uint64_t value = 0;
  auto operator<=>(const EntityId&) const = default;
};

/// Register unit; never reused.
struct UnitId {
  uint64_t value = 0;
  auto operator<=>(const UnitId&) const = default;
};

}  // namespace minglu::units
