#include "flows/backup_flow.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/clock.hpp"
#include "codes/catalog_file.hpp"
#include "flows/version.hpp"
#include "store/audit_store.hpp"
#include "store/database_copy.hpp"
#include "store/ledger_hash.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr const char* kNoteFile = "backup.json";
constexpr const char* kKeyFile = "seal.key";

void say(const BackupProgress& progress, const std::string& step, uint64_t done, uint64_t total) {
  if (progress) progress(step, done, total);
}

fs::path catalog_of(const HomeSpec& home) { return home.catalog.empty() ? codes::catalog_directory() : home.catalog; }

bool is_postgresql(const HomeSpec& home) { return home.ledger_url.starts_with("postgresql:"); }

// "sqlite:PATH" of the ledger; the file in the home when no url is given.
fs::path sqlite_ledger(const HomeSpec& home) {
  constexpr std::string_view kPrefix = "sqlite:";
  return home.ledger_url.starts_with(kPrefix) ? fs::path(home.ledger_url.substr(kPrefix.size()))
                                              : home.directory / "ledger.db";
}

// "2026-01-31T08:15:02.123456Z" -> "20260131T081502.123456Z"
std::string compact_time(const std::string& utc) {
  std::string text;
  for (const char c : utc) {
    if (c != '-' && c != ':') text.push_back(c);
  }
  return text;
}

struct FoundFile {
  fs::path source;
  std::string sha256;  // empty: not known before it is read
};
using FoundFiles = std::map<std::string, FoundFile>;  // by path in the backup: the order of the manifest

// Every regular file below `folder`, as `prefix`/relative path. `keep` decides by the relative path.
Status find_files(const fs::path& folder, const std::string& prefix, FoundFiles& files,
                  const std::function<bool(const fs::path&)>& keep = {}) {
  std::error_code error;
  if (!fs::exists(folder, error)) return ok_status();
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;  // a derived file may vanish meanwhile
    if (!it->is_regular_file(gone)) continue;
    const fs::path relative = it->path().lexically_relative(folder);
    if (keep && !keep(relative)) continue;
    files[prefix + "/" + relative.generic_string()] = {it->path(), ""};
  }
  if (error) return base::internal_error("cannot list \"" + folder.string() + "\": " + error.message());
  return ok_status();
}

Status find_archive(const fs::path& home, FoundFiles& files) {
  for (const store::ArchiveKind kind : store::kArchiveKinds) {
    const std::string folder = "archive/" + std::string(store::archive_kind_name(kind));
    FoundFiles found;
    MINGLU_CHECK(find_files(home / folder, folder, found,
                            [](const fs::path& path) { return store::is_sha256_hex(path.stem().string()); }));
    for (auto& [path, file] : found) {
      const std::string name = file.source.filename().string();
      if (store::is_sha256_hex(name)) file.sha256 = name;  // else packed: the digest of the bytes is found out
      files[path] = std::move(file);
    }
  }
  return ok_status();
}

// Derived files of commits that the copied ledger has. Newer ones belong to a moment after it.
Status find_index(const fs::path& home, int64_t seq, FoundFiles& files) {
  return find_files(home / "index", "index", files, [&](const fs::path& path) {
    if (path.extension() == ".part") return false;
    const std::string stem = path.stem().string();
    int64_t of = 0;
    const auto [end, fault] = std::from_chars(stem.data(), stem.data() + stem.size(), of);
    return fault == std::errc() && end == stem.data() + stem.size() && of <= seq;
  });
}

// What a ledger says about itself and about the archive.
struct LedgerFacts {
  store::LedgerHead head;
  std::string state_hash;
  int64_t commits = 0;
  std::string chain_fault;           // empty: whole
  std::set<std::string> references;  // "archive/raw/aa/…"
};

std::string archive_path(store::ArchiveKind kind, const std::string& sha256) {
  return "archive/" + std::string(store::archive_kind_name(kind)) + "/" + sha256.substr(0, 2) + "/" + sha256;
}

Result<LedgerFacts> read_ledger(const fs::path& file) {
  MINGLU_TRY(const std::unique_ptr<store::Ledger> ledger, store::Ledger::open({.url = "sqlite:" + file.string()}));
  LedgerFacts facts;
  MINGLU_TRY(const store::ChainReport chain, ledger->verify_chain());
  facts.commits = chain.commits;
  if (chain.first_bad_seq) {
    facts.chain_fault =
        "the ledger's chain breaks at commit " + std::to_string(*chain.first_bad_seq) + ": " + chain.reason;
  }
  MINGLU_TRY(facts.head, ledger->head());
  MINGLU_CHECK(ledger->for_each_commit(1, [&](const store::CommitRow& commit) -> Status {
    const Json payload = Json::parse(commit.payload_json, nullptr, false);
    if (payload.is_discarded()) return ok_status();
    if (commit.kind == "resolve") facts.state_hash = payload.value("state_hash", "");
    if (payload.contains("sha256"))
      facts.references.insert(archive_path(store::ArchiveKind::kRaw, payload["sha256"].get<std::string>()));
    if (payload.contains("outcome"))
      facts.references.insert(archive_path(store::ArchiveKind::kOutcomes, payload["outcome"].get<std::string>()));
    return ok_status();
  }));
  return facts;
}

