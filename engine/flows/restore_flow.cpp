// Restoring a backup, and trying it out.
//
// Order: home/restoring (a folder) → every other file, compared on the way → one sync of the file system → the
// databases get their places → home/restoring goes, which makes it a home → the index is made again or, when the backup
// has it, looked at → the hashes are compared. A crash at any moment leaves either home/restoring or a whole home.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "codes/catalog_file.hpp"
#include "flows/backup_flow.hpp"
#include "flows/rebuild_flow.hpp"
#include "flows/version.hpp"
#include "store/audit_store.hpp"
#include "store/database_copy.hpp"
#include "store/directories.hpp"
#include "store/ledger_hash.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

bool is_postgresql(const HomeSpec& home) { return home.ledger_url.starts_with("postgresql:"); }

bool is_database(const std::string& path) {
  for (const store::DatabasePart part : store::kDatabaseParts) {
    if (store::database_file_name(part) == path) return true;
  }
  return false;
}

// Takes an absent or empty home, or what a broken-off restore left, which is removed.
Status clear_home(const fs::path& home) {
  std::error_code error;
  if (fs::exists(home / kRestoringFolder, error)) {
    for (const auto& entry : fs::directory_iterator(home, error)) {
      if (!error && entry.path().filename() != kRestoringFolder) fs::remove_all(entry.path(), error);
    }
    if (!error) fs::remove_all(home / kRestoringFolder, error);
    if (error) return base::internal_error("cannot clear \"" + home.string() + "\": " + error.message());
  }
  if (fs::exists(home, error) && !fs::is_empty(home, error)) {
    return base::conflict("\"" + home.string() +
                          "\" is not empty; restore into a new folder, then put it in the place of "
                          "the old one");
  }
  MINGLU_CHECK(store::create_directories_durably(home));
  return store::create_directories_durably(home / kRestoringFolder);
}

Status sync_file_system(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = fd >= 0 && ::syncfs(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (is_synced) return ok_status();
  return base::internal_error("cannot sync \"" + folder.string() + "\"");
}

// Everything to its place but the databases, which wait in home/restoring. The catalog only where it is needed.
Status copy_files(const store::BackupPool& pool, const RestoreSpec& spec, const RestoreReport& report) {
  uint64_t done = 0;
  for (const store::BackupFile& file : report.manifest.files) {
    if (spec.progress) spec.progress("restore", done++, report.manifest.files.size());
    if (file.path.starts_with("catalog/") && !report.catalog_differs) {
      MINGLU_CHECK(pool.check(file));  // A backup with one bad byte is not restored, wanted or not.
      continue;
    }
    const fs::path place = is_database(file.path) ? spec.home.directory / kRestoringFolder : spec.home.directory;
    MINGLU_CHECK(pool.copy_out(file, place / file.path));
    if (file.path.starts_with("archive/")) {
      std::error_code error;
      fs::permissions(place / file.path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read, error);
      if (error) return base::internal_error("cannot protect \"" + file.path + "\": " + error.message());
    }
  }
  return sync_file_system(spec.home.directory);
}

// A database that holds this very ledger was loaded by a restore that broke off after it.
Result<bool> is_loaded(const RestoreSpec& spec, const store::BackupManifest& manifest) {
  MINGLU_TRY(const std::unique_ptr<store::Ledger> ledger, store::Ledger::open({.url = spec.home.ledger_url}));
  MINGLU_TRY(const store::LedgerHead head, ledger->head());
  return head.seq > 0 && head.hash == manifest.history_hash;
}

Status place_databases(const RestoreSpec& spec, const store::BackupManifest& manifest) {
  const fs::path waiting = spec.home.directory / kRestoringFolder;
  std::error_code error;
  if (is_postgresql(spec.home)) {
    MINGLU_TRY(const bool loaded, is_loaded(spec, manifest));
    if (!loaded) MINGLU_CHECK(store::load_postgresql(waiting, spec.home.ledger_url));
  } else {
    for (const store::DatabasePart part : store::kDatabaseParts) {
      const std::string name(store::database_file_name(part));
      if (!error && fs::exists(waiting / name)) fs::rename(waiting / name, spec.home.directory / name, error);
    }
    if (!error) MINGLU_CHECK(base::sync_directory(spec.home.directory));
  }
  if (!error) fs::remove_all(waiting, error);
  if (error) return base::internal_error("cannot put the databases into their place: " + error.message());
  return base::sync_directory(spec.home.directory);
}

Result<std::string> state_hash_of(Home& home) {
  MINGLU_TRY(const std::shared_ptr<const store::State> state, home.state(UINT64_MAX));
  if (!state) return std::string();
  const Json summary = Json::parse(state->summary_json(), nullptr, false);
  return summary.is_object() ? summary.value("state_hash", "") : std::string();
}

bool has_index(const store::BackupManifest& manifest) {
  return std::any_of(manifest.files.begin(), manifest.files.end(),
                     [](const store::BackupFile& file) { return file.path.starts_with("index/"); });
}

Status open_and_compare(const RestoreSpec& spec, RestoreReport& report) {
  HomeSpec home_spec = spec.home;
  if (report.catalog_differs) home_spec.catalog = spec.home.directory / "catalog";
  MINGLU_TRY(const std::unique_ptr<Home> home, Home::open(home_spec));
  if (has_index(report.manifest)) {
    MINGLU_CHECK(catch_up(*home));
  } else {
    MINGLU_CHECK(rebuild(*home, {.progress = spec.progress}));
  }
  MINGLU_TRY(report.state_hash, state_hash_of(*home));
  MINGLU_TRY(const store::LedgerHead head, home->ledger().head());
  report.history_hash = head.hash;
  if (report.state_hash == report.manifest.state_hash && report.history_hash == report.manifest.history_hash) {
    return ok_status();
  }
  return base::data_loss("the restored register has state_hash " + report.state_hash + " and history_hash " +
                         report.history_hash + ", the backup " + report.manifest.state_hash + " and " +
                         report.manifest.history_hash + "; do not use it, try an older backup");
}

}  // namespace

