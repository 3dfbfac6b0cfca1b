#include "store/packed_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/descriptor.hpp"
#include "store/zstd_context.hpp"

namespace minglu::store {

namespace fs = std::filesystem;

namespace {

constexpr int kLevel = 6;
constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
constexpr size_t kUnpackedBlockBytes = size_t{1} << 20;

Error damaged(const fs::path& path) {
  return base::data_loss("packed file \"" + path.string() + "\" is damaged; restore it from a backup");
}

struct Target {
  int fd;
  const fs::path& path;
};

/// Everything that the frame has for now; `end` closes the frame.
Status write_packed(ZSTD_CCtx* context, std::string_view block, ZSTD_EndDirective end, const Target& target,
                    PackedSizes& sizes) {
  ZSTD_inBuffer input{block.data(), block.size(), 0};
  std::string out(ZSTD_CStreamOutSize(), '\0');
  for (;;) {
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const size_t left = ZSTD_compressStream2(context, &output, &input, end);
    if (ZSTD_isError(left) != 0) return base::internal_error(std::string("zstd: ") + ZSTD_getErrorName(left));
    MINGLU_CHECK(base::write_all(target.fd, std::string_view(out).substr(0, output.pos), target.path));
    sizes.packed_bytes += output.pos;
    if (end == ZSTD_e_end ? left == 0 : input.pos == input.size) return ok_status();
  }
}

}  // namespace

Result<PackedSizes> pack_file(const fs::path& from, const fs::path& to) {
  const base::FileDescriptor source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.get() < 0) return base::system_error("cannot open", from);
  const base::FileDescriptor target(::open(to.c_str(), kNewFile, 0444));
  if (target.get() < 0) return base::system_error("cannot create", to);
  const ZstdPacker context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  PackedSizes sizes;
  const auto write = [&](std::string_view block, ZSTD_EndDirective end) {
    return write_packed(context.get(), block, end, {target.get(), to}, sizes);
  };
  MINGLU_TRY(sizes.bytes, base::for_each_block(source.get(), from, [&](std::string_view block, uint64_t) {
               return write(block, ZSTD_e_continue);
             }));
  MINGLU_CHECK(write({}, ZSTD_e_end));
  if (::fsync(target.get()) != 0) return base::system_error("cannot sync", to);
  return sizes;
}

Status for_each_unpacked_block(const fs::path& packed, const std::function<Status(std::string_view block)>& sink) {
  const base::FileDescriptor source(::open(packed.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.get() < 0) return base::system_error("cannot open", packed);
  const ZstdUnpacker context(ZSTD_createDCtx());
  std::string out(kUnpackedBlockBytes, '\0');
  size_t left = 1;  // 0: the frame is complete
  MINGLU_CHECK(base::for_each_block(source.get(), packed, [&](std::string_view block, uint64_t) -> Status {
    ZSTD_inBuffer input{block.data(), block.size(), 0};
    for (bool more = true; more;) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      left = ZSTD_decompressStream(context.get(), &output, &input);
      if (ZSTD_isError(left) != 0) return damaged(packed);
      if (output.pos > 0) MINGLU_CHECK(sink(std::string_view(out).substr(0, output.pos)));
      // A full block may leave more inside, but not behind the end of the frame.
      more = input.pos < input.size || (left != 0 && output.pos == out.size());
    }
    return ok_status();
  }));
  return left == 0 ? ok_status() : Status(damaged(packed));
}

ReadableFile::ReadableFile(ReadableFile&& other) noexcept
    : path_(std::move(other.path_)), is_ours_(std::exchange(other.is_ours_, false)) {}

ReadableFile::~ReadableFile() {
  if (is_ours_) ::unlink(path_.c_str());
}

Result<ReadableFile> unpack_file(const fs::path& packed, fs::path scratch) {
  ReadableFile file(std::move(scratch));
  const base::FileDescriptor target(::open(file.path().c_str(), kNewFile, 0444));
  if (target.get() < 0) return base::system_error("cannot create", file.path());
  file.is_ours_ = true;
  MINGLU_CHECK(for_each_unpacked_block(
      packed, [&](std::string_view block) { return base::write_all(target.get(), block, file.path()); }));
  return file;
}

}  // namespace minglu::store
