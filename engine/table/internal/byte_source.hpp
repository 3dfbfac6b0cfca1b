// Raw bytes of a file (or, for tests and fuzzing, of memory), read forwards in pieces and rewound when a second pass is
// needed. Thread-safety: one reader, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::table::internal {

class ByteSource {
 public:
  /// kNotFound, or kInvalidArgument for a directory.
  static Result<ByteSource> open(const std::filesystem::path& path);
  /// `name` stands in messages.
  static ByteSource from_memory(std::string bytes, std::string name = "memory");
  ByteSource(ByteSource&& other) noexcept;
  ByteSource& operator=(ByteSource&&) = delete;
  ~ByteSource();

  /// Appends up to `bytes_max` bytes to `out`; the number appended, 0 at the end.
  Result<size_t> read(std::string& out, size_t bytes_max);
  Status rewind(uint64_t offset = 0);
  [[nodiscard]] uint64_t byte_count() const noexcept { return byte_count_; }
  [[nodiscard]] bool in_memory() const noexcept { return fd_ < 0; }
  [[nodiscard]] const std::string& memory() const noexcept { return memory_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  ByteSource(int fd, std::string memory, std::string name, uint64_t byte_count);
  int fd_ = -1;
  std::string memory_;
  std::string name_;
  uint64_t byte_count_ = 0;
  uint64_t offset_ = 0;
};

}  // namespace minglu::table::internal
