#include "flows/home.hpp"

#include <algorithm>
#include <charconv>

#include "codes/catalog_file.hpp"
#include "store/directories.hpp"

namespace minglu::flows {
namespace {

constexpr size_t kStatesKept = 4;  // mapped files: the present one, and those of times people look back to
constexpr const char* kDerivedFolders[] = {"records", "findings", "units", "state", "search", "lists"};

// SQLite removes its write-ahead log when the last connection closes, so one that is there says that a process died.
bool has_write_ahead_log(const std::string& url) {
  constexpr std::string_view kPrefix = "sqlite:";
  std::error_code ignored;
  return url.starts_with(kPrefix) && std::filesystem::exists(url.substr(kPrefix.size()) + "-wal", ignored);
}

// "12.seg" -> 12; null for anything else, such as a leftover "12.seg.part".
std::optional<uint64_t> seq_of_file(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  uint64_t seq = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), seq);
  if (error != std::errc() || end != stem.data() + stem.size()) return std::nullopt;
  return seq;
}

}  // namespace

std::filesystem::path Home::records_path(uint64_t seq) const {
  return directory_ / "index" / "records" / (std::to_string(seq) + ".seg");
}
std::filesystem::path Home::findings_path(uint64_t seq) const {
  return directory_ / "index" / "findings" / (std::to_string(seq) + ".csv");
}
std::filesystem::path Home::packed_findings_path(uint64_t seq) const {
  return findings_path(seq).replace_extension(store::kPackedSuffix);
}
std::filesystem::path Home::units_path(uint64_t seq) const {
  return directory_ / "index" / "units" / (std::to_string(seq) + ".seg");
}
std::filesystem::path Home::state_path(uint64_t seq) const {
  return directory_ / "index" / "state" / (std::to_string(seq) + ".dir");
}
std::filesystem::path Home::state_change_path(uint64_t seq) const {
  return directory_ / "index" / "state" / (std::to_string(seq) + ".chg");
}
std::filesystem::path Home::search_path(uint64_t seq) const {
  return directory_ / "index" / "search" / (std::to_string(seq) + ".idx");
}
std::filesystem::path Home::lists_path(uint64_t seq) const {
  return directory_ / "index" / "lists" / (std::to_string(seq) + ".seg");
}

Status Home::create_folders() {
  for (const char* folder : kDerivedFolders) {
    const Status made = store::create_directories_durably(directory_ / "index" / folder);
    if (!made.ok()) {
      return base::failed_precondition("cannot create the home \"" + directory_.string() +
                                       "\": " + made.error().message + "; name another with --home DIR");
    }
  }
  return ok_status();
}

// Derived files of a commit that was never acknowledged, and temporary files of a crash.
Status Home::remove_uncommitted(uint64_t head) {
  std::error_code error;
  for (const char* folder : kDerivedFolders) {
    std::vector<std::filesystem::path> doomed;
    for (const auto& entry : std::filesystem::directory_iterator(directory_ / "index" / folder, error)) {
      const auto seq = seq_of_file(entry.path());
      if (!seq || *seq > head || entry.path().extension() == ".part") doomed.push_back(entry.path());
    }
    for (const std::filesystem::path& path : doomed) std::filesystem::remove(path, error);
  }
  if (error) return base::internal_error("cannot clean the index: " + error.message());
  return ok_status();
}

// Files that lie in uploads/ itself belong to requests that were never answered: a process that was killed left them.
// Folders there hold what was accepted to be taken in; doctor tells of them.
Status Home::remove_unanswered() {
  std::error_code error;
  std::vector<std::filesystem::path> doomed;
  for (std::filesystem::directory_iterator it(directory_ / "uploads", error), end; !error && it != end;
       it.increment(error)) {
    if (it->is_regular_file(error)) doomed.push_back(it->path());
  }
  if (error == std::errc::no_such_file_or_directory) return ok_status();
  for (const std::filesystem::path& path : doomed) std::filesystem::remove(path, error);
  if (error) return base::internal_error("cannot clean the uploads: " + error.message());
  return ok_status();
}

