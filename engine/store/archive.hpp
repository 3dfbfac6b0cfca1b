// The archive: files exactly as they arrived, recorded machine outcomes and sealed artefacts. Content-addressed: the
// name of a file is its SHA-256, so a file is written once, never changed, and proves itself.
//
//   MINGLU_TRY(Archive archive, Archive::open(home / "archive"));
//   MINGLU_TRY(ArchivedFile file, archive.put("feeds/amr_2026-01.csv"));          // raw/<aa>/<sha256>
//   MINGLU_TRY(ArchivedFile out, archive.put_bytes(ArchiveKind::kOutcomes, bytes));  // outcomes/<aa>/<sha256>
//
// Layout: <root>/{raw,outcomes,artefacts}/<first two digits>/<64 lower-case hex digits>[.zst], and
// <root>/incoming/*.part for copies under way. Files are read-only (0444). A name is the digest of the content; ".zst"
// says that the content is kept packed (packed_file.hpp), which `pack` does once a file was read.
// Durability: `put` and `put_bytes` return ok only after the bytes are synced, renamed to their name and every folder
// on the way is synced. A crash leaves at most a *.part, which the next `open` removes. Ownership: the owner of
// home/lock alone may open an archive, because `open` removes what others would be writing. Thread-safety: all members
// may be called from several threads at once.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/packed_file.hpp"

namespace minglu::store {

/// What an archived file is; the name of its folder.
enum class ArchiveKind : uint8_t {
  kRaw,        // a source file as it arrived
  kOutcomes,   // what a machine decided in one commit: record -> unit, mint, merge, split
  kArtefacts,  // sealed results: scores of closed periods, frames, samples, publications, learned weights
};
inline constexpr std::array<ArchiveKind, 3> kArchiveKinds = {ArchiveKind::kRaw, ArchiveKind::kOutcomes,
                                                             ArchiveKind::kArtefacts};
/// "raw", "outcomes", "artefacts".
std::string_view archive_kind_name(ArchiveKind kind) noexcept;

struct ArchivedFile {
  std::string sha256;  // 64 lower-case hex digits
  uint64_t bytes = 0;
  std::filesystem::path path;  // where it is kept, as it is or packed
  bool was_present = false;    // the same content was archived before (and was found whole)
};

/// A file that the truth refers to: what `verify` must find.
struct ArchiveReference {
  ArchiveKind kind = ArchiveKind::kRaw;
  std::string sha256;
};

struct ArchiveDamage {
  enum class Problem : uint8_t {
    kMissing,  // referred to, not there
    kDamaged,  // the bytes do not hash to the name
    kForeign,  // a name that the archive never gives: somebody put it there
  };
  Problem problem = Problem::kMissing;
  ArchiveKind kind = ArchiveKind::kRaw;
  std::filesystem::path path;
  std::string expected_sha256;  // empty for kForeign
  std::string found_sha256;     // empty for kMissing and kForeign
  std::string detail;           // the system's words when the file cannot be read, else empty
};

struct ArchiveReport {
  uint64_t files = 0;  // read and hashed
  uint64_t bytes = 0;
  std::vector<ArchiveDamage> damages;  // ordered by kind, then path; missing ones after those
  [[nodiscard]] bool whole() const noexcept { return damages.empty(); }
};

/// True for 64 lower-case hex digits.
bool is_sha256_hex(std::string_view text) noexcept;

class Archive {
 public:
  /// Called after each block with the bytes copied so far.
  using Progress = std::function<void(uint64_t bytes_done)>;

  /// Makes the folders when absent and removes *.part leftovers of a crash. Cost: a few syncs, not the size.
  static Result<Archive> open(const std::filesystem::path& root);
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  /// Copies a regular file in, streaming (1 MiB of memory). A file of the same content is kept once; a kept copy that
  /// turns out damaged is replaced. Errors: kNotFound; kInvalidArgument when it is not a regular file; kConflict when
  /// the source changed while it was copied (size, modification time; nothing is kept: wait until the sender is done,
  /// then run again); kInternal (system error, disk full).
  Result<ArchivedFile> put(const std::filesystem::path& source_file, const Progress& progress = {});

  /// Same for bytes in memory.
  Result<ArchivedFile> put_bytes(ArchiveKind kind, std::string_view bytes);

  /// Keeps the content packed from now on, where that makes it smaller by a tenth at least. Durable: the packed file is
  /// written, synced, read back and compared before the other goes. A crash leaves one of them or both, each whole.
  /// kNotFound when the content is not kept.
  Status pack(ArchiveKind kind, std::string_view sha256);

  /// A file with the content, unpacked for the time of reading if need be. kNotFound; kInvalidArgument for a malformed
  /// digest; kDataLoss when the packed file is damaged. The content itself is not compared with its name.
  [[nodiscard]] Result<ReadableFile> open_content(ArchiveKind kind, std::string_view sha256);
  /// A packed file of somewhere else, unpacked beside the copies under way for the time of reading.
  [[nodiscard]] Result<ReadableFile> open_packed(const std::filesystem::path& packed);

  /// Where existing content is kept, as it is or packed. kNotFound; kInvalidArgument for a malformed digest.
  [[nodiscard]] Result<std::filesystem::path> find(ArchiveKind kind, std::string_view sha256) const;

  /// Whole content, checked against its name. kNotFound; kDataLoss when damaged.
  [[nodiscard]] Result<std::string> read(ArchiveKind kind, std::string_view sha256) const;

  /// Hashes every file kept and looks for every reference. Cost: reads the whole archive once. An unreadable file is a
  /// damage, not an error; kInternal only when a folder cannot be listed.
  [[nodiscard]] Result<ArchiveReport> verify(std::span<const ArchiveReference> references = {}) const;

 private:
  struct State;
  [[nodiscard]] std::filesystem::path path_of(ArchiveKind kind, std::string_view sha256) const;
  explicit Archive(std::unique_ptr<State> state);
  std::filesystem::path next_part_path();
  Result<ArchivedFile> settle(ArchiveKind kind, const std::filesystem::path& part, int fd, ArchivedFile file);
  std::unique_ptr<State> state_;
};

}  // namespace minglu::store
