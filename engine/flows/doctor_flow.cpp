#include "flows/doctor_flow.hpp"

#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/clock.hpp"
#include "codes/catalog_file.hpp"
#include "flows/backup_flow.hpp"
#include "store/audit_store.hpp"
#include "store/ledger_hash.hpp"
#include "store/section_file.hpp"

namespace minglu::flows {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kUsPerHour = 3600 * kUsPerSecond;
constexpr int64_t kUsPerDay = 24 * kUsPerHour;
constexpr size_t kNamesShown = 3;

struct Limits {
  int64_t disk_free_warn_mib = 0;
  int64_t disk_free_wrong_mib = 0;
  int64_t backup_age_warn_h = 0;
  int64_t drill_age_warn_d = 0;
  int64_t upload_age_warn_h = 0;
  int64_t clock_ahead_wrong_s = 0;
};

struct LimitName {
  std::string_view name;
  int64_t Limits::*value;
};
constexpr std::array<LimitName, 6> kLimits = {{{"disk_free_warn", &Limits::disk_free_warn_mib},
                                               {"disk_free_wrong", &Limits::disk_free_wrong_mib},
                                               {"backup_age_warn", &Limits::backup_age_warn_h},
                                               {"drill_age_warn", &Limits::drill_age_warn_d},
                                               {"upload_age_warn", &Limits::upload_age_warn_h},
                                               {"clock_ahead_wrong", &Limits::clock_ahead_wrong_s}}};

Result<Limits> load_limits(const fs::path& catalog) {
  MINGLU_TRY(const codes::CatalogFile file,
             codes::load_catalog_file(catalog / "parameters/doctor_limits.csv", {"name", "value", "unit", "source"}));
  Limits limits;
  std::set<std::string> seen;
  for (size_t row = 0; row < file.rows.size(); ++row) {
    const std::string& name = file.rows[row][0];
    const std::string& text = file.rows[row][1];
    const auto known = std::find_if(kLimits.begin(), kLimits.end(), [&](const LimitName& l) { return l.name == name; });
    if (known == kLimits.end() || !seen.insert(name).second)
      return codes::catalog_error(file, row, "limit \"" + name + "\" is unknown or stands twice");
    int64_t& value = limits.*known->value;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 1)
      return codes::catalog_error(file, row, "limit \"" + name + "\": \"" + text + "\" is not a whole number above 0");
  }
  if (seen.size() != kLimits.size()) return base::invalid_argument(file.path.string() + ": a limit is missing");
  return limits;
}

// The checks of one examination, in the order in which they are told.
class Examination {
 public:
  Examination(const HomeSpec& spec, const Limits& limits) : spec_(spec), home_(spec.directory), limits_(limits) {}

  std::vector<HealthCheck> run() {
    if (!look_at_home()) return std::move(checks_);
    look_at_disk(home_, "disk");
    look_at_secrets();
    look_at_owner();
    look_at_unfinished();
    look_at_databases();
    look_at_catalog();
    look_at_clock();
    look_at_backup();
    return std::move(checks_);
  }

 private:
  void ok(const char* name, std::string detail) { checks_.push_back({name, HealthGrade::kOk, std::move(detail), ""}); }
  void warn(const char* name, std::string detail, std::string advice) {
    checks_.push_back({name, HealthGrade::kWarning, std::move(detail), std::move(advice)});
  }
  void wrong(const char* name, std::string detail, std::string advice) {
    checks_.push_back({name, HealthGrade::kWrong, std::move(detail), std::move(advice)});
  }

  bool look_at_home();
  void look_at_disk(const fs::path& folder, const char* name);
  void look_at_secrets();
  void look_at_owner();
  void look_at_unfinished();
  void look_at_databases();
  void look_at_ledger(const fs::path& file);
  void look_at_archive(const std::set<fs::path>& references);
  void look_at_index(const std::map<std::string, std::set<int64_t>>& commits);
  void look_at_audit(const fs::path& file);
  void look_at_catalog();
  void look_at_clock();
  void look_at_backup();

  const HomeSpec& spec_;
  const fs::path& home_;
  const Limits& limits_;
  std::vector<HealthCheck> checks_;
  std::string last_commit_at_;
  std::string resolved_catalog_;  // digest pinned by the last resolve commit
};

