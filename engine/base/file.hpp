// Files with stated durability. A write that returned ok has reached the disk (file and directory synced).
// Errors: kNotFound for a missing file, kConflict for a held lock, kInternal with the system's words for the rest.
// Thread-safety: an object belongs to one thread; mapped bytes may be read by many. Cost: one fsync per finished file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace minglu::base {

/// Whole file into memory. kNotFound, or kInternal with the system's words.
Result<std::string> read_file(const std::filesystem::path& path);

/// Replaces `path` atomically: temporary sibling, fsync, rename, fsync of the directory. After a crash the file holds
/// the old or the new bytes, never a mixture.
Status write_file_durably(const std::filesystem::path& path, std::string_view bytes);

/// fsync of a directory, so that a rename or a new name in it survives a crash.
Status sync_directory(const std::filesystem::path& directory);

/// Sequential writer of a new file; `finish` makes it durable under its final name. Dropping it without `finish` leaves
/// no file. Cost: one buffer of 1 MiB.
class FileWriter {
 public:
  static Result<FileWriter> create(std::filesystem::path path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();
  Status append(std::string_view bytes);
  [[nodiscard]] uint64_t bytes_written() const noexcept { return bytes_written_; }
  Status finish();

 private:
  FileWriter(std::filesystem::path path, int fd);
  Status flush();
  std::filesystem::path path_;
  int fd_ = -1;
  std::string buffer_;
  uint64_t bytes_written_ = 0;
};

/// Read-only memory map. The bytes stay valid while the object lives. An empty file gives an empty span.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
  /// Gives the pages back to the system; the bytes stay valid and are read again from the file when touched.
  void release_pages() const noexcept;

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

/// Bytes of mapped files that are in memory as part of this process; 0 where the system does not tell.
uint64_t mapped_resident_bytes();

/// Exclusive lock on `path` (created when absent) held until destruction or the end of the process.
/// kConflict when another process holds it.
class FileLock {
 public:
  static Result<FileLock> acquire(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace minglu::base
