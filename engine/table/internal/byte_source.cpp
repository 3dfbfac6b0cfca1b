#include "table/internal/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace minglu::table::internal {

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const std::string message = "cannot open \"" + path.string() + "\": " + std::strerror(errno);
    return errno == ENOENT ? base::not_found(message) : base::invalid_argument(message);
  }
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return base::invalid_argument("\"" + path.string() + "\" is not a plain file");
  }
  return ByteSource(fd, {}, path.string(), static_cast<uint64_t>(info.st_size));
}

ByteSource ByteSource::from_memory(std::string bytes, std::string name) {
  const uint64_t count = bytes.size();
  return {-1, std::move(bytes), std::move(name), count};
}

ByteSource::ByteSource(int fd, std::string memory, std::string name, uint64_t byte_count)
    : fd_(fd), memory_(std::move(memory)), name_(std::move(name)), byte_count_(byte_count) {}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      memory_(std::move(other.memory_)),
      name_(std::move(other.name_)),
      byte_count_(other.byte_count_),
      offset_(other.offset_) {}

ByteSource::~ByteSource() {
  if (fd_ >= 0) ::close(fd_);
}

Result<size_t> ByteSource::read(std::string& out, size_t bytes_max) {
  if (fd_ < 0) {
    const size_t from = static_cast<size_t>(std::min<uint64_t>(offset_, memory_.size()));
    const size_t count = std::min(bytes_max, memory_.size() - from);
    out.append(memory_, from, count);
    offset_ += count;
    return count;
  }
  const size_t before = out.size();
  out.resize(before + bytes_max);
  for (;;) {
    const ssize_t got = ::pread(fd_, out.data() + before, bytes_max, static_cast<off_t>(offset_));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      out.resize(before);
      return base::internal_error("cannot read \"" + name_ + "\": " + std::strerror(errno));
    }
    out.resize(before + static_cast<size_t>(got));
    offset_ += static_cast<uint64_t>(got);
    return static_cast<size_t>(got);
  }
}

Status ByteSource::rewind(uint64_t offset) {
  offset_ = offset;
  return ok_status();
}

}  // namespace minglu::table::internal