Result<RestoreReport> restore(const RestoreSpec& spec) {
  const auto started = Clock::now();
  RestoreReport report;
  MINGLU_TRY(const store::BackupPool pool, store::BackupPool::open(spec.from));
  MINGLU_TRY(report.manifest, pool.read(spec.name));
  const fs::path catalog = spec.home.catalog.empty() ? codes::catalog_directory() : spec.home.catalog;
  MINGLU_TRY(const std::string digest, digest_directory(catalog));
  report.catalog_differs = digest != report.manifest.catalog;
  MINGLU_CHECK(clear_home(spec.home.directory));
  const Status copied = copy_files(pool, spec, report);
  if (!copied.ok()) {
    MINGLU_CHECK(clear_home(spec.home.directory));  // Nothing of a damaged backup stays.
    std::error_code ignored;
    fs::remove_all(spec.home.directory / kRestoringFolder, ignored);
    return copied.error();
  }
  MINGLU_CHECK(place_databases(spec, report.manifest));
  report.seconds_copy = seconds_since(started);
  MINGLU_CHECK(open_and_compare(spec, report));
  report.seconds_rebuild = seconds_since(started) - report.seconds_copy;
  return report;
}

namespace {

Status try_restored(const HomeSpec& trial, DrillReport& report) {
  {
    HomeSpec spec = trial;
    if (report.restored.catalog_differs) spec.catalog = trial.directory / "catalog";
    MINGLU_TRY(const std::unique_ptr<Home> home, Home::open(spec));
    MINGLU_TRY(const VerifyReport whole, verify(*home));
    for (const std::string& problem : whole.problems) report.problems.push_back(problem);
    MINGLU_TRY(const std::shared_ptr<const store::State> state, home->state(UINT64_MAX));
    report.units = state ? state->units().size() : 0;
  }
  if (!fs::exists(trial.directory / "audit.db")) return ok_status();
  MINGLU_TRY(const auto audit, store::AuditStore::open({.url = "sqlite:" + (trial.directory / "audit.db").string()}));
  MINGLU_TRY(const store::AuditCheck chain, audit->verify());
  report.audit_entries = chain.entries;
  if (chain.first_bad_seq) {
    report.problems.push_back("the audit trail breaks at entry " + std::to_string(*chain.first_bad_seq) + ": " +
                              chain.reason);
  } else if (chain.entries != report.manifest.audit_seq) {
    report.problems.push_back("the audit trail has " + std::to_string(chain.entries) +
                              " entries, the manifest states " + std::to_string(report.manifest.audit_seq));
  }
  return ok_status();
}

std::string fixed(double seconds) {
  const std::string text = std::to_string(seconds);
  return text.substr(0, text.find('.') + 2);
}

std::string report_text(const DrillReport& report, int64_t at_us) {
  const store::BackupManifest& manifest = report.manifest;
  std::string text = "# Backup drill / 备份演练 " + store::format_utc_us(at_us) + "\n\n";
  const auto line = [&](const char* what, const std::string& value) {
    text += std::string("| ") + what + " | " + value + " |\n";
  };
  text += "| what / 项目 | value / 值 |\n|---|---|\n";
  line("result / 结果", report.problems.empty() ? "success / 成功" : "FAILED / 失败");
  line("backup / 备份", manifest.name);
  line("made at / 备份时间", manifest.created_at);
  line("digest of the manifest / 清单摘要", manifest.digest);
  line("software / 软件", std::string(kVersion) + " (backup made by " + manifest.software + ")");
  line("files, bytes / 文件数、字节数",
       std::to_string(manifest.files.size()) + ", " + std::to_string(manifest.bytes()));
  line("commits / 提交", std::to_string(manifest.seq));
  line("units / 单位", std::to_string(report.units));
  line("audit entries / 审计条目", std::to_string(report.audit_entries));
  line("state_hash", report.restored.state_hash);
  line("history_hash", report.restored.history_hash);
  line("seconds to copy and compare / 复制与核对秒数", fixed(report.restored.seconds_copy));
  line("seconds until usable / 直到可用秒数", fixed(report.restored.seconds_copy + report.restored.seconds_rebuild));
  line("seconds in all / 总秒数", fixed(report.seconds));
  for (const std::string& problem : report.problems) text += "\n* problem / 问题: " + problem + "\n";
  return text;
}

std::string day_and_time(int64_t at_us) {
  std::string text;
  for (const char c : store::format_utc_us(at_us).substr(0, 19)) {
    if (c != '-' && c != ':') text.push_back(c);
  }
  return text + "Z";
}

}  // namespace

