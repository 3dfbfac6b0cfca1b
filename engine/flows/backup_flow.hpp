// Backups of a register, made while it is in use, and proved before they are needed.
//
//   MINGLU_TRY(BackupReport made, back_up({.home = {home}, .to = folder}));      // beside a running server
//   MINGLU_TRY(BackupCheck check, verify_backup(folder, ""));                    // check.problems: empty when whole
//   MINGLU_TRY(RestoreReport back, restore({.from = folder, .home = {other}}));  // ends with equal hashes, or fails
//   MINGLU_TRY(DrillReport drill, drill({.from = folder, .scratch = scratch}));  // all of it, elsewhere, with a report
//
// A backup holds the truth: archive, ledger, accounts, audit trail, seal.key, and the catalog; on request the index
// too, so that a restore need not make it again. Method (docs/adr/0009): the databases are copied at one moment, the
// ledger first; then every file of the archive. What a commit refers to was in the archive before the commit, and the
// archive never changes, so no lock is needed and nobody waits. Errors: those of store/backup_pool.hpp; kDataLoss when
// the register itself is damaged (chain, archive): nothing is sealed then and earlier backups stay. Thread-safety:
// functions without state; one backup at a time per folder. Cost: a backup copies the databases whole (about 1 GB/s)
// and new files of the archive, and asks for one file status per archived file; a restore copies everything and then
// rebuilds, which takes as long as `rebuild`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "flows/home.hpp"
#include "store/backup_pool.hpp"

namespace minglu::flows {

using BackupProgress = std::function<void(const std::string& step, uint64_t done, uint64_t total)>;

struct BackupSpec {
  HomeSpec home;
  std::filesystem::path to;
  bool with_index = false;
  uint64_t keep = 0;  // backups to keep, the newest; 0: all
  BackupProgress progress = {};
};

struct BackupReport {
  store::BackupManifest manifest;
  uint64_t files_added = 0;
  uint64_t bytes_added = 0;
  uint64_t forgotten = 0;
  double seconds = 0;
};
Result<BackupReport> back_up(const BackupSpec& spec);

struct BackupCheck {
  store::BackupManifest manifest;
  uint64_t files = 0;
  uint64_t bytes = 0;
  int64_t commits = 0;
  int64_t audit_entries = 0;
  std::vector<std::string> problems;  // empty: whole
};
/// Reads every byte of one backup (`name` empty: the newest), both chains, and looks for every file that the ledger
/// refers to. kDataLoss when not even its manifest can be read.
Result<BackupCheck> verify_backup(const std::filesystem::path& folder, const std::string& name,
                                  const BackupProgress& progress = {});

struct RestoreSpec {
  std::filesystem::path from;
  std::string name;  // empty: the newest backup
  HomeSpec home;     // absent or empty; with a ledger url: an empty database
  BackupProgress progress = {};
};

struct RestoreReport {
  store::BackupManifest manifest;
  std::string state_hash;
  std::string history_hash;
  bool catalog_differs = false;  // the program's catalog is another: the backup's own was put into home/catalog
  double seconds_copy = 0;
  double seconds_rebuild = 0;
};
/// Every byte is compared with its digest on the way. A restore that breaks off leaves home/restoring, which keeps the
/// home from being opened; running it again begins anew. kConflict when the home holds anything else; kDataLoss naming
/// the damaged file, or when the hashes differ at the end.
Result<RestoreReport> restore(const RestoreSpec& spec);

struct DrillSpec {
  std::filesystem::path from;
  std::string name;
  std::filesystem::path scratch;  // folder for the trial home, which is removed at the end
  HomeSpec home;                  // where the drill is noted, when that folder exists; catalog and threads are used
  BackupProgress progress = {};
};

struct DrillReport {
  store::BackupManifest manifest;
  RestoreReport restored;
  uint64_t units = 0;
  int64_t audit_entries = 0;
  std::vector<std::string> problems;  // empty: it could be relied on
  std::filesystem::path report;       // Markdown, in the folder of backups
  double seconds = 0;
};
/// A drill that fails also writes its report. An error is returned only when there is no backup to try.
Result<DrillReport> drill(const DrillSpec& spec);

/// What `back_up` and `drill` noted in the home (home/backup.json), for `doctor`.
struct BackupNote {
  std::filesystem::path folder;
  std::string backup;  // name
  int64_t backup_us = 0;
  int64_t seq = 0;
  int64_t drill_us = 0;  // of the last drill that succeeded; 0: none yet
};
/// Null when no backup was ever made.
Result<std::optional<BackupNote>> read_backup_note(const std::filesystem::path& home);
Status write_backup_note(const std::filesystem::path& home, const BackupNote& note);

/// The folder in a home whose presence says that a restore is under way, or broke off.
inline constexpr const char* kRestoringFolder = "restoring";  // Home::open refuses while it is there

/// Copies the databases of a home at one moment into `scratch`, beside whatever process has it open. Of a home that was
/// never served only the ledger exists.
Status snapshot_databases(const HomeSpec& home, const std::filesystem::path& scratch);

/// A folder of its own below `parent`, readable by its owner alone, removed with the object.
class ScratchFolder {
 public:
  static Result<ScratchFolder> make(const std::filesystem::path& parent);
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&&) = delete;
  ~ScratchFolder();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace minglu::flows