std::string mib(uint64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamesShown) text += " and " + std::to_string(names.size() - kNamesShown) + " more";
  return text;
}

bool Examination::look_at_home() {
  std::error_code error;
  if (fs::exists(home_ / kRestoringFolder, error)) {
    wrong("home", "a restore into \"" + home_.string() + "\" broke off", "run the same minglu restore again");
    return false;
  }
  if (!fs::exists(home_ / "archive", error)) {
    wrong("home", "\"" + home_.string() + "\" is no register",
          "name the right one with --home, or make one: minglu ingest, minglu serve, minglu restore");
    return false;
  }
  for (const fs::path& folder : {home_, home_ / "archive", home_ / "index"}) {
    if (fs::exists(folder, error) && ::access(folder.c_str(), R_OK | W_OK | X_OK) != 0) {
      wrong("home", "this user may not write \"" + folder.string() + "\"",
            "run as the user that owns it, or give it to this one (chown)");
      return true;
    }
  }
  ok("home", "\"" + home_.string() + "\" is there and can be written");
  return true;
}

void Examination::look_at_disk(const fs::path& folder, const char* name) {
  std::error_code error;
  const auto space = fs::space(folder, error);
  if (error) return wrong(name, "cannot ask \"" + folder.string() + "\": " + error.message(), "is the disk mounted?");
  const auto free_mib = static_cast<int64_t>(space.available >> 20U);
  const std::string detail =
      mib(space.available) + " of " + mib(space.capacity) + " free at \"" + folder.string() + "\"";
  if (free_mib < limits_.disk_free_wrong_mib)
    return wrong(name, detail,
                 "free space now: below " + std::to_string(limits_.disk_free_wrong_mib) +
                     " MiB files cannot be taken in; old exports and backups (--keep) can go");
  if (free_mib < limits_.disk_free_warn_mib)
    return warn(name, detail, "make room: " + std::to_string(limits_.disk_free_warn_mib) + " MiB or more are wanted");
  ok(name, detail);
}

