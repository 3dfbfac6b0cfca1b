#include "table/internal/spill.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace minglu::table::internal {
namespace {

Error spill_error(const char* action) {
  return base::unavailable(std::string("cannot ") + action + " a temporary file: " + std::strerror(errno) +
                           "; free space in the temporary directory (TMPDIR)");
}

}  // namespace

Spill::~Spill() {
  if (map_ != nullptr) ::munmap(const_cast<char*>(map_), written_);
  if (fd_ >= 0) ::close(fd_);
}

Status Spill::append(std::string_view bytes) {
  buffer_.append(bytes);
  const size_t limit = fd_ < 0 ? memory_bytes_max_ : size_t{1} << 20;
  return buffer_.size() > limit ? flush() : ok_status();
}

Status Spill::flush() {
  if (fd_ < 0) {
    std::error_code ignored;
    std::string name = (std::filesystem::temp_directory_path(ignored) / "minglu-XXXXXX").string();
    fd_ = ::mkstemp(name.data());
    if (fd_ < 0) return spill_error("create");
    ::unlink(name.c_str());
  }
  for (std::string_view rest = buffer_; !rest.empty();) {
    const ssize_t count = ::write(fd_, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return spill_error("write");
    rest.remove_prefix(static_cast<size_t>(count));
    written_ += static_cast<uint64_t>(count);
  }
  buffer_.clear();
  return ok_status();
}

Status Spill::finish() {
  if (fd_ < 0) return ok_status();
  MINGLU_CHECK(flush());
  void* map = ::mmap(nullptr, written_, PROT_READ, MAP_PRIVATE, fd_, 0);
  if (map == MAP_FAILED) return spill_error("map");
  map_ = static_cast<const char*>(map);
  return ok_status();
}

std::string_view Spill::view(uint64_t offset, size_t count) const noexcept {
  MINGLU_ASSERT(offset + count <= byte_count());
  return {(map_ != nullptr ? map_ : buffer_.data()) + offset, count};
}

Status StringPool::append(std::string_view text) {
  MINGLU_CHECK(bytes_.append(text));
  const uint64_t end = bytes_.byte_count();
  return ends_.append({reinterpret_cast<const char*>(&end), sizeof end});
}

Status StringPool::finish() {
  MINGLU_CHECK(bytes_.finish());
  return ends_.finish();
}

std::string_view StringPool::at(uint64_t i) const noexcept {
  uint64_t range[2] = {0, 0};
  if (i == 0)
    std::memcpy(&range[1], ends_.view(0, sizeof(uint64_t)).data(), sizeof(uint64_t));
  else
    std::memcpy(range, ends_.view((i - 1) * sizeof(uint64_t), sizeof range).data(), sizeof range);
  return bytes_.view(range[0], static_cast<size_t>(range[1] - range[0]));
}

}  // namespace minglu::table::internal
