// One register on disk: home/{lock, archive/, ledger.db, index/}. Opening takes the lock, cleans what a crash left,
// and brings derived files up to the ledger's head, so that whatever was acknowledged is visible.
//
//   home/archive/   truth: files as they arrived, recorded machine outcomes
//   home/ledger.db  truth: commits, batches, leases, decisions
//   home/index/     derived: records/<seq>.seg, findings/<seq>.csv or .zst, units/<seq>.seg, state/<seq>.dir or .chg,
//                   and of the last state search/<seq>.idx, lists/<seq>.seg; may be deleted
//
// Thread-safety: one Home per process. One thread at a time may write (ingest, resolve, decide, rebuild); any number
// may read at the same time: segments, states and unit rows are immutable once written, and the caches have their own
// lock. `delete_derived` needs the home alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "flows/knowledge.hpp"
#include "flows/value_pins.hpp"
#include "store/archive.hpp"
#include "store/ledger.hpp"
#include "store/record_segment.hpp"
#include "store/state.hpp"
#include "store/unit_segment.hpp"

namespace minglu::flows {

struct HomeSpec {
  std::filesystem::path directory;
  std::string ledger_url;         // empty: sqlite in the home
  std::filesystem::path catalog;  // empty: codes::catalog_directory()
  size_t threads = 2;
  size_t live_entities_min = 100'000;  // below, every change resolves the whole register (live_resolve.hpp)
};

class Home {
 public:
  /// Creates the home when absent. kConflict when another process holds it; kDataLoss when truth is damaged.
  static Result<std::unique_ptr<Home>> open(const HomeSpec& spec);

  [[nodiscard]] const Knowledge& knowledge() const { return *knowledge_; }
  [[nodiscard]] std::shared_ptr<const Knowledge> shared_knowledge() const { return knowledge_; }
  [[nodiscard]] store::Archive& archive() { return *archive_; }
  [[nodiscard]] store::Ledger& ledger() { return *ledger_; }
  [[nodiscard]] size_t threads() const noexcept { return threads_; }
  [[nodiscard]] size_t live_entities_min() const noexcept { return live_entities_min_; }
  /// True when the process that last had this home open did not close it: it was killed, or the power went. Known for
  /// a SQLite ledger; false for PostgreSQL.
  [[nodiscard]] bool was_interrupted() const noexcept { return was_interrupted_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

  [[nodiscard]] std::filesystem::path records_path(uint64_t seq) const;
  [[nodiscard]] std::filesystem::path findings_path(uint64_t seq) const;
  /// Keeps the findings of a commit packed from now on, unless they are few.
  Status pack_findings(uint64_t seq);
  /// Those of a commit as a CSV file. kNotFound when there is none; kDataLoss when the packed file is damaged.
  Result<store::ReadableFile> open_findings(uint64_t seq);
  /// Whether there is a file of findings, packed or not.
  [[nodiscard]] bool has_findings(uint64_t seq) const;
  [[nodiscard]] std::filesystem::path units_path(uint64_t seq) const;
  [[nodiscard]] std::filesystem::path state_path(uint64_t seq) const;
  /// Of a live resolve, in place of the whole directory.
  [[nodiscard]] std::filesystem::path state_change_path(uint64_t seq) const;
  [[nodiscard]] std::filesystem::path search_path(uint64_t seq) const;
  [[nodiscard]] std::filesystem::path lists_path(uint64_t seq) const;

  /// All record segments of ingest commits up to `seq`, ascending. Opened on demand and kept.
  Result<std::vector<const store::RecordSegment*>> record_segments(uint64_t seq_to);
  /// The record segment of one commit.
  Result<const store::RecordSegment*> record_segment(uint64_t seq);
  /// The state after the last resolve commit at or before `seq`; null when there is none.
  Result<std::shared_ptr<const store::State>> state(uint64_t seq_to);
  /// Sequence number of that state; 0 when none.
  Result<uint64_t> state_seq(uint64_t seq_to);
  /// Commits up to the ledger's head that this program knows, ascending by seq. Each is read from the ledger once.
  struct CommitHead {
    uint64_t seq = 0;
    std::string kind;
    std::string created_at;
  };
  Result<std::vector<CommitHead>> commit_heads();
  /// The commits of one kind with what they recorded, oldest first. Cost: one question to the ledger for each.
  Result<std::vector<store::CommitRow>> commits_of_kind(std::string_view kind);
  /// Values declared right by people before the state of commit `state_seq`. Kept; asks the ledger once per state.
  Result<std::shared_ptr<const ValuePins>> value_pins(uint64_t state_seq);
  /// Decodes one unit of a state. kNotFound.
  Status read_unit(const store::State& state, uint64_t unit, store::UnitRow& out);
  /// Same for a directory entry at hand. kDataLoss when the row lies outside its file.
  Status read_unit(const store::DirectoryEntry& entry, store::UnitRow& out);
  /// Units decoded since the home was opened.
  [[nodiscard]] uint64_t unit_reads() const noexcept { return unit_reads_.load(std::memory_order_relaxed); }
  /// The rows of the mapped unit segment of a commit; valid as long as the home.
  Result<const store::PackedRows*> unit_rows(uint64_t segment_seq);

  /// Gives the pages of mapped derived files back to the system. They are read again where they are touched, so this
  /// bounds the memory of a long-lived process, not its speed.
  void release_pages();

  /// Deletes everything derived (keeps truth); the caller replays.
  Status delete_derived();
  /// True when ingest or decision commits exist after the last resolve commit.
  Result<bool> has_unresolved();

 private:
  Home() = default;
  Status create_folders();
  Status remove_uncommitted(uint64_t head);
  Status remove_unanswered();
  std::filesystem::path directory_;
  size_t threads_ = 2;
  size_t live_entities_min_ = 0;
  std::atomic<uint64_t> unit_reads_{0};
  bool was_interrupted_ = false;
  std::optional<base::FileLock> lock_;
  std::shared_ptr<const Knowledge> knowledge_;
  std::optional<store::Archive> archive_;
  std::unique_ptr<store::Ledger> ledger_;
  struct UnitFile {
    store::SectionFile file;
    store::PackedRows units;
  };
  [[nodiscard]] std::filesystem::path packed_findings_path(uint64_t seq) const;
  Status refresh_commits();
  Result<std::shared_ptr<const store::State>> open_state(uint64_t seq);
  std::shared_ptr<const store::State> cached_state(uint64_t seq);
  std::mutex cache_mutex_;  // guards what follows
  std::vector<CommitHead> commits_;
  std::map<uint64_t, std::unique_ptr<store::RecordSegment>> segments_;
  std::map<uint64_t, std::unique_ptr<UnitFile>> unit_files_;
  std::map<uint64_t, std::shared_ptr<const ValuePins>> value_pins_;
  std::vector<std::pair<uint64_t, std::shared_ptr<const store::State>>> states_;  // the last used at the end
};

}  // namespace minglu::flows