void Examination::look_at_secrets() {
  struct stat info {};
  const fs::path key = home_ / "seal.key";
  if (::stat(key.c_str(), &info) == 0) {
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
      return wrong("secrets", "seal.key can be read by others than its owner", "chmod 600 \"" + key.string() + "\"");
    if (info.st_size != 32)
      return wrong("secrets", "seal.key has " + std::to_string(info.st_size) + " bytes instead of 32",
                   "put it back from a backup: without it no second factor works");
  } else if (fs::exists(home_ / "accounts.db")) {
    return wrong("secrets", "accounts.db is there, seal.key is not", "put it back from a backup");
  }
  const bool is_private = ::stat(home_.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) == 0;
  std::vector<std::string> open;
  for (const char* name : {"ledger.db", "accounts.db", "audit.db"}) {
    if (::stat((home_ / name).c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
      open.emplace_back(name);
  }
  if (!is_private && !open.empty())
    return warn("secrets", "others can read " + some_of(open), "chmod 700 \"" + home_.string() + "\"");
  ok("secrets", "keys and databases are for their owner alone");
}

// The process that holds a lock of flock(2), as the kernel lists it.
std::optional<std::string> holder_of(const fs::path& lock) {
  struct stat info {};
  const auto locks = base::read_file("/proc/locks");
  if (::stat(lock.c_str(), &info) != 0 || !locks.ok()) return std::nullopt;
  const std::string node = ":" + std::to_string(info.st_ino) + " ";
  for (size_t at = 0; at < locks->size();) {
    const size_t end = std::min(locks->find('\n', at), locks->size());
    const std::string line = locks->substr(at, end - at);
    at = end + 1;
    const size_t write = line.find("WRITE ");
    if (line.find("FLOCK") == std::string::npos || write == std::string::npos || line.find(node) == std::string::npos)
      continue;
    return line.substr(write + 6, line.find(' ', write + 6) - write - 6);
  }
  return std::nullopt;
}

void Examination::look_at_owner() {
  const fs::path lock = home_ / "lock";
  bool is_owned = false;
  if (fs::exists(lock)) {
    const auto taken = base::FileLock::acquire(lock);
    is_owned = !taken.ok() && taken.error().code == ErrorCode::kConflict;
  }
  if (is_owned) return ok("owner", "process " + holder_of(lock).value_or("(unknown)") + " has the register open");
  if (fs::exists(home_ / "ledger.db-wal") && spec_.ledger_url.empty())
    return warn("owner", "the process that had the register open was killed",
                "nothing is lost; the next opening puts the rest in order: start the server, or run minglu status");
  ok("owner", "no process has the register open");
}

void Examination::look_at_unfinished() {
  const bool is_owned = checks_.back().detail.starts_with("process ");
  std::vector<std::string> parts;
  std::vector<std::string> uploads;
  std::error_code error;
  for (const char* folder : {"archive/incoming", "index"}) {
    for (fs::recursive_directory_iterator it(home_ / folder, error), end; !error && it != end; it.increment(error)) {
      if (it->path().extension() == ".part") parts.push_back(it->path().filename().string());
    }
    error.clear();
  }
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::hours(limits_.upload_age_warn_h);
  for (fs::directory_iterator it(home_ / "uploads", error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const auto at = fs::last_write_time(it->path(), gone);
    if (!gone && at < oldest) uploads.push_back(it->path().filename().string());
  }
  if (!uploads.empty())
    return warn("unfinished", "uploads that were never taken in: " + some_of(uploads),
                "remove them from \"" + (home_ / "uploads").string() + "\" and have their senders send them again");
  if (!parts.empty() && !is_owned)
    return warn("unfinished", std::to_string(parts.size()) + " half-written files of a process that was killed",
                "nothing: the next opening removes them");
  ok("unfinished", "nothing was left half done");
}

void Examination::look_at_databases() {
  const bool is_remote = spec_.ledger_url.starts_with("postgresql:");
  const auto scratch = ScratchFolder::make(fs::temp_directory_path());
  if (!scratch.ok()) return wrong("database", scratch.error().message, "make room for temporary files");
  const auto started = std::chrono::steady_clock::now();
  const Status copied = snapshot_databases(spec_, scratch->path());
  if (!copied.ok()) {
    const std::string advice = is_remote
                                   ? "is PostgreSQL running, are address and password right, does its version match?"
                                   : "see the message; a damaged file comes back with minglu restore";
    return wrong("database", copied.error().message, advice);
  }
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started);
  ok("database", std::string(is_remote ? "PostgreSQL" : "SQLite") + " answers; read whole in " +
                     std::to_string(ms.count()) + " ms");
  look_at_ledger(scratch->path() / "ledger.db");
  if (fs::exists(scratch->path() / "audit.db")) look_at_audit(scratch->path() / "audit.db");
}

void Examination::look_at_ledger(const fs::path& file) {
  const auto ledger = store::Ledger::open({.url = "sqlite:" + file.string()});
  const char* restore = "restore the newest good backup: minglu backup list, minglu restore";
  if (!ledger.ok()) return wrong("ledger", ledger.error().message, restore);
  const auto chain = (*ledger)->verify_chain();
  if (!chain.ok()) return wrong("ledger", chain.error().message, restore);
  if (chain->first_bad_seq)
    return wrong("ledger", "the chain breaks at commit " + std::to_string(*chain->first_bad_seq) + ": " + chain->reason,
                 restore);
  ok("ledger", std::to_string(chain->commits) + " commits, chain whole");
  std::map<std::string, std::set<int64_t>> commits;  // by kind
  std::set<fs::path> references;
  const Status read = (*ledger)->for_each_commit(1, [&](const store::CommitRow& commit) -> Status {
    commits[commit.kind].insert(commit.seq);
    last_commit_at_ = commit.created_at;
    const Json payload = Json::parse(commit.payload_json, nullptr, false);
    if (!payload.is_object()) return ok_status();
    if (commit.kind == "resolve" && payload.contains("pins")) resolved_catalog_ = payload["pins"].value("catalog", "");
    for (const auto& [key, kind] : {std::pair{"sha256", "raw"}, std::pair{"outcome", "outcomes"}}) {
      const std::string digest = payload.value(key, "");
      if (!digest.empty()) references.insert(fs::path("archive") / kind / digest.substr(0, 2) / digest);
    }
    return ok_status();
  });
  if (!read.ok()) return wrong("ledger", read.error().message, restore);
  const auto last = [&](const char* kind) { return commits[kind].empty() ? int64_t{0} : *commits[kind].rbegin(); };
  const int64_t newest = std::max(last("ingest"), last("decision"));
  if (newest > last("resolve")) {
    warn("lag",
         "commit " + std::to_string(newest) + " is not matched and fused yet; the register shows commit " +
             std::to_string(last("resolve")),
         "a server does it by itself; else run: minglu resolve");
  } else {
    ok("lag", "every commit is matched and fused");
  }
  look_at_archive(references);
  look_at_index(commits);
}

void Examination::look_at_archive(const std::set<fs::path>& references) {
  std::vector<std::string> missing;
  std::error_code error;
  for (const fs::path& reference : references) {
    fs::path packed = home_ / reference;
    packed += store::kPackedSuffix;
    if (!fs::exists(home_ / reference, error) && !fs::exists(packed, error))
      missing.push_back(reference.filename().string().substr(0, 12));
  }
  if (missing.empty())
    return ok("archive", std::to_string(references.size()) + " files, all that the ledger refers to");
  wrong("archive", std::to_string(missing.size()) + " files are missing: " + some_of(missing),
        "put them back from a backup (minglu verify names them whole)");
}

// Which sequence numbers have a file in a folder of the index, and the files whose tables are damaged.
std::set<int64_t> seqs_in(const fs::path& folder, std::vector<std::string>& damaged) {
  std::set<int64_t> seqs;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string stem = it->path().stem().string();
    int64_t seq = 0;
    const auto read = std::from_chars(stem.data(), stem.data() + stem.size(), seq);
    if (read.ec != std::errc() || read.ptr != stem.data() + stem.size()) continue;
    seqs.insert(seq);
    const bool is_sectioned = it->path().extension() != ".csv" && it->path().extension() != store::kPackedSuffix;
    if (is_sectioned && !store::SectionFile::open(it->path()).ok())
      damaged.push_back(folder.filename().string() + "/" + it->path().filename().string());
  }
  return seqs;
}

void Examination::look_at_index(const std::map<std::string, std::set<int64_t>>& commits) {
  struct Folder {
    const char* name;
    const char* kind;
  };
  constexpr std::array<Folder, 4> kFolders = {
      {{"records", "ingest"}, {"findings", "ingest"}, {"units", "resolve"}, {"state", "resolve"}}};
  std::vector<std::string> damaged;
  std::vector<std::string> missing;
  uint64_t files = 0;
  for (const Folder& folder : kFolders) {
    const std::set<int64_t> present = seqs_in(home_ / "index" / folder.name, damaged);
    files += present.size();
    const auto wanted = commits.find(folder.kind);
    if (wanted == commits.end()) continue;
    for (const int64_t seq : wanted->second) {
      if (!present.contains(seq)) missing.push_back(std::string(folder.name) + "/" + std::to_string(seq));
    }
  }
  if (!damaged.empty())
    return wrong("index", std::to_string(damaged.size()) + " derived files are damaged: " + some_of(damaged),
                 "stop the server, then run: minglu rebuild");
  if (!missing.empty())
    return warn("index", std::to_string(missing.size()) + " derived files are missing: " + some_of(missing),
                "the next opening makes them again: start the server, or run minglu status");
  ok("index", std::to_string(files) + " derived files, complete, their tables whole");
}

void Examination::look_at_audit(const fs::path& file) {
  const char* advice = "tell the audit administrator; compare with the trail in an earlier backup";
  const auto audit = store::AuditStore::open({.url = "sqlite:" + file.string()});
  if (!audit.ok()) return wrong("audit", audit.error().message, advice);
  const auto check = (*audit)->verify();
  if (!check.ok()) return wrong("audit", check.error().message, advice);
  if (check->first_bad_seq)
    return wrong("audit", "the trail breaks at entry " + std::to_string(*check->first_bad_seq) + ": " + check->reason,
                 advice);
  ok("audit", std::to_string(check->entries) + " entries, chain whole");
}

void Examination::look_at_catalog() {
  const fs::path folder = spec_.catalog.empty() ? codes::catalog_directory() : spec_.catalog;
  const auto knowledge = Knowledge::load(folder);
  if (!knowledge.ok()) return wrong("catalog", knowledge.error().message, "mend the file that the message names");
  const std::string& digest = (*knowledge)->digest();
  const std::string detail =
      "digest " + digest.substr(0, 12) + ", " + std::to_string((*knowledge)->sources().size()) + " sources";
  if (resolved_catalog_.empty() || resolved_catalog_ == digest) return ok("catalog", detail);
  warn("catalog", detail + "; the register was made with " + resolved_catalog_.substr(0, 12),
       "see what today's rules change: minglu rebuild --rematch");
}

void Examination::look_at_clock() {
  const std::string now = store::format_utc_us(base::system_now_us());
  const std::string allowed = store::format_utc_us(base::system_now_us() + limits_.clock_ahead_wrong_s * kUsPerSecond);
  if (last_commit_at_ > allowed)
    return wrong("clock", "it is " + now + ", but the last commit is dated " + last_commit_at_,
                 "set the system's clock (timedatectl set-ntp true)");
  timex state{};
  if (::adjtimex(&state) == TIME_ERROR)
    return warn("clock", "it is " + now + "; the clock is not synchronised",
                "known time rests on it: timedatectl set-ntp true");
  ok("clock", "it is " + now + ", synchronised");
}

std::string age_text(int64_t us) {
  if (us < 2 * kUsPerHour) return std::to_string(us / (60 * kUsPerSecond)) + " minutes";
  if (us < 2 * kUsPerDay) return std::to_string(us / kUsPerHour) + " hours";
  return std::to_string(us / kUsPerDay) + " days";
}

void Examination::look_at_backup() {
  const int64_t now_us = base::system_now_us();
  const auto note = read_backup_note(home_);
  if (!note.ok()) return warn("backup", note.error().message, "then make a backup");
  if (!*note) return warn("backup", "no backup was ever made", "minglu backup --to DIR, from cron, on another disk");
  const BackupNote& last = **note;
  const std::string age = age_text(now_us - last.backup_us);
  const std::string detail = "the last backup is " + age + " old, of commit " + std::to_string(last.seq) + ", in \"" +
                             last.folder.string() + "\"";
  std::error_code error;
  if (!fs::exists(last.folder / "manifests" / (last.backup + ".manifest"), error)) {
    warn("backup", detail + ", where it is not to be seen now", "is its disk mounted? else make another backup");
  } else if (now_us - last.backup_us > limits_.backup_age_warn_h * kUsPerHour) {
    warn("backup", detail, "back up: minglu backup --to \"" + last.folder.string() + "\"");
  } else {
    ok("backup", detail);
  }
  if (fs::exists(last.folder, error)) look_at_disk(last.folder, "backup_disk");
  const std::string how = "minglu backup drill --from \"" + last.folder.string() + "\"";
  if (last.drill_us == 0) return warn("drill", "no backup was ever tried", how);
  const std::string tried = "the last drill succeeded " + age_text(now_us - last.drill_us) + " ago";
  if (now_us - last.drill_us > limits_.drill_age_warn_d * kUsPerDay) return warn("drill", tried, how);
  ok("drill", tried);
}

}  // namespace

std::string_view health_grade_name(HealthGrade grade) noexcept {
  switch (grade) {
    case HealthGrade::kOk: return "ok";
    case HealthGrade::kWarning: return "warning";
    case HealthGrade::kWrong: return "wrong";
  }
  MINGLU_ASSERT(false);
}

Result<std::vector<HealthCheck>> examine(const HomeSpec& home) {
  const fs::path catalog = home.catalog.empty() ? codes::catalog_directory() : home.catalog;
  MINGLU_TRY(const Limits limits, load_limits(catalog));
  return Examination(home, limits).run();
}

HealthGrade worst_grade(const std::vector<HealthCheck>& checks) noexcept {
  HealthGrade worst = HealthGrade::kOk;
  for (const HealthCheck& check : checks) worst = std::max(worst, check.grade);
  return worst;
}

}  // namespace minglu::flows
