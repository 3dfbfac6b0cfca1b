#include "search/internal/postings.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace minglu::search {
namespace {

constexpr size_t kSkipBytes = 8;

void append_u32(std::string& out, uint32_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof(value)); }

uint32_t read_u32(const char* at) noexcept {
  uint32_t value = 0;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

void append_packed(std::span<const uint32_t> gaps, std::string& out) {
  uint32_t all = 0;
  for (const uint32_t gap : gaps) all |= gap;
  const auto width = static_cast<uint32_t>(std::bit_width(all));
  out.push_back(static_cast<char>(width));
  uint64_t pending = 0;
  uint32_t bits = 0;
  for (const uint32_t gap : gaps) {
    pending |= static_cast<uint64_t>(gap) << bits;
    bits += width;
    while (bits >= 8) {
      out.push_back(static_cast<char>(pending & 0xFFU));
      pending >>= 8U;
      bits -= 8;
    }
  }
}

void append_varint(std::string& out, uint32_t value) {
  for (; value >= 0x80U; value >>= 7U) out.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
  out.push_back(static_cast<char>(value));
}

}  // namespace

void encode_postings(std::span<const uint32_t> documents, std::string& out) {
  const size_t blocks = documents.size() / kBlockDocuments;
  std::string packed;
  std::array<uint32_t, kBlockDocuments> gaps{};
  uint32_t next = 0;
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t i = 0; i < kBlockDocuments; ++i) {
      const uint32_t document = documents[block * kBlockDocuments + i];
      gaps[i] = document - next;
      next = document + 1;
    }
    append_packed(gaps, packed);
    append_u32(out, next - 1);
    append_u32(out, static_cast<uint32_t>(packed.size()));
  }
  out.append(packed);
  for (size_t i = blocks * kBlockDocuments; i < documents.size(); ++i) {
    append_varint(out, documents[i] - next);
    next = documents[i] + 1;
  }
}

ListCursor::ListCursor(std::string_view bytes, uint32_t count)
    : bytes_(bytes), count_(count), blocks_(count / kBlockDocuments) {
  if (blocks_ * kSkipBytes > bytes_.size()) {
    blocks_ = 0;
    count_ = 0;
  }
  load(0);
}

uint32_t ListCursor::last_of(size_t block) const noexcept { return read_u32(bytes_.data() + block * kSkipBytes); }
uint32_t ListCursor::end_of(size_t block) const noexcept { return read_u32(bytes_.data() + block * kSkipBytes + 4); }

void ListCursor::load(size_t block) noexcept {
  place_ = 0;
  filled_ = 0;
  document_ = kNoDocument;
  if (block_ > blocks_) return;
  block_ = block;
  if (block >= blocks_) {
    if (block == blocks_) load_rest();
    return;
  }
  const uint64_t start = blocks_ * kSkipBytes + (block == 0 ? 0 : end_of(block - 1));
  if (start >= bytes_.size()) return;
  const char* data = bytes_.data() + start;
  const auto width = static_cast<uint8_t>(*data);
  if (width > 32 || start + 1 + size_t{16} * width + kPostingsPadding > bytes_.size()) return;
  ++data;
  const uint64_t mask = (uint64_t{1} << width) - 1;
  uint32_t next = block == 0 ? 0 : last_of(block - 1) + 1;
  for (uint32_t i = 0, bit = 0; i < kBlockDocuments; ++i, bit += width) {
    uint64_t word = 0;
    std::memcpy(&word, data + (bit >> 3U), sizeof(word));
    next += static_cast<uint32_t>(word >> (bit & 7U) & mask);
    buffer_[i] = next++;
  }
  filled_ = kBlockDocuments;
  document_ = buffer_[0];
}

void ListCursor::load_rest() noexcept {
  const size_t rest = count_ % kBlockDocuments;
  size_t at = blocks_ * kSkipBytes + (blocks_ == 0 ? 0 : end_of(blocks_ - 1));
  uint32_t next = blocks_ == 0 ? 0 : last_of(blocks_ - 1) + 1;
  for (size_t i = 0; i < rest; ++i) {
    uint32_t gap = 0;
    for (uint32_t shift = 0; shift < 32; shift += 7) {
      if (at >= bytes_.size()) return;
      const auto byte = static_cast<uint8_t>(bytes_[at++]);
      gap |= static_cast<uint32_t>(byte & 0x7FU) << shift;
      if (byte < 0x80U) break;
    }
    next += gap;
    buffer_[filled_++] = next++;
    document_ = buffer_[0];
  }
}

void ListCursor::seek(uint32_t target) noexcept {
  if (document_ >= target) return;
  if (block_ < blocks_ && last_of(block_) < target) {
    size_t step = 1;
    size_t low = block_ + 1;
    while (low + step < blocks_ && last_of(low + step - 1) < target) {
      low += step;
      step *= 2;
    }
    size_t high = std::min(low + step, blocks_);
    while (low < high) {
      const size_t middle = (low + high) / 2;
      if (last_of(middle) < target) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    load(low);
  }
  if (filled_ > 0) {
    const auto* begin = buffer_.data();
    place_ = static_cast<size_t>(std::lower_bound(begin + place_, begin + filled_, target) - begin);
    if (place_ < filled_) {
      document_ = buffer_[place_];
    } else {
      load(block_ + 1);
    }
  }
  while (document_ < target) next();
}

}  // namespace minglu::search