Result<std::unique_ptr<Home>> Home::open(const HomeSpec& spec) {
  auto home = std::unique_ptr<Home>(new Home());
  home->directory_ = spec.directory;
  home->threads_ = spec.threads;
  if (std::filesystem::exists(spec.directory / "restoring")) {
    return base::failed_precondition("a restore into \"" + spec.directory.string() +
                                     "\" broke off; run the same minglu restore again");
  }
  home->live_entities_min_ = spec.live_entities_min;
  MINGLU_CHECK(home->create_folders());
  MINGLU_TRY(base::FileLock lock, base::FileLock::acquire(spec.directory / "lock"));
  home->lock_.emplace(std::move(lock));
  MINGLU_TRY(home->knowledge_, Knowledge::load(spec.catalog.empty() ? codes::catalog_directory() : spec.catalog));
  MINGLU_TRY(store::Archive archive, store::Archive::open(spec.directory / "archive"));
  home->archive_.emplace(std::move(archive));
  const std::string url =
      spec.ledger_url.empty() ? "sqlite:" + (spec.directory / "ledger.db").string() : spec.ledger_url;
  home->was_interrupted_ = has_write_ahead_log(url);
  MINGLU_TRY(home->ledger_, store::Ledger::open({.url = url}));
  MINGLU_TRY(const store::LedgerHead head, home->ledger_->head());
  MINGLU_CHECK(home->remove_uncommitted(static_cast<uint64_t>(head.seq)));
  MINGLU_CHECK(home->remove_unanswered());
  return home;
}

// The ledger is append-only, so what was read once is read never again. Caller holds cache_mutex_.
Status Home::refresh_commits() {
  const auto next = static_cast<int64_t>(commits_.empty() ? 1 : commits_.back().seq + 1);
  return ledger_->for_each_commit(next, [&](const store::CommitRow& commit) -> Status {
    commits_.push_back({static_cast<uint64_t>(commit.seq), commit.kind, commit.created_at});
    return ok_status();
  });
}

Result<std::vector<Home::CommitHead>> Home::commit_heads() {
  const std::lock_guard guard(cache_mutex_);
  MINGLU_CHECK(refresh_commits());
  return commits_;
}

Result<std::vector<store::CommitRow>> Home::commits_of_kind(std::string_view kind) {
  MINGLU_TRY(const std::vector<CommitHead> heads, commit_heads());
  std::vector<store::CommitRow> commits;
  for (const CommitHead& head : heads) {
    if (head.kind != kind) continue;
    MINGLU_TRY(store::CommitRow commit, ledger_->find_commit(static_cast<int64_t>(head.seq)));
    commits.push_back(std::move(commit));
  }
  return commits;
}

Result<const store::RecordSegment*> Home::record_segment(uint64_t seq) {
  const std::lock_guard guard(cache_mutex_);
  if (const auto it = segments_.find(seq); it != segments_.end()) return it->second.get();
  MINGLU_TRY(store::RecordSegment segment, store::RecordSegment::open(records_path(seq)));
  return segments_.emplace(seq, std::make_unique<store::RecordSegment>(std::move(segment))).first->second.get();
}

Result<std::vector<const store::RecordSegment*>> Home::record_segments(uint64_t seq_to) {
  MINGLU_TRY(const std::vector<CommitHead> commits, commit_heads());
  std::vector<const store::RecordSegment*> out;
  for (const CommitHead& commit : commits) {
    if (commit.kind != "ingest" || commit.seq > seq_to) continue;
    MINGLU_TRY(const store::RecordSegment* segment, record_segment(commit.seq));
    out.push_back(segment);
  }
  return out;
}

Result<uint64_t> Home::state_seq(uint64_t seq_to) {
  const std::lock_guard guard(cache_mutex_);
  MINGLU_CHECK(refresh_commits());
  for (auto it = commits_.rbegin(); it != commits_.rend(); ++it) {
    if (it->kind == "resolve" && it->seq <= seq_to) return it->seq;
  }
  return uint64_t{0};
}

Result<std::shared_ptr<const store::State>> Home::state(uint64_t seq_to) {
  MINGLU_TRY(const uint64_t seq, state_seq(seq_to));
  if (seq == 0) return std::shared_ptr<const store::State>();
  const std::lock_guard guard(cache_mutex_);
  if (std::shared_ptr<const store::State> cached = cached_state(seq)) return cached;
  MINGLU_TRY(std::shared_ptr<const store::State> opened, open_state(seq));
  if (states_.size() == kStatesKept) states_.erase(states_.begin());
  states_.emplace_back(seq, std::move(opened));
  return states_.back().second;
}

std::shared_ptr<const store::State> Home::cached_state(uint64_t seq) {
  for (auto it = states_.begin(); it != states_.end(); ++it) {
    if (it->first != seq) continue;
    std::rotate(it, it + 1, states_.end());
    return states_.back().second;
  }
  return nullptr;
}

// A whole directory, or one that is known or whole and the changes from there. Caller holds cache_mutex_.
Result<std::shared_ptr<const store::State>> Home::open_state(uint64_t seq) {
  std::vector<std::pair<uint64_t, store::StateChange>> changes;  // the latest first
  std::shared_ptr<const store::State> base;
  for (uint64_t at = seq; !base;) {
    base = cached_state(at);
    if (base) break;
    if (std::filesystem::exists(state_path(at))) {
      MINGLU_TRY(store::State whole, store::State::open(state_path(at), at));
      base = std::make_shared<const store::State>(std::move(whole));
      break;
    }
    MINGLU_TRY(store::StateChange change, store::read_state_change(state_change_path(at)));
    if (change.base_seq >= at) return base::data_loss("a change of state changes a later one; run: minglu rebuild");
    const uint64_t before = change.base_seq;
    changes.emplace_back(at, std::move(change));
    at = before;
  }
  for (auto it = changes.rbegin(); it != changes.rend(); ++it)
    base = std::make_shared<const store::State>(base->with(it->second, it->first));
  return base;
}

