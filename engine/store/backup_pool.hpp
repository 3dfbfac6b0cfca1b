// A folder of backups: every file once, under its SHA-256, and one manifest per backup. A further backup adds only what
// is new; a backup is whole when its manifest is there, and the manifest is written last.
//
//   MINGLU_TRY(BackupPool pool, BackupPool::create(folder));              // takes the lock of the folder
//   MINGLU_TRY(BackupFile file, pool.add("ledger.db", scratch / "ledger.db", ""));
//   MINGLU_CHECK(pool.seal(manifest));                                   // now, and only now, there is a backup
//   MINGLU_TRY(BackupPool old, BackupPool::open(folder));                 // to read: changes nothing
//   MINGLU_TRY(BackupManifest manifest, old.read(name));  MINGLU_CHECK(old.copy_out(manifest.files[0], target));
//
// Layout: <root>/objects/<first two digits>/<sha256>, <root>/manifests/<name>.manifest, <root>/incoming/*.part for
// copies under way, <root>/lock, README.txt for whoever finds the folder. Manifest: lines "key value", one line
// "file <sha256> <bytes> <path>" per file in the order of the paths, and "end <sha256 of all before>".
// Durability: parts are written, the file system is synced, then they get their names, then the folders are synced,
// then the manifest is written; so a crash leaves parts, or objects that no manifest names, and the next backup uses
// or removes them. Nothing that exists is ever changed.
// Secret: the folder holds accounts and keys. It is made readable by its owner alone.
// Errors: kConflict (another backup runs, or the file to add is not what its digest says), kNotFound, kDataLoss naming
// the file whose bytes are damaged, kUnavailable (no space). Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"

namespace minglu::store {

struct BackupFile {
  std::string path;    // below the home, with '/'
  std::string sha256;  // 64 lower-case hex digits
  uint64_t bytes = 0;
  bool operator==(const BackupFile&) const = default;
};

struct BackupManifest {
  std::string name;        // "20260131T081502Z-12": time and seq; sorts by time
  std::string created_at;  // of the copy of the ledger: "2026-01-31T08:15:02.123456Z"
  std::string software;
  std::string catalog;  // digest of the catalog in use
  std::string ledger;   // "sqlite" or "postgresql": where the databases stood; in the backup they are SQLite files
  int64_t seq = 0;      // head of the ledger
  std::string history_hash;
  std::string state_hash;  // of the last resolve commit; empty when there is none
  int64_t audit_seq = 0;   // head of the audit trail
  std::string audit_hash;
  std::vector<BackupFile> files;  // ascending by path
  std::string digest = {};        // of the manifest; set by `seal` and `read`: keep it elsewhere, it proves all
  [[nodiscard]] uint64_t bytes() const noexcept;
  [[nodiscard]] const BackupFile* find(std::string_view path) const noexcept;
};

/// The text that stands in a manifest file, and back. kDataLoss with what is wrong.
std::string manifest_text(const BackupManifest& manifest);
Result<BackupManifest> parse_manifest(std::string_view text);

class BackupPool {
 public:
  /// To add: makes the folder when absent, takes its lock, removes what a crash left. kFailedPrecondition when the
  /// folder holds other things.
  static Result<BackupPool> create(const std::filesystem::path& root);
  /// To read. kNotFound when it is no folder of backups.
  static Result<BackupPool> open(const std::filesystem::path& root);

  /// Takes a file in under `path`. `sha256` empty: found out. Known and there already: not read again.
  Result<BackupFile> add(std::string path, const std::filesystem::path& source, const std::string& sha256);
  /// Makes a backup of what was added. Sets the manifest's digest.
  Status seal(BackupManifest& manifest);
  /// Forgets all but the newest `keep` backups, and the files that only those had. Returns the number forgotten.
  Result<uint64_t> prune(uint64_t keep);

  /// Names of the backups, oldest first.
  [[nodiscard]] Result<std::vector<std::string>> names() const;
  /// `name` empty: the newest.
  [[nodiscard]] Result<BackupManifest> read(const std::string& name) const;
  /// Reads the bytes and compares.
  [[nodiscard]] Status check(const BackupFile& file) const;
  /// Copies the bytes to a new file, not synced. kDataLoss when they are damaged: nothing is left then.
  [[nodiscard]] Status copy_out(const BackupFile& file, const std::filesystem::path& to) const;

  [[nodiscard]] const std::filesystem::path& root() const noexcept { return root_; }
  /// What `add` wrote, as opposed to found.
  [[nodiscard]] uint64_t files_added() const noexcept { return files_added_; }
  [[nodiscard]] uint64_t bytes_added() const noexcept { return bytes_added_; }

 private:
  struct Part {
    std::filesystem::path part;
    std::string sha256;
  };
  BackupPool() = default;
  [[nodiscard]] std::filesystem::path object_path(std::string_view sha256) const;
  [[nodiscard]] std::filesystem::path manifest_path(const std::string& name) const;
  Status flush();
  Status remove_unused(const std::set<std::string>& used);
  std::filesystem::path root_;
  std::optional<base::FileLock> lock_;
  std::vector<Part> parts_;                 // written, not yet named
  std::set<std::string> pending_;           // digests of parts_
  std::set<std::filesystem::path> shards_;  // folders with new names
  uint64_t part_bytes_ = 0;
  uint64_t part_count_ = 0;
  uint64_t files_added_ = 0;
  uint64_t bytes_added_ = 0;
};

}  // namespace minglu::store
