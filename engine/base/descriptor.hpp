// What every reader and writer of files by descriptor needs: closing, whole writes, reading block by block, and the
// system's words as an error.
//   const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
//   if (fd.get() < 0) return system_error("cannot open", path);
// Thread-safety: functions without state; a descriptor belongs to one thread.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::base {

/// `action` "path": what errno says. kNotFound for ENOENT, else kInternal; says what to do when the disk is full.
Error system_error(const std::string& action, const std::filesystem::path& path);

/// Owns a descriptor; negative: none.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

/// All bytes, however often the system stops short. `path` is for the error.
Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path);

/// Calls sink(block, bytes so far) -> Status for the whole of `fd` from its position, in blocks of at most 1 MiB;
/// returns the number of bytes. `path` is for the error.
template <typename Sink>
Result<uint64_t> for_each_block(int fd, const std::filesystem::path& path, Sink&& sink) {
  std::string buffer(size_t{1} << 20, '\0');
  uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_error("cannot read", path);
    }
    if (got == 0) return total;
    total += static_cast<uint64_t>(got);
    MINGLU_CHECK(sink(std::string_view(buffer.data(), static_cast<size_t>(got)), total));
  }
}

}  // namespace minglu::base
