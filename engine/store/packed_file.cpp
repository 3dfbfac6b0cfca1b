#include "store/packed_file.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "base/assert.hpp"

namespace minglu::store {

namespace fs = std::filesystem;

namespace {

constexpr size_t kBlockBytes = size_t{1} << 20;
constexpr int kLevel = 6;

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
struct FreeDecompressor {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error system_error(const std::string& action, const fs::path& path) {
  const int code = errno;
  std::string message = action + " \"" + path.string() + "\": " + std::strerror(code);
  if (code == ENOENT) return base::not_found(std::move(message));
  if (code == ENOSPC || code == EDQUOT) message += "; free disk space, then run the command again";
  return base::internal_error(std::move(message));
}

Error damaged(const fs::path& path) {
  return base::data_loss("packed file \"" + path.string() + "\" is damaged; restore it from a backup");
}

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, 0444)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  /// 0 at the end.
  Result<size_t> read(std::string& buffer) const {
    for (;;) {
      const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) return system_error("cannot read", path_);
    }
  }
  Status write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) return system_error("cannot write", path_);
      if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
    }
    return ok_status();
  }
  Status sync() const { return ::fsync(fd_) == 0 ? ok_status() : Status(system_error("cannot sync", path_)); }

 private:
  const fs::path& path_;
  int fd_;
};

/// Everything that the frame has for now; `end` closes the frame.
Status write_packed(ZSTD_CCtx* context, std::string_view block, bool end, const Descriptor& target, std::string& out,
                    uint64_t& packed_bytes) {
  ZSTD_inBuffer input{block.data(), block.size(), 0};
  for (;;) {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t left = ZSTD_compressStream2(context, &output, &input, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0) return base::internal_error(std::string("zstd: ") + ZSTD_getErrorName(left));
    MINGLU_CHECK(target.write(std::string_view(out).substr(0, output.pos)));
    packed_bytes += output.pos;
    if (end ? left == 0 : input.pos == input.size) return ok_status();
  }
}

}  // namespace

Result<PackedSizes> pack_file(const fs::path& from, const fs::path& to) {
  const Descriptor source(from, O_RDONLY);
  if (!source.is_open()) return system_error("cannot open", from);
  const Descriptor target(to, O_WRONLY | O_CREAT | O_EXCL);
  if (!target.is_open()) return system_error("cannot create", to);
  const std::unique_ptr<ZSTD_CCtx, FreeCompressor> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  PackedSizes sizes;
  std::string block(kBlockBytes, '\0');
  std::string out(ZSTD_CStreamOutSize(), '\0');
  for (;;) {
    MINGLU_TRY(const size_t got, source.read(block));
    sizes.bytes += got;
    const std::string_view bytes = std::string_view(block).substr(0, got);
    MINGLU_CHECK(write_packed(context.get(), bytes, got == 0, target, out, sizes.packed_bytes));
    if (got == 0) break;
  }
  MINGLU_CHECK(target.sync());
  return sizes;
}

Status for_each_unpacked_block(const fs::path& packed, const std::function<Status(std::string_view block)>& sink) {
  const Descriptor source(packed, O_RDONLY);
  if (!source.is_open()) return system_error("cannot open", packed);
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  std::string in(ZSTD_DStreamInSize(), '\0');
  std::string out(kBlockBytes, '\0');
  size_t left = 1;  // 0: the frame is complete
  for (;;) {
    MINGLU_TRY(const size_t got, source.read(in));
    if (got == 0) return left == 0 ? ok_status() : Status(damaged(packed));
    ZSTD_inBuffer input{in.data(), got, 0};
    while (input.pos < input.size) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      left = ZSTD_decompressStream(context.get(), &output, &input);
      if (ZSTD_isError(left) != 0) return damaged(packed);
      if (output.pos > 0) MINGLU_CHECK(sink(std::string_view(out).substr(0, output.pos)));
    }
    // What did not fit into the block waits inside.
    for (bool more = left != 0; more;) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      left = ZSTD_decompressStream(context.get(), &output, &input);
      if (ZSTD_isError(left) != 0) return damaged(packed);
      if (output.pos > 0) MINGLU_CHECK(sink(std::string_view(out).substr(0, output.pos)));
      more = output.pos == out.size();
    }
  }
}

ReadableFile::ReadableFile(ReadableFile&& other) noexcept
    : path_(std::move(other.path_)), is_ours_(std::exchange(other.is_ours_, false)) {}

ReadableFile::~ReadableFile() {
  if (is_ours_) ::unlink(path_.c_str());
}

Result<ReadableFile> unpack_file(const fs::path& packed, fs::path scratch) {
  ReadableFile file(std::move(scratch));
  const Descriptor target(file.path(), O_WRONLY | O_CREAT | O_EXCL);
  if (!target.is_open()) return system_error("cannot create", file.path());
  file.is_ours_ = true;
  MINGLU_CHECK(for_each_unpacked_block(packed, [&](std::string_view block) { return target.write(block); }));
  return file;
}

}  // namespace minglu::store