Result<FoundFiles> find_all(const BackupSpec& spec, const fs::path& databases, const LedgerFacts& ledger) {
  FoundFiles files;
  const fs::path& home = spec.home.directory;
  for (const store::DatabasePart part : store::kDatabaseParts) {
    const std::string name(store::database_file_name(part));
    if (fs::exists(databases / name)) files[name] = {databases / name, ""};
  }
  if (fs::exists(home / kKeyFile)) files[kKeyFile] = {home / kKeyFile, ""};
  MINGLU_CHECK(find_archive(home, files));
  MINGLU_CHECK(find_files(catalog_of(spec.home), "catalog", files));
  if (spec.with_index) MINGLU_CHECK(find_index(home, ledger.head.seq, files));
  for (const std::string& reference : ledger.references) {
    if (!files.contains(reference) && !files.contains(reference + std::string(store::kPackedSuffix))) {
      return base::data_loss("\"" + reference + "\" is missing from the home, though the ledger refers to it; put it " +
                             "back from an earlier backup, then back up again");
    }
  }
  return files;
}

Status add_all(store::BackupPool& pool, const FoundFiles& files, const BackupSpec& spec,
               store::BackupManifest& manifest) {
  for (const auto& [path, file] : files) {
    say(spec.progress, "copy", manifest.files.size(), files.size());
    Result<store::BackupFile> added = pool.add(path, file.source, file.sha256);
    const bool may_be_packed = path.starts_with("archive/") && !path.ends_with(store::kPackedSuffix);
    if (!added.ok() && may_be_packed && added.error().code == ErrorCode::kNotFound) {  // meanwhile
      fs::path packed = file.source;
      added = pool.add(path + std::string(store::kPackedSuffix), packed += store::kPackedSuffix, "");
    }
    const bool may_vanish = path.starts_with("index/");
    if (!added.ok() && may_vanish && added.error().code == ErrorCode::kNotFound) continue;
    if (!added.ok()) return added.error();
    manifest.files.push_back(std::move(added).value());
  }
  return ok_status();
}

}  // namespace

Status snapshot_databases(const HomeSpec& home, const fs::path& scratch) {
  if (is_postgresql(home)) return store::dump_postgresql(home.ledger_url, scratch);
  // Whoever gets the lock knows that no other process has the databases open, until it gives the lock back.
  Result<base::FileLock> lock = base::FileLock::acquire(home.directory / "lock");
  if (!lock.ok() && lock.error().code != ErrorCode::kConflict) return lock.error();
  for (const store::DatabasePart part : store::kDatabaseParts) {
    const std::string name(store::database_file_name(part));
    const bool is_ledger = part == store::DatabasePart::kLedger;
    const Status copied =
        store::copy_sqlite({is_ledger ? sqlite_ledger(home) : home.directory / name, scratch / name, lock.ok()});
    if (copied.ok() || (!is_ledger && copied.error().code == ErrorCode::kNotFound)) continue;
    return copied.error();
  }
  return ok_status();
}

Result<BackupReport> back_up(const BackupSpec& spec) {
  const auto started = std::chrono::steady_clock::now();
  std::error_code error;
  if (!fs::exists(spec.home.directory / "archive", error)) {
    return base::not_found("\"" + spec.home.directory.string() + "\" is no register; name one with --home DIR");
  }
  MINGLU_TRY(store::BackupPool pool, store::BackupPool::create(spec.to));
  MINGLU_TRY(const ScratchFolder scratch, ScratchFolder::make(spec.to / "incoming"));
  say(spec.progress, "databases", 0, 0);
  const int64_t now_us = base::system_now_us();
  MINGLU_CHECK(snapshot_databases(spec.home, scratch.path()));
  MINGLU_TRY(const LedgerFacts ledger, read_ledger(scratch.path() / "ledger.db"));
  if (!ledger.chain_fault.empty()) return base::data_loss(ledger.chain_fault + "; nothing was backed up");
  BackupReport report;
  store::BackupManifest& manifest = report.manifest;
  manifest.created_at = store::format_utc_us(now_us);
  manifest.name = compact_time(manifest.created_at) + "-" + std::to_string(ledger.head.seq);
  manifest.software = kVersion;
  MINGLU_TRY(manifest.catalog, digest_directory(catalog_of(spec.home)));
  manifest.ledger = is_postgresql(spec.home) ? "postgresql" : "sqlite";
  manifest.seq = ledger.head.seq;
  manifest.history_hash = ledger.head.hash;
  manifest.state_hash = ledger.state_hash;
  const fs::path audit_file = scratch.path() / "audit.db";
  if (fs::exists(audit_file)) {
    MINGLU_TRY(const auto audit, store::AuditStore::open({.url = "sqlite:" + audit_file.string()}));
    MINGLU_TRY(const store::AuditHead head, audit->head());
    manifest.audit_seq = head.seq;
    manifest.audit_hash = head.hash;
  }
  MINGLU_TRY(const FoundFiles files, find_all(spec, scratch.path(), ledger));
  MINGLU_CHECK(add_all(pool, files, spec, manifest));
  MINGLU_CHECK(pool.seal(manifest));
  report.files_added = pool.files_added();
  report.bytes_added = pool.bytes_added();
  if (spec.keep > 0) { MINGLU_TRY(report.forgotten, pool.prune(spec.keep)); }
  MINGLU_TRY(const std::optional<BackupNote> before, read_backup_note(spec.home.directory));
  BackupNote note{fs::absolute(spec.to, error), manifest.name, now_us, manifest.seq, before ? before->drill_us : 0};
  MINGLU_CHECK(write_backup_note(spec.home.directory, note));
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return report;
}

