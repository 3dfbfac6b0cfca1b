// Whole files kept packed: what arrived once and is rarely read again takes a third of its size.
//
//   MINGLU_TRY(PackedSizes sizes, pack_file(raw, part));         // synced; the caller gives it its name
//   MINGLU_CHECK(for_each_unpacked_block(packed, [&](std::string_view block) -> Status { … }));
//   MINGLU_TRY(ReadableFile file, unpack_file(packed, scratch));  // file.path() lives as long as `file`
//
// Format: one Zstandard frame with its checksum, so `zstd -d` reads it without us.
// Cost: packs about 200 MB/s, unpacks 600 MB/s, a few MiB of memory. Errors: kNotFound, kDataLoss for a damaged frame,
// kInternal with the system's words. Thread-safety: functions without state.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "base/result.hpp"

namespace minglu::store {

/// Ends the name of a packed file.
inline constexpr std::string_view kPackedSuffix = ".zst";
/// Smaller files are not worth it.
inline constexpr uint64_t kPackFileFrom = uint64_t{64} << 10;

struct PackedSizes {
  uint64_t bytes = 0;
  uint64_t packed_bytes = 0;
  /// Less than nine tenths: XLSX and Parquet are packed already.
  [[nodiscard]] bool is_worth_it() const noexcept { return packed_bytes < bytes - bytes / 10; }
};

/// Writes the packed form of `from` to the new file `to` (read-only) and syncs it; `to` must not exist.
Result<PackedSizes> pack_file(const std::filesystem::path& from, const std::filesystem::path& to);

/// Hands over the content in blocks, in order.
Status for_each_unpacked_block(const std::filesystem::path& packed,
                               const std::function<Status(std::string_view block)>& sink);

/// A file to read, removed afterwards when it was made for this.
class ReadableFile {
 public:
  /// A file that stays.
  explicit ReadableFile(std::filesystem::path path) : path_(std::move(path)) {}
  ReadableFile(ReadableFile&& other) noexcept;
  ReadableFile& operator=(ReadableFile&&) = delete;
  ~ReadableFile();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  friend Result<ReadableFile> unpack_file(const std::filesystem::path& packed, std::filesystem::path scratch);
  std::filesystem::path path_;
  bool is_ours_ = false;
};

/// Unpacks into the new file `scratch`, which goes when the result goes. Not synced.
Result<ReadableFile> unpack_file(const std::filesystem::path& packed, std::filesystem::path scratch);

}  // namespace minglu::store
