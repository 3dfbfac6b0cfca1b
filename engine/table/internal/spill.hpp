// Append-only bytes that move to an unnamed temporary file when they grow, and are then read through a map: the kernel
// may drop those pages, so memory stays bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::table::internal {

class Spill {
 public:
  explicit Spill(size_t memory_bytes_max = size_t{32} << 20) : memory_bytes_max_(memory_bytes_max) {}
  Spill(const Spill&) = delete;
  Spill& operator=(const Spill&) = delete;
  ~Spill();
  /// kUnavailable when the temporary directory is full or not writable.
  Status append(std::string_view bytes);
  /// Call once, after the last append and before the first view.
  Status finish();
  [[nodiscard]] uint64_t byte_count() const noexcept { return written_ + buffer_.size(); }
  /// Precondition: inside the bytes appended.
  [[nodiscard]] std::string_view view(uint64_t offset, size_t count) const noexcept;

 private:
  Status flush();
  size_t memory_bytes_max_;
  std::string buffer_;
  uint64_t written_ = 0;
  int fd_ = -1;
  const char* map_ = nullptr;
};

/// Strings by number.
class StringPool {
 public:
  explicit StringPool(size_t memory_bytes_max = size_t{32} << 20) : bytes_(memory_bytes_max), ends_(memory_bytes_max) {}
  Status append(std::string_view text);
  Status finish();
  [[nodiscard]] uint64_t size() const noexcept { return ends_.byte_count() / sizeof(uint64_t); }
  /// Precondition: i < size().
  [[nodiscard]] std::string_view at(uint64_t i) const noexcept;

 private:
  Spill bytes_;
  Spill ends_;  // 8 bytes for each string: where it ends
};

}  // namespace minglu::table::internal
