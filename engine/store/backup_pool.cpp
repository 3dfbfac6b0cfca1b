#include "store/backup_pool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>

#include "base/descriptor.hpp"
#include "base/hash.hpp"
#include "store/archive.hpp"
#include "store/directories.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlockBytes = size_t{1} << 20;
// One sync of the file system for so many files: thousands of small ones would wait for the disk one by one.
constexpr uint64_t kPartsMax = 2'000;
constexpr uint64_t kPartBytesMax = uint64_t{1} << 30;
constexpr std::string_view kEnding = ".manifest";
constexpr const char* kReadme =
    "这里是名录库的备份（minglu backup）。内含账号与密钥，请当作机密保管，不要修改其中任何文件。\n"
    "恢复：minglu restore --from 本目录 --home 新目录    检查：minglu backup verify 本目录\n\n"
    "Backups of a Minglu register. They hold accounts and keys: keep them secret, change nothing in here.\n"
    "To restore: minglu restore --from THIS --home NEW    To check: minglu backup verify THIS\n";

Error system_error(const std::string& action, const fs::path& path) {
  const int code = errno;
  std::string message = action + " \"" + path.string() + "\": " + std::strerror(code);
  if (code == ENOENT) return base::not_found(std::move(message));
  if (code == ENOSPC || code == EDQUOT) return base::unavailable(message + "; free disk space, then run it again");
  return base::internal_error(std::move(message));
}

Status write_all(int fd, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("cannot write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ok_status();
}

using Sink = std::function<Status(std::string_view block)>;

// Digest and length of a file; every block goes to `sink` too.
Result<BackupFile> read_through(const fs::path& path, const Sink& sink) {
  const base::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return system_error("cannot open", path);
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  BackupFile file;
  base::Sha256 sha;
  std::string buffer(kBlockBytes, '\0');
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path);
    if (got == 0) break;
    const std::string_view block(buffer.data(), static_cast<size_t>(got));
    sha.update(block);
    file.bytes += block.size();
    MINGLU_CHECK(sink(block));
  }
  file.sha256 = sha.hex_digest();
  return file;
}

// A new file with the bytes of another.
Result<BackupFile> copy_bytes(const fs::path& from, const fs::path& to) {
  const base::FileDescriptor fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return system_error("cannot create", to);
  return read_through(from, [&](std::string_view block) { return write_all(fd.get(), block, to); });
}

Status sync_file_system(const fs::path& folder) {
  const base::FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return system_error("cannot open", folder);
  if (::syncfs(fd.get()) != 0) return system_error("cannot sync", folder);
  return ok_status();
}

Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->is_regular_file()) paths.push_back(it->path());
  }
  if (error) return base::internal_error("cannot list \"" + folder.string() + "\": " + error.message());
  std::sort(paths.begin(), paths.end());
  return paths;
}

// What a backup that broke off left: everything in incoming, and a manifest that never got its name.
Status clean(const fs::path& root) {
  std::error_code error;
  std::vector<fs::path> doomed;
  for (const auto& entry : fs::directory_iterator(root / "incoming", error)) doomed.push_back(entry.path());
  for (const auto& entry : fs::directory_iterator(root / "manifests", error)) {
    if (entry.path().extension() == ".part") doomed.push_back(entry.path());
  }
  for (const fs::path& path : doomed) {
    if (!error) fs::remove_all(path, error);
  }
  if (error) return base::internal_error("cannot clean \"" + root.string() + "\": " + error.message());
  return ok_status();
}

}  // namespace

fs::path BackupPool::object_path(std::string_view sha256) const {
  MINGLU_ASSERT(is_sha256_hex(sha256));
  return root_ / "objects" / sha256.substr(0, 2) / sha256;
}

fs::path BackupPool::manifest_path(const std::string& name) const {
  return root_ / "manifests" / (name + std::string(kEnding));
}