Result<DrillReport> drill(const DrillSpec& spec) {
  const auto started = Clock::now();
  DrillReport report;
  MINGLU_TRY(const store::BackupPool pool, store::BackupPool::open(spec.from));
  MINGLU_TRY(report.manifest, pool.read(spec.name));
  {
    MINGLU_TRY(const ScratchFolder scratch, ScratchFolder::make(spec.scratch));
    const HomeSpec trial{scratch.path() / "home", "", spec.home.catalog, spec.home.threads};
    const Result<RestoreReport> restored = restore({spec.from, report.manifest.name, trial, spec.progress});
    if (restored.ok()) {
      report.restored = *restored;
      const Status tried = try_restored(trial, report);
      if (!tried.ok()) report.problems.push_back(tried.error().message);
    } else {
      report.problems.push_back(restored.error().message);
    }
  }
  report.seconds = seconds_since(started);
  const int64_t now_us = base::system_now_us();
  MINGLU_CHECK(store::create_directories_durably(spec.from / "drills"));
  report.report = spec.from / "drills" / (day_and_time(now_us) + ".md");
  MINGLU_CHECK(base::write_file_durably(report.report, report_text(report, now_us)));
  if (!report.problems.empty() || !fs::exists(spec.home.directory / "archive")) return report;
  MINGLU_TRY(const std::optional<BackupNote> note, read_backup_note(spec.home.directory));
  if (!note) return report;
  BackupNote updated = *note;
  updated.drill_us = now_us;
  MINGLU_CHECK(write_backup_note(spec.home.directory, updated));
  return report;
}

}  // namespace minglu::flows
