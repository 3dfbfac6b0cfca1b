#include "store/archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include "base/descriptor.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "store/directories.hpp"

namespace minglu::store {

namespace fs = std::filesystem;
using base::FileDescriptor;
using base::for_each_block;
using base::system_error;
using base::write_all;

namespace {

constexpr size_t kShards = 256;
constexpr size_t kDigestDigits = 64;
constexpr std::string_view kPartSuffix = ".part";
// Linux stamps modification times by the timer tick (at most 10 ms). A file stamped within two ticks could change again
// without a new stamp, so the copy waits until the stamp is old enough to show every later change.
constexpr int64_t kStampSettlesNs = 20'000'000;

/// Removes the part file unless it was renamed away.
class PartFile {
 public:
  explicit PartFile(fs::path path) : path_(std::move(path)) {}
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() { ::unlink(path_.c_str()); }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  fs::path path_;
};

int64_t stamp_ns(const struct stat& info) {
  return int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
}

Result<struct stat> stat_settled(int fd, const fs::path& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return system_error("cannot stat", path);
  struct timespec now {};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const int64_t age_ns = int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec - stamp_ns(info);
  if (age_ns >= 0 && age_ns < kStampSettlesNs) {
    std::this_thread::sleep_for(std::chrono::nanoseconds(kStampSettlesNs - age_ns));
    if (::fstat(fd, &info) != 0) return system_error("cannot stat", path);
  }
  return info;
}

struct FileDigest {
  std::string sha256;
  uint64_t bytes = 0;
};

bool is_packed(const fs::path& path) { return path.extension() == kPackedSuffix; }

fs::path packed_name(fs::path path) { return path += kPackedSuffix; }

/// Of the content, packed or not.
Result<FileDigest> digest_of(const fs::path& path) {
  if (is_packed(path)) {
    base::Sha256 sha;
    FileDigest digest;
    MINGLU_CHECK(for_each_unpacked_block(path, [&](std::string_view block) {
      sha.update(block);
      digest.bytes += block.size();
      return ok_status();
    }));
    digest.sha256 = sha.hex_digest();
    return digest;
  }
  const FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return system_error("cannot open", path);
  base::Sha256 sha;
  MINGLU_TRY(const uint64_t bytes, for_each_block(fd.get(), path, [&](std::string_view block, uint64_t) {
               sha.update(block);
               return ok_status();
             }));
  return FileDigest{sha.hex_digest(), bytes};
}

Result<int> create_part(const fs::path& part) {
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (fd < 0) return system_error("cannot create", part);
  return fd;
}

Status remove_parts(const fs::path& incoming) {
  std::error_code ec;
  for (fs::directory_iterator it(incoming, ec), end; !ec && it != end; it.increment(ec)) {
    if (it->path().extension() != kPartSuffix) continue;
    if (::unlink(it->path().c_str()) != 0 && errno != ENOENT) return system_error("cannot remove", it->path());
  }
  if (ec) return base::internal_error("cannot list \"" + incoming.string() + "\": " + ec.message());
  return ok_status();
}

size_t shard_of(std::string_view sha256) {
  const auto digit = [](char c) { return static_cast<size_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  return digit(sha256[0]) * 16 + digit(sha256[1]);
}

}  // namespace

std::string_view archive_kind_name(ArchiveKind kind) noexcept {
  switch (kind) {
    case ArchiveKind::kRaw: return "raw";
    case ArchiveKind::kOutcomes: return "outcomes";
    case ArchiveKind::kArtefacts: return "artefacts";
  }
  MINGLU_ASSERT(false);
}

bool is_sha256_hex(std::string_view text) noexcept {
  return text.size() == kDigestDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

struct Archive::State {
  fs::path root;
  fs::path incoming;
  std::atomic<uint64_t> part_count{0};
  // Shard folders whose own name this process has synced into the folder above.
  std::array<std::array<std::atomic<bool>, kShards>, kArchiveKinds.size()> shard_is_durable{};
};

Archive::Archive(std::unique_ptr<State> state) : state_(std::move(state)) {}
Archive::Archive(Archive&&) noexcept = default;
Archive& Archive::operator=(Archive&&) noexcept = default;
Archive::~Archive() = default;

Result<Archive> Archive::open(const fs::path& root) {
  auto state = std::make_unique<State>();
  state->root = root;
  state->incoming = root / "incoming";
  MINGLU_CHECK(create_directories_durably(root));
  MINGLU_CHECK(create_directories_durably(state->incoming));
  for (const ArchiveKind kind : kArchiveKinds) MINGLU_CHECK(create_directories_durably(root / archive_kind_name(kind)));
  MINGLU_CHECK(remove_parts(state->incoming));
  return Archive(std::move(state));
}

fs::path Archive::next_part_path() {
  const uint64_t number = state_->part_count.fetch_add(1);
  return state_->incoming / (std::to_string(::getpid()) + "-" + std::to_string(number) + std::string(kPartSuffix));
}

fs::path Archive::path_of(ArchiveKind kind, std::string_view sha256) const {
  MINGLU_ASSERT(is_sha256_hex(sha256));
  return state_->root / archive_kind_name(kind) / sha256.substr(0, 2) / sha256;
}

/// The part is complete under `fd`: gives it its name, durably, unless a whole copy is there already.
Result<ArchivedFile> Archive::settle(ArchiveKind kind, const fs::path& part, int fd, ArchivedFile file) {
  file.path = path_of(kind, file.sha256);
  const fs::path shard = file.path.parent_path();
  std::atomic<bool>& shard_is_durable = state_->shard_is_durable[static_cast<size_t>(kind)][shard_of(file.sha256)];
  if (!shard_is_durable.load()) {
    MINGLU_CHECK(create_directories_durably(shard));
    shard_is_durable.store(true);
  }
  const fs::path plain = file.path;
  for (const fs::path& place : {plain, packed_name(plain)}) {
    if (file.was_present || ::access(place.c_str(), F_OK) != 0) continue;
    const auto kept = digest_of(place);
    file.was_present = kept.ok() && kept.value().sha256 == file.sha256;
    if (file.was_present) file.path = place;
    if (!file.was_present && place != plain && ::unlink(place.c_str()) != 0)
      return system_error("cannot remove", place);
  }
  if (!file.was_present) {
    if (::fsync(fd) != 0) return system_error("cannot sync", part);
    if (::rename(part.c_str(), file.path.c_str()) != 0) return system_error("cannot rename", part);
  }
  // Also for a file that was there: the run that renamed it may have died before this sync.
  MINGLU_CHECK(base::sync_directory(shard));
  return file;
}

Result<ArchivedFile> Archive::put(const fs::path& source_file, const Progress& progress) {
  // O_NONBLOCK: opening a pipe must be refused below, not wait for a writer.
  const FileDescriptor source(::open(source_file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (source.get() < 0) return system_error("cannot open", source_file);
  MINGLU_TRY(const struct stat before, stat_settled(source.get(), source_file));
  if (!S_ISREG(before.st_mode)) {
    return base::invalid_argument("\"" + source_file.string() + "\" is not a regular file; only files can be archived");
  }
  ::posix_fadvise(source.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
  const PartFile part(next_part_path());
  MINGLU_TRY(const int part_fd, create_part(part.path()));
  const FileDescriptor target(part_fd);
  base::Sha256 sha;
  MINGLU_TRY(const uint64_t bytes,
             for_each_block(source.get(), source_file, [&](std::string_view block, uint64_t total) -> Status {
               sha.update(block);
               MINGLU_CHECK(write_all(part_fd, block, part.path()));
               if (progress) progress(total);
               return ok_status();
             }));
  struct stat after {};
  if (::fstat(source.get(), &after) != 0) return system_error("cannot stat", source_file);
  if (after.st_size != before.st_size || stamp_ns(after) != stamp_ns(before) ||
      bytes != static_cast<uint64_t>(after.st_size)) {
    return base::conflict("\"" + source_file.string() + "\" changed while it was copied (" +
                          std::to_string(before.st_size) + " bytes before, " + std::to_string(after.st_size) +
                          " after); nothing was kept: wait until the sender is done, then run again");
  }
  return settle(ArchiveKind::kRaw, part.path(), part_fd, {.sha256 = sha.hex_digest(), .bytes = bytes, .path = {}});
}

Result<ArchivedFile> Archive::put_bytes(ArchiveKind kind, std::string_view bytes) {
  const PartFile part(next_part_path());
  MINGLU_TRY(const int part_fd, create_part(part.path()));
  const FileDescriptor target(part_fd);
  MINGLU_CHECK(write_all(part_fd, bytes, part.path()));
  return settle(kind, part.path(), part_fd, {.sha256 = base::sha256_hex(bytes), .bytes = bytes.size(), .path = {}});
}

Result<fs::path> Archive::find(ArchiveKind kind, std::string_view sha256) const {
  if (!is_sha256_hex(sha256)) {
    return base::invalid_argument("archive digest \"" + std::string(sha256.substr(0, 80)) +
                                  "\" is not 64 lower-case hex digits");
  }
  const fs::path path = path_of(kind, sha256);
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0) return path;
  if (const fs::path packed = packed_name(path); errno == ENOENT && ::stat(packed.c_str(), &info) == 0) return packed;
  return system_error("archive has no", path);
}

Result<ReadableFile> Archive::open_packed(const fs::path& packed) { return unpack_file(packed, next_part_path()); }

Result<ReadableFile> Archive::open_content(ArchiveKind kind, std::string_view sha256) {
  MINGLU_TRY(const fs::path path, find(kind, sha256));
  return is_packed(path) ? open_packed(path) : ReadableFile(path);
}

Status Archive::pack(ArchiveKind kind, std::string_view sha256) {
  MINGLU_TRY(const fs::path path, find(kind, sha256));
  if (is_packed(path)) return ok_status();
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return system_error("cannot stat", path);
  if (static_cast<uint64_t>(info.st_size) < kPackFileFrom) return ok_status();
  const PartFile part(next_part_path());
  MINGLU_TRY(const PackedSizes sizes, pack_file(path, part.path()));
  if (!sizes.is_worth_it()) return ok_status();
  const fs::path packed = packed_name(path);
  const fs::path shard = path.parent_path();
  if (::rename(part.path().c_str(), packed.c_str()) != 0) return system_error("cannot rename", part.path());
  MINGLU_CHECK(base::sync_directory(shard));
  MINGLU_TRY(const FileDigest written, digest_of(packed));
  if (written.sha256 != sha256) {  // the disk, or the file before it
    ::unlink(packed.c_str());
    return base::data_loss("\"" + path.string() + "\" is damaged, or the disk does not keep what is written");
  }
  if (::unlink(path.c_str()) != 0) return system_error("cannot remove", path);
  return base::sync_directory(shard);
}

Result<std::string> Archive::read(ArchiveKind kind, std::string_view sha256) const {
  MINGLU_TRY(const fs::path path, find(kind, sha256));
  std::string bytes;
  if (is_packed(path)) {
    MINGLU_CHECK(for_each_unpacked_block(path, [&](std::string_view block) {
      bytes.append(block);
      return ok_status();
    }));
  } else {
    MINGLU_TRY(bytes, base::read_file(path));
  }
  const std::string found = base::sha256_hex(bytes);
  if (found != sha256) {
    return base::data_loss("archived file \"" + path.string() + "\" is damaged: its bytes hash to " + found +
                           "; restore it from a backup");
  }
  return bytes;
}

namespace {

void check_file(ArchiveKind kind, const fs::path& path, ArchiveReport& report) {
  using Problem = ArchiveDamage::Problem;
  const std::string name = (is_packed(path) ? path.stem() : path.filename()).string();
  const bool is_ours = is_sha256_hex(name) && path.parent_path().filename().string() == name.substr(0, 2);
  if (!is_ours) {
    report.damages.push_back({Problem::kForeign, kind, path, "", "", "not a name that the archive gives"});
    return;
  }
  const auto digest = digest_of(path);
  if (!digest.ok()) {
    report.damages.push_back({Problem::kDamaged, kind, path, name, "", digest.error().message});
    return;
  }
  ++report.files;
  report.bytes += digest.value().bytes;
  if (digest.value().sha256 != name) {
    report.damages.push_back({Problem::kDamaged, kind, path, name, digest.value().sha256, ""});
  }
}

}  // namespace

Result<ArchiveReport> Archive::verify(std::span<const ArchiveReference> references) const {
  ArchiveReport report;
  for (const ArchiveKind kind : kArchiveKinds) {
    const fs::path folder = state_->root / archive_kind_name(kind);
    std::vector<fs::path> paths;
    std::error_code ec;
    for (fs::recursive_directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
      if (!it->is_directory()) paths.push_back(it->path());
    }
    if (ec) return base::internal_error("cannot list \"" + folder.string() + "\": " + ec.message());
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) check_file(kind, path, report);
  }
  for (const ArchiveReference& reference : references) {
    if (const auto found = find(reference.kind, reference.sha256); !found.ok()) {
      const fs::path path = is_sha256_hex(reference.sha256) ? path_of(reference.kind, reference.sha256) : fs::path();
      report.damages.push_back(
          {ArchiveDamage::Problem::kMissing, reference.kind, path, reference.sha256, "", found.error().message});
    }
  }
  return report;
}

}  // namespace minglu::store
