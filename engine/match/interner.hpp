// Distinct strings of folded characters, each with a number: 0 is the empty string, the others follow from 1 in the
// order of arrival. Characters outside the basic plane share 2,048 private places by hash, so a unit is always one
// character.
//
// Thread-safety: intern() needs exclusive access; everything else may run in many threads between two intern() calls.
// Cost: one hash per call; memory 2 bytes a character and 16 a string.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace minglu::match {

class Interner {
 public:
  Interner();
  uint32_t intern(std::u16string_view text) { return intern(text, hash_of(text)); }
  /// The same in two steps, so that the table's line comes while other texts are made ready.
  uint32_t intern(std::u16string_view text, uint32_t hash);
  static uint32_t hash_of(std::u16string_view text);
  void prefetch_slot(uint32_t hash) const noexcept { __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]); }
  /// 0 when the text was never interned.
  [[nodiscard]] uint32_t find(std::u16string_view text) const;
  [[nodiscard]] std::u16string_view view(uint32_t id) const noexcept {
    return std::u16string_view(pool_).substr(offsets_[id], offsets_[id + 1] - offsets_[id]);
  }
  /// Further hints, once what the one before asked for has come: where the text with this hash stands, if there is one;
  /// then the text itself.
  void prefetch_place(uint32_t hash) const noexcept {
    if (const uint32_t id = first_with(hash); id != 0) __builtin_prefetch(&offsets_[id]);
  }
  void prefetch_known(uint32_t hash) const noexcept {
    if (const uint32_t id = first_with(hash); id != 0) prefetch_text(id);
  }
  /// Hints to the processor: where the text of a number stands, and the text.
  void prefetch(uint32_t id) const noexcept { __builtin_prefetch(&offsets_[id]); }
  void prefetch_text(uint32_t id) const noexcept { __builtin_prefetch(pool_.data() + offsets_[id]); }
  /// Count of numbers in use, 0 included.
  [[nodiscard]] uint32_t size() const noexcept { return static_cast<uint32_t>(offsets_.size() - 1); }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t id = 0;
  };
  [[nodiscard]] size_t locate(std::u16string_view text, uint32_t hash) const;
  /// The first number with this hash; 0 = none.
  [[nodiscard]] uint32_t first_with(uint32_t hash) const noexcept {
    const size_t mask = slots_.size() - 1;
    size_t at = hash & mask;
    while (slots_[at].id != 0 && slots_[at].hash != hash) at = (at + 1) & mask;
    return slots_[at].id;
  }
  void grow();
  std::u16string pool_;
  std::vector<uint64_t> offsets_;
  std::vector<Slot> slots_;
};

/// One unit per character, see above.
void append_unit(char32_t c, std::u16string& out);
std::string to_utf8(std::u16string_view units);

}  // namespace minglu::match