Result<BackupPool> BackupPool::create(const fs::path& root) {
  std::error_code error;
  const bool is_new = !fs::exists(root / "objects", error);
  if (is_new && fs::exists(root, error) && !fs::is_empty(root, error)) {
    return base::failed_precondition("\"" + root.string() +
                                     "\" holds other things; name an empty or new folder for backups");
  }
  BackupPool pool;
  pool.root_ = root;
  if (!fs::exists(root, error)) {
    MINGLU_CHECK(create_directories_durably(root));
    fs::permissions(root, fs::perms::owner_all, error);
    if (error) return base::internal_error("cannot protect \"" + root.string() + "\": " + error.message());
  }
  // "objects" last: whoever finds it finds a folder of backups.
  for (const char* folder : {"incoming", "manifests", "objects"}) {
    MINGLU_CHECK(create_directories_durably(root / folder));
  }
  MINGLU_TRY(base::FileLock lock, base::FileLock::acquire(root / "lock"));
  pool.lock_.emplace(std::move(lock));
  MINGLU_CHECK(clean(root));
  if (!fs::exists(root / "README.txt")) MINGLU_CHECK(base::write_file_durably(root / "README.txt", kReadme));
  return pool;
}

Result<BackupPool> BackupPool::open(const fs::path& root) {
  std::error_code error;
  if (!fs::is_directory(root / "manifests", error)) {
    return base::not_found("\"" + root.string() + "\" is no folder of backups; make one with: minglu backup --to DIR");
  }
  BackupPool pool;
  pool.root_ = root;
  return pool;
}

Result<BackupFile> BackupPool::add(std::string path, const fs::path& source, const std::string& sha256) {
  if (path.find('\n') != std::string::npos)
    return base::invalid_argument("a file with a line break in its name cannot be backed up: \"" + path + "\"");
  if (!sha256.empty()) {
    std::error_code error;
    const uint64_t bytes = fs::file_size(source, error);
    if (error) return base::not_found("cannot read \"" + source.string() + "\": " + error.message());
    const bool is_there = pending_.contains(sha256) || (fs::file_size(object_path(sha256), error) == bytes && !error);
    if (is_there) return BackupFile{std::move(path), sha256, bytes};
  }
  const fs::path part = root_ / "incoming" / (std::to_string(part_count_++) + ".part");
  MINGLU_TRY(BackupFile file, copy_bytes(source, part));
  file.path = std::move(path);
  if (!sha256.empty() && file.sha256 != sha256) {
    return base::data_loss("\"" + source.string() + "\" is damaged: its bytes hash to " + file.sha256 +
                           "; an earlier backup may hold it");
  }
  std::error_code error;
  const bool is_there = pending_.contains(file.sha256) || fs::file_size(object_path(file.sha256), error) == file.bytes;
  if (is_there && !error) {
    if (::unlink(part.c_str()) != 0) return system_error("cannot remove", part);
    return file;
  }
  parts_.push_back({part, file.sha256});
  pending_.insert(file.sha256);
  part_bytes_ += file.bytes;
  bytes_added_ += file.bytes;
  ++files_added_;
  if (parts_.size() >= kPartsMax || part_bytes_ >= kPartBytesMax) MINGLU_CHECK(flush());
  return file;
}

// Bytes on the disk first, then names: an object that has its name is whole.
Status BackupPool::flush() {
  if (parts_.empty()) return ok_status();
  MINGLU_CHECK(sync_file_system(root_));
  for (const Part& part : parts_) {
    const fs::path target = object_path(part.sha256);
    if (shards_.insert(target.parent_path()).second) MINGLU_CHECK(create_directories_durably(target.parent_path()));
    if (::rename(part.part.c_str(), target.c_str()) != 0) return system_error("cannot rename", part.part);
  }
  parts_.clear();
  pending_.clear();
  part_bytes_ = 0;
  return ok_status();
}

Status BackupPool::seal(BackupManifest& manifest) {
  MINGLU_CHECK(flush());
  // Also objects that were there: the run that named them may have died before this sync.
  std::set<fs::path> shards;
  for (const BackupFile& file : manifest.files) shards.insert(object_path(file.sha256).parent_path());
  for (const fs::path& shard : shards) MINGLU_CHECK(base::sync_directory(shard));
  MINGLU_CHECK(base::sync_directory(root_ / "objects"));
  const std::string text = manifest_text(manifest);
  manifest.digest = base::sha256_hex(text);
  return base::write_file_durably(manifest_path(manifest.name), text);
}

