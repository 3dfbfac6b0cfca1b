// Ascending lists of document numbers: blocks of 128 gaps packed to the width of the largest, a skip entry per block,
// the rest as variable bytes. The layout of a list of n documents:
//   {u32 last document, u32 end of block in bytes} for each full block | blocks: u8 width, 16 * width bytes | varints
// Damaged bytes end a list early; a cursor never reads outside its span and never fails to end.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace minglu::search {

inline constexpr uint32_t kNoDocument = UINT32_MAX;
inline constexpr size_t kBlockDocuments = 128;
/// Readable bytes behind the last list, because unpacking loads eight bytes at a time.
inline constexpr size_t kPostingsPadding = 8;

void encode_postings(std::span<const uint32_t> documents, std::string& out);

class ListCursor {
 public:
  ListCursor() = default;
  /// `bytes` starts at the list and may go on behind it up to the padding.
  ListCursor(std::string_view bytes, uint32_t count);
  /// kNoDocument at the end.
  [[nodiscard]] uint32_t document() const noexcept { return document_; }
  [[nodiscard]] uint32_t count() const noexcept { return count_; }
  void next() noexcept {
    if (++place_ < filled_) {
      document_ = buffer_[place_];
    } else {
      load(block_ + 1);
    }
  }
  /// To the first document >= target; never back.
  void seek(uint32_t target) noexcept;

 private:
  void load(size_t block) noexcept;
  void load_rest() noexcept;
  [[nodiscard]] uint32_t last_of(size_t block) const noexcept;
  [[nodiscard]] uint32_t end_of(size_t block) const noexcept;

  std::string_view bytes_;
  uint32_t count_ = 0;
  uint32_t document_ = kNoDocument;
  size_t blocks_ = 0;
  size_t block_ = 0;  // blocks_ = the rest is loaded
  size_t place_ = 0;
  size_t filled_ = 0;
  std::array<uint32_t, kBlockDocuments> buffer_{};
};

}  // namespace minglu::search
