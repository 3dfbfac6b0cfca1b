// backup, backup list, backup verify, backup drill, restore.
#include <sys/stat.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "flows/backup_flow.hpp"

namespace minglu::cli {
namespace {

using Json = nlohmann::json;

// A backup holds accounts and keys: what these commands make is for its owner alone.
void protect_new_files() { ::umask(0077); }

flows::HomeSpec home_spec(const GlobalOptions& global) {
  return {global.home, global.ledger, global.catalog, global.threads};
}

flows::BackupProgress shown_by(Progress& progress) {
  return [&progress](const std::string& step, uint64_t done, uint64_t total) { progress.show(step, done, total); };
}

Json manifest_json(const store::BackupManifest& manifest) {
  return {{"backup", manifest.name},
          {"created_at", manifest.created_at},
          {"software", manifest.software},
          {"ledger", manifest.ledger},
          {"seq", manifest.seq},
          {"history_hash", manifest.history_hash},
          {"state_hash", manifest.state_hash},
          {"audit_seq", manifest.audit_seq},
          {"files", manifest.files.size()},
          {"bytes", manifest.bytes()},
          {"digest", manifest.digest}};
}

void print_hashes(const std::string& state_hash, const std::string& history_hash) {
  std::printf("state_hash     %s\nhistory_hash   %s\n", state_hash.c_str(), history_hash.c_str());
}

void print_problems(const std::vector<std::string>& problems) {
  for (const std::string& problem : problems) std::printf("problem: %s\n", problem.c_str());
}

}  // namespace

int run_backup(const GlobalOptions& global, const BackupOptions& options) {
  protect_new_files();
  Progress progress(global);
  const auto report =
      flows::back_up({home_spec(global), options.to, options.with_index, options.keep, shown_by(progress)});
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  const store::BackupManifest& manifest = report->manifest;
  if (global.json) {
    Json json = manifest_json(manifest);
    json["files_added"] = report->files_added;
    json["bytes_added"] = report->bytes_added;
    json["forgotten"] = report->forgotten;
    json["seconds"] = report->seconds;
    print_json(json);
    return kExitOk;
  }
  std::printf("backup %s: %s files, %s bytes; new: %s files, %s bytes\n", manifest.name.c_str(),
              with_commas(manifest.files.size()).c_str(), with_commas(manifest.bytes()).c_str(),
              with_commas(report->files_added).c_str(), with_commas(report->bytes_added).c_str());
  if (report->forgotten > 0) std::printf("older backups forgotten: %s\n", with_commas(report->forgotten).c_str());
  print_hashes(manifest.state_hash, manifest.history_hash);
  std::printf("digest         %s (keep it elsewhere: it proves the backup)\n", manifest.digest.c_str());
  std::fprintf(stderr, "这份备份含账号与密钥，请当作机密保管。 This backup holds accounts and keys: keep it secret.\n");
  return kExitOk;
}

int run_backup_list(const GlobalOptions& global, const BackupOptions& options) {
  const auto pool = store::BackupPool::open(options.from);
  if (!pool.ok()) return fail(pool.error(), global);
  const auto names = pool->names();
  if (!names.ok()) return fail(names.error(), global);
  Json list = Json::array();
  for (const std::string& name : *names) {
    const auto manifest = pool->read(name);
    if (global.json) {
      list.push_back(manifest.ok() ? manifest_json(*manifest)
                                   : Json{{"backup", name}, {"problem", manifest.error().message}});
    } else if (manifest.ok()) {
      std::printf("%s  %s files  %s bytes  %s\n", name.c_str(), with_commas(manifest->files.size()).c_str(),
                  with_commas(manifest->bytes()).c_str(), manifest->history_hash.c_str());
    } else {
      std::printf("%s  damaged\n", name.c_str());
    }
  }
  if (global.json) print_json(list);
  return kExitOk;
}

int run_backup_verify(const GlobalOptions& global, const BackupOptions& options) {
  protect_new_files();
  Progress progress(global);
  const auto check = flows::verify_backup(options.from, options.name, shown_by(progress));
  progress.finish();
  if (!check.ok()) return fail(check.error(), global);
  const bool is_whole = check->problems.empty();
  if (global.json) {
    Json json = manifest_json(check->manifest);
    json["commits"] = check->commits;
    json["audit_entries"] = check->audit_entries;
    json["problems"] = check->problems;
    json["whole"] = is_whole;
    print_json(json);
  } else {
    std::printf("backup %s: %s files, %s bytes; ledger: %s commits; audit trail: %s entries\n",
                check->manifest.name.c_str(), with_commas(check->files).c_str(), with_commas(check->bytes).c_str(),
                with_commas(static_cast<uint64_t>(check->commits)).c_str(),
                with_commas(static_cast<uint64_t>(check->audit_entries)).c_str());
    print_problems(check->problems);
    std::printf(is_whole ? "whole\n" : "NOT whole\n");
  }
  return is_whole ? kExitOk : kExitInternal;
}

int run_backup_drill(const GlobalOptions& global, const BackupOptions& options) {
  protect_new_files();
  std::error_code error;
  const std::filesystem::path scratch =
      options.scratch.empty() ? std::filesystem::temp_directory_path(error) : std::filesystem::path(options.scratch);
  Progress progress(global);
  const auto report = flows::drill({options.from, options.name, scratch, home_spec(global), shown_by(progress)});
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  const bool is_good = report->problems.empty();
  const double usable = report->restored.seconds_copy + report->restored.seconds_rebuild;
  if (global.json) {
    Json json = manifest_json(report->manifest);
    json["units"] = report->units;
    json["audit_entries"] = report->audit_entries;
    json["seconds_until_usable"] = usable;
    json["seconds"] = report->seconds;
    json["problems"] = report->problems;
    json["report"] = report->report.string();
    json["success"] = is_good;
    print_json(json);
  } else {
    std::printf("backup %s: %s units, %s audit entries, usable after %.1f s\n", report->manifest.name.c_str(),
                with_commas(report->units).c_str(), with_commas(static_cast<uint64_t>(report->audit_entries)).c_str(),
                usable);
    print_problems(report->problems);
    if (is_good) print_hashes(report->restored.state_hash, report->restored.history_hash);
    std::printf("%s; report: %s\n", is_good ? "the drill succeeded" : "the drill FAILED",
                report->report.string().c_str());
  }
  return is_good ? kExitOk : kExitInternal;
}

int run_restore(const GlobalOptions& global, const BackupOptions& options) {
  protect_new_files();
  Progress progress(global);
  const auto report = flows::restore({options.from, options.name, home_spec(global), shown_by(progress)});
  progress.finish();
  if (!report.ok()) return fail(report.error(), global);
  if (global.json) {
    Json json = manifest_json(report->manifest);
    json["catalog_differs"] = report->catalog_differs;
    json["seconds"] = report->seconds_copy + report->seconds_rebuild;
    print_json(json);
    return kExitOk;
  }
  std::printf("restored %s into %s: %s files; both hashes are those of the backup\n", report->manifest.name.c_str(),
              global.home.c_str(), with_commas(report->manifest.files.size()).c_str());
  print_hashes(report->state_hash, report->history_hash);
  if (report->catalog_differs) {
    std::printf("the program's catalog is another; that of the backup is in %s/catalog: use it with --catalog\n",
                global.home.c_str());
  }
  return kExitOk;
}

}  // namespace minglu::cli
