// A built index: bytes with a table of checksummed sections, read in place. The caller maps the bytes and keeps them.
//
//   MINGLU_TRY(const SearchIndex index, SearchIndex::open(mapped_bytes));
//
// Layout, little-endian: magic | sections, each aligned to 8 | table of {name, offset, size, checksum} | footer.
// Documents are numbered by static rank (larger first, then unit id), so that reading a posting list from its start
// gives the best first. README.md describes the sections. Errors: kDataLoss for bytes that are no index, another
// version, cut short, or whose sizes contradict each other. Checksums are compared by verify(), which reads everything;
// without it damaged content gives wrong answers, never a crash: every offset is checked where it is used.
// Thread-safety: immutable. Cost of open: microseconds. `bytes` must outlive the object, be aligned to 8 (mapped files
// are), and not change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace minglu::search {

class IndexView;  // sections as typed spans, internal/view.hpp

class SearchIndex {
 public:
  static Result<SearchIndex> open(std::span<const std::byte> bytes);
  /// kDataLoss naming the first damaged section. Cost: one read of all bytes, about 5 GB/s.
  [[nodiscard]] Status verify() const;
  [[nodiscard]] uint64_t document_count() const noexcept;
  [[nodiscard]] bool contains(uint64_t unit) const noexcept;
  [[nodiscard]] const IndexView& view() const noexcept { return *view_; }

 private:
  explicit SearchIndex(std::shared_ptr<const IndexView> view) : view_(std::move(view)) {}
  std::shared_ptr<const IndexView> view_;
};

}  // namespace minglu::search