Result<std::vector<std::string>> BackupPool::names() const {
  MINGLU_TRY(const std::vector<fs::path> paths, files_below(root_ / "manifests"));
  std::vector<std::string> names;
  for (const fs::path& path : paths) {
    if (path.extension() == kEnding) names.push_back(path.stem().string());
  }
  return names;
}

Result<BackupManifest> BackupPool::read(const std::string& name) const {
  MINGLU_TRY(const std::vector<std::string> known, names());
  if (known.empty()) return base::not_found("there is no whole backup in \"" + root_.string() + "\"");
  const std::string wanted = name.empty() ? known.back() : name;
  if (std::find(known.begin(), known.end(), wanted) == known.end()) {
    return base::not_found("there is no backup \"" + wanted + "\" in \"" + root_.string() + "\"");
  }
  MINGLU_TRY(const std::string text, base::read_file(manifest_path(wanted)));
  Result<BackupManifest> manifest = parse_manifest(text);
  if (!manifest.ok() || manifest->name != wanted) {
    return base::data_loss("\"" + manifest_path(wanted).string() +
                           "\" is damaged: " + (manifest.ok() ? "it names another backup" : manifest.error().message) +
                           "; name another backup with --backup, see: minglu backup list");
  }
  return manifest;
}

namespace {

Error damaged(const BackupFile& file, const fs::path& object, const std::string& detail) {
  return base::data_loss("\"" + file.path + "\" is damaged in the backup (" + object.string() + "): " + detail);
}

Status compare(const BackupFile& file, const fs::path& object, const Result<BackupFile>& found) {
  if (!found.ok() && found.error().code == ErrorCode::kNotFound) return damaged(file, object, "it is missing");
  if (!found.ok()) return found.error();
  if (found->sha256 != file.sha256) return damaged(file, object, "its bytes hash to " + found->sha256);
  return ok_status();
}

}  // namespace

Status BackupPool::check(const BackupFile& file) const {
  const fs::path object = object_path(file.sha256);
  return compare(file, object, read_through(object, [](std::string_view) { return ok_status(); }));
}

Status BackupPool::copy_out(const BackupFile& file, const fs::path& to) const {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error) return base::internal_error("cannot make \"" + to.parent_path().string() + "\": " + error.message());
  const fs::path object = object_path(file.sha256);
  if (!fs::exists(object)) return damaged(file, object, "it is missing");
  const Status same = compare(file, object, copy_bytes(object, to));
  if (!same.ok()) ::unlink(to.c_str());
  return same;
}

Result<uint64_t> BackupPool::prune(uint64_t keep) {
  MINGLU_ASSERT(lock_.has_value());
  MINGLU_ASSERT(keep > 0);
  MINGLU_TRY(const std::vector<std::string> known, names());
  if (known.size() <= keep) return uint64_t{0};
  const size_t doomed = known.size() - keep;
  std::set<std::string> used;
  for (size_t i = doomed; i < known.size(); ++i) {
    MINGLU_TRY(const BackupManifest manifest, read(known[i]));
    for (const BackupFile& file : manifest.files) used.insert(file.sha256);
  }
  // Manifests first, durably: a backup that is named is whole at every moment.
  for (size_t i = 0; i < doomed; ++i) {
    const fs::path path = manifest_path(known[i]);
    if (::unlink(path.c_str()) != 0) return system_error("cannot remove", path);
  }
  MINGLU_CHECK(base::sync_directory(root_ / "manifests"));
  MINGLU_CHECK(remove_unused(used));
  return uint64_t{doomed};
}

Status BackupPool::remove_unused(const std::set<std::string>& used) {
  MINGLU_TRY(const std::vector<fs::path> paths, files_below(root_ / "objects"));
  for (const fs::path& path : paths) {
    const std::string name = path.filename().string();
    if (!is_sha256_hex(name) || used.contains(name)) continue;
    if (::unlink(path.c_str()) != 0) return system_error("cannot remove", path);
  }
  return ok_status();
}

}  // namespace minglu::store
