// A file of named, checksummed sections for memory-mapped reading: the one format of everything derived.
//
// Layout, little-endian: magic | sections, each aligned to 8 | table of {name, offset, size, checksum} | footer.
// Offsets, never pointers. The table stands last so that a section may be streamed without knowing its size.
// Thread-safety: one writer; a SectionFile is immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace minglu::store {

struct SectionEntry {
  char name[16] = {};
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;  // of the bytes, see SectionChecksum
};

/// hash64 over blocks of 64 KiB, each seeded with the hash of those before: a section that is streamed in any pieces
/// has the checksum that its bytes have at once. Cost: one copy of the bytes.
class SectionChecksum {
 public:
  void update(std::string_view bytes);
  [[nodiscard]] uint64_t value() const;
  static uint64_t of(std::string_view bytes);

 private:
  uint64_t before_ = 0;
  std::string block_;
};

class SectionFileWriter {
 public:
  static Result<SectionFileWriter> create(const std::filesystem::path& path);
  /// A section whose bytes are given at once.
  Status add(std::string_view name, std::string_view bytes);
  template <typename T>
  Status add_array(std::string_view name, const std::vector<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    return add(name, {reinterpret_cast<const char*>(items.data()), items.size() * sizeof(T)});
  }
  /// Opens a streamed section; bytes follow through `stream` until the next `add` or `finish`.
  Status begin_stream(std::string_view name);
  Status stream(std::string_view bytes);
  [[nodiscard]] uint64_t streamed_bytes() const noexcept { return file_.bytes_written() - entries_.back().offset; }
  /// Durable under its final name.
  Status finish();

 private:
  explicit SectionFileWriter(base::FileWriter file) : file_(std::move(file)) {}
  Status align();
  Status close_stream();
  base::FileWriter file_;
  std::vector<SectionEntry> entries_;
  SectionChecksum checksum_;
  bool streaming_ = false;
};

class SectionFile {
 public:
  /// kDataLoss when the footer or table is damaged. Checksums are compared by `verify`, not here.
  static Result<SectionFile> open(const std::filesystem::path& path);
  SectionFile() = default;
  /// kDataLoss when absent.
  [[nodiscard]] Result<std::string_view> section(std::string_view name) const;
  template <typename T>
  Result<std::span<const T>> array(std::string_view name) const {
    MINGLU_TRY(const std::string_view bytes, section(name));
    return std::span<const T>(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
  }
  /// Reads every byte; kDataLoss naming the first section whose checksum differs.
  [[nodiscard]] Status verify() const;
  /// See base::MappedFile::release_pages.
  void release_pages() const noexcept { map_.release_pages(); }
  [[nodiscard]] uint64_t byte_count() const noexcept { return map_.bytes().size(); }

 private:
  std::filesystem::path path_;
  base::MappedFile map_;
  std::vector<SectionEntry> entries_;
};

}  // namespace minglu::store