Status Home::pack_findings(uint64_t seq) {
  const std::filesystem::path packed = packed_findings_path(seq);
  std::error_code error;
  std::filesystem::remove(packed, error);  // of an earlier making of this commit
  if (std::filesystem::file_size(findings_path(seq), error) < store::kPackFileFrom || error) return ok_status();
  std::filesystem::path part = packed;
  part += ".part";
  std::filesystem::remove(part, error);
  MINGLU_CHECK(store::pack_file(findings_path(seq), part));
  std::filesystem::rename(part, packed, error);
  if (error) return base::internal_error("cannot rename \"" + part.string() + "\": " + error.message());
  MINGLU_CHECK(base::sync_directory(packed.parent_path()));
  std::filesystem::remove(findings_path(seq), error);
  return ok_status();
}

Result<store::ReadableFile> Home::open_findings(uint64_t seq) {
  std::error_code error;
  if (std::filesystem::exists(findings_path(seq), error)) return store::ReadableFile(findings_path(seq));
  return archive_->open_packed(packed_findings_path(seq));
}

bool Home::has_findings(uint64_t seq) const {
  std::error_code error;
  return std::filesystem::exists(findings_path(seq), error) ||
         std::filesystem::exists(packed_findings_path(seq), error);
}

Result<std::shared_ptr<const ValuePins>> Home::value_pins(uint64_t state_seq) {
  const std::lock_guard guard(cache_mutex_);
  if (const auto it = value_pins_.find(state_seq); it != value_pins_.end()) return it->second;
  MINGLU_TRY(ValuePins pins, ValuePins::load(*ledger_, *knowledge_, state_seq == 0 ? 0 : state_seq - 1));
  if (value_pins_.size() == kStatesKept) value_pins_.erase(value_pins_.begin());
  return value_pins_.emplace(state_seq, std::make_shared<const ValuePins>(std::move(pins))).first->second;
}

Result<const store::PackedRows*> Home::unit_rows(uint64_t segment_seq) {
  const std::lock_guard guard(cache_mutex_);
  if (const auto it = unit_files_.find(segment_seq); it != unit_files_.end()) return &it->second->units;
  auto file = std::make_unique<UnitFile>();
  MINGLU_TRY(file->file, store::SectionFile::open(units_path(segment_seq)));
  MINGLU_TRY(file->units, store::PackedRows::open(file->file, "unit"));
  return &unit_files_.emplace(segment_seq, std::move(file)).first->second->units;
}

Status Home::read_unit(const store::State& state, uint64_t unit, store::UnitRow& out) {
  const store::DirectoryEntry* entry = state.find(unit);
  if (entry == nullptr) return base::not_found("no unit " + std::to_string(unit) + " in the register");
  return read_unit(*entry, out);
}

Status Home::read_unit(const store::DirectoryEntry& entry, store::UnitRow& out) {
  unit_reads_.fetch_add(1, std::memory_order_relaxed);
  MINGLU_TRY(const store::PackedRows* const rows, unit_rows(entry.segment_seq));
  return store::read_unit(*rows, entry.offset, out);
}

void Home::release_pages() {
  std::vector<const store::RecordSegment*> segments;
  std::vector<const UnitFile*> files;
  {
    const std::lock_guard guard(cache_mutex_);  // Readers need it: not held while pages are given back.
    for (const auto& [seq, segment] : segments_) segments.push_back(segment.get());
    for (const auto& [seq, file] : unit_files_) files.push_back(file.get());
  }
  for (const store::RecordSegment* segment : segments) segment->release_pages();
  for (const UnitFile* file : files) file->file.release_pages();
}

Status Home::delete_derived() {
  {
    const std::lock_guard guard(cache_mutex_);
    segments_.clear();
    unit_files_.clear();
    states_.clear();
    value_pins_.clear();
  }
  std::error_code error;
  std::filesystem::remove_all(directory_ / "index", error);
  if (error) return base::internal_error("cannot delete the index: " + error.message());
  return create_folders();
}

Result<bool> Home::has_unresolved() {
  MINGLU_TRY(const std::vector<CommitHead> commits, commit_heads());
  bool pending = false;
  for (const CommitHead& commit : commits) {
    if (commit.kind == "ingest" || commit.kind == "decision") pending = true;
    if (commit.kind == "resolve") pending = false;
  }
  return pending;
}

}  // namespace minglu::flows
