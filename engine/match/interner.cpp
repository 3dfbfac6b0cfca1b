#include "match/interner.hpp"

#include "base/hash.hpp"
#include "base/rng.hpp"
#include "base/utf8.hpp"

namespace minglu::match {
namespace {

constexpr char32_t kPrivateFirst = 0xE000;
constexpr char32_t kPrivateCount = 2048;

}  // namespace

uint32_t Interner::hash_of(std::u16string_view text) {
  const auto* bytes = reinterpret_cast<const char*>(text.data());
  return static_cast<uint32_t>(base::hash64({bytes, text.size() * sizeof(char16_t)}));
}

Interner::Interner() : offsets_{0, 0}, slots_(1024) {}

size_t Interner::locate(std::u16string_view text, uint32_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].id != 0 && (slots_[at].hash != hash || view(slots_[at].id) != text)) at = (at + 1) & mask;
  return at;
}

uint32_t Interner::find(std::u16string_view text) const { return slots_[locate(text, hash_of(text))].id; }

uint32_t Interner::intern(std::u16string_view text, uint32_t hash) {
  if (text.empty()) return 0;
  size_t at = locate(text, hash);
  if (slots_[at].id != 0) return slots_[at].id;
  if (size() * 3 > slots_.size() * 2) {
    grow();
    at = locate(text, hash);
  }
  const uint32_t id = size();
  slots_[at] = {hash, id};
  pool_.append(text);
  offsets_.push_back(pool_.size());
  return id;
}

void Interner::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.id == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].id != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

void append_unit(char32_t c, std::u16string& out) {
  if (c >= 0x10000) c = kPrivateFirst + static_cast<char32_t>(base::mix64(c) % kPrivateCount);
  out.push_back(static_cast<char16_t>(c));
}

std::string to_utf8(std::u16string_view units) {
  std::string out;
  for (const char16_t unit : units) base::append_utf8(out, unit);
  return out;
}

}  // namespace minglu::match