namespace {

// Both chains, the heads that the manifest states, and whether every file that the ledger refers to is listed.
Status check_databases(const store::BackupPool& pool, const fs::path& scratch, BackupCheck& check) {
  const store::BackupManifest& manifest = check.manifest;
  for (const char* name : {"ledger.db", "audit.db"}) {
    if (const store::BackupFile* file = manifest.find(name)) MINGLU_CHECK(pool.copy_out(*file, scratch / name));
  }
  if (!fs::exists(scratch / "ledger.db")) return base::data_loss("the backup has no ledger.db");
  MINGLU_TRY(const LedgerFacts ledger, read_ledger(scratch / "ledger.db"));
  check.commits = ledger.commits;
  if (!ledger.chain_fault.empty()) check.problems.push_back(ledger.chain_fault);
  if (ledger.head.hash != manifest.history_hash) check.problems.push_back("ledger.db ends with another history_hash");
  for (const std::string& reference : ledger.references) {
    if (manifest.find(reference) == nullptr && manifest.find(reference + std::string(store::kPackedSuffix)) == nullptr)
      check.problems.push_back("\"" + reference + "\" is not in the backup");
  }
  if (!fs::exists(scratch / "audit.db")) return ok_status();
  MINGLU_TRY(const auto audit, store::AuditStore::open({.url = "sqlite:" + (scratch / "audit.db").string()}));
  MINGLU_TRY(const store::AuditCheck chain, audit->verify());
  check.audit_entries = chain.entries;
  if (chain.first_bad_seq) {
    check.problems.push_back("the audit trail breaks at entry " + std::to_string(*chain.first_bad_seq) + ": " +
                             chain.reason);
  }
  return ok_status();
}

}  // namespace

Result<BackupCheck> verify_backup(const fs::path& folder, const std::string& name, const BackupProgress& progress) {
  MINGLU_TRY(const store::BackupPool pool, store::BackupPool::open(folder));
  BackupCheck check;
  MINGLU_TRY(check.manifest, pool.read(name));
  for (const store::BackupFile& file : check.manifest.files) {
    say(progress, "verify", check.files, check.manifest.files.size());
    const Status same = pool.check(file);
    if (!same.ok()) check.problems.push_back(same.error().message);
    ++check.files;
    check.bytes += file.bytes;
  }
  if (!check.problems.empty()) return check;
  MINGLU_TRY(const ScratchFolder scratch, ScratchFolder::make(fs::temp_directory_path()));
  const Status chains = check_databases(pool, scratch.path(), check);
  if (!chains.ok()) check.problems.push_back(chains.error().message);
  return check;
}

Result<std::optional<BackupNote>> read_backup_note(const fs::path& home) {
  std::error_code error;
  if (!fs::exists(home / kNoteFile, error)) return std::optional<BackupNote>();
  MINGLU_TRY(const std::string text, base::read_file(home / kNoteFile));
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return base::data_loss("\"" + (home / kNoteFile).string() + "\" is no JSON object; remove it");
  try {
    return std::optional(BackupNote{json.value("folder", ""), json.value("backup", ""),
                                    json.value("backup_us", int64_t{0}), json.value("seq", int64_t{0}),
                                    json.value("drill_us", int64_t{0})});
  } catch (const Json::exception&) {
    return base::data_loss("\"" + (home / kNoteFile).string() + "\" is not what backups write; remove it");
  }
}

Status write_backup_note(const fs::path& home, const BackupNote& note) {
  const Json json{{"folder", note.folder.string()},
                  {"backup", note.backup},
                  {"backup_us", note.backup_us},
                  {"seq", note.seq},
                  {"drill_us", note.drill_us}};
  return base::write_file_durably(home / kNoteFile, json.dump(2) + "\n");
}

Result<ScratchFolder> ScratchFolder::make(const fs::path& parent) {
  std::error_code error;
  fs::create_directories(parent, error);
  std::string name = (parent / "minglu_scratch_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    return base::unavailable("cannot make a temporary folder in \"" + parent.string() +
                             "\"; is there space, may it be "
                             "written?");
  }
  return ScratchFolder(name);
}

ScratchFolder::ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace minglu::flows
