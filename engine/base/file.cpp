#include "base/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/descriptor.hpp"

namespace minglu::base {
namespace {

constexpr size_t kWriteBufferBytes = size_t{1} << 20;

std::filesystem::path part_path(const std::filesystem::path& path) {
  std::filesystem::path part = path;
  part += ".part";
  return part;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("cannot open", path);
  std::string out;
  struct stat info {};
  if (::fstat(fd, &info) == 0 && info.st_size > 0) out.reserve(static_cast<size_t>(info.st_size));
  char buffer[65536];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      Error error = system_error("cannot read", path);
      ::close(fd);
      return error;
    }
    if (got == 0) break;
    out.append(buffer, static_cast<size_t>(got));
  }
  ::close(fd);
  return out;
}

Status sync_directory(const std::filesystem::path& directory) {
  const std::filesystem::path target = directory.empty() ? "." : directory;
  const int fd = ::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error("cannot open", target);
  const int rc = ::fsync(fd);
  Status status = rc == 0 ? ok_status() : Status{system_error("cannot sync", target)};
  ::close(fd);
  return status;
}

Status write_file_durably(const std::filesystem::path& path, std::string_view bytes) {
  MINGLU_TRY(FileWriter writer, FileWriter::create(path));
  MINGLU_CHECK(writer.append(bytes));
  return writer.finish();
}

Result<FileWriter> FileWriter::create(std::filesystem::path path) {
  const std::filesystem::path part = part_path(path);
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return system_error("cannot create", part);
  return FileWriter{std::move(path), fd};
}

FileWriter::FileWriter(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {
  buffer_.reserve(kWriteBufferBytes);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      bytes_written_(other.bytes_written_) {}

FileWriter::~FileWriter() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(part_path(path_).c_str());
}

Status FileWriter::append(std::string_view bytes) {
  bytes_written_ += bytes.size();
  if (bytes.size() >= kWriteBufferBytes) {
    MINGLU_CHECK(flush());
    return write_all(fd_, bytes, path_);
  }
  buffer_.append(bytes);
  if (buffer_.size() >= kWriteBufferBytes) return flush();
  return ok_status();
}

Status FileWriter::flush() {
  MINGLU_CHECK(write_all(fd_, buffer_, path_));
  buffer_.clear();
  return ok_status();
}

Status FileWriter::finish() {
  MINGLU_ASSERT(fd_ >= 0);
  MINGLU_CHECK(flush());
  if (::fsync(fd_) != 0) return system_error("cannot sync", path_);
  ::close(std::exchange(fd_, -1));
  const std::filesystem::path part = part_path(path_);
  if (::rename(part.c_str(), path_.c_str()) != 0) return system_error("cannot rename", part);
  return sync_directory(path_.parent_path());
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return system_error("cannot open", path);
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    Error error = system_error("cannot stat", path);
    ::close(fd);
    return error;
  }
  MappedFile mapped;
  mapped.size_ = static_cast<size_t>(info.st_size);
  if (mapped.size_ > 0) {
    void* data = ::mmap(nullptr, mapped.size_, PROT_READ, MAP_SHARED, fd, 0);
    if (data == MAP_FAILED) {
      Error error = system_error("cannot map", path);
      ::close(fd);
      mapped.size_ = 0;
      return error;
    }
    mapped.data_ = static_cast<const char*>(data);
  }
  ::close(fd);
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::release_pages() const noexcept {
  if (data_ != nullptr) ::madvise(const_cast<char*>(data_), size_, MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

uint64_t mapped_resident_bytes() {
  // size, resident, shared, ... in pages; shared are those of files.
  const Result<std::string> statm = read_file("/proc/self/statm");
  uint64_t size = 0;
  uint64_t resident = 0;
  uint64_t shared = 0;
  if (!statm.ok() || std::sscanf(statm->c_str(), "%lu %lu %lu", &size, &resident, &shared) != 3) return 0;
  return shared * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<FileLock> FileLock::acquire(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return system_error("cannot open", path);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return conflict("\"" + path.string() + "\" is locked by another running minglu; wait until it ends, or stop it");
  }
  return FileLock{fd};
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace minglu::base
