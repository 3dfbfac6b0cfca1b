#include "server/http/upload_file.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"

namespace minglu::server {
namespace {
constexpr std::string_view kPrefix = "upload-";
}

std::string random_hex() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  const ssize_t got = getrandom(bytes.data(), bytes.size(), 0);
  MINGLU_ASSERT(got == static_cast<ssize_t>(bytes.size()));
  bytes[0] |= 1;
  std::string out;
  out.reserve(32);
  for (const unsigned char byte : bytes) out += {kDigits[byte >> 4], kDigits[byte & 15]};
  return out;
}

Result<std::unique_ptr<UploadFile>> UploadFile::create(const std::filesystem::path& directory) {
  std::filesystem::path path = directory / (std::string(kPrefix) + random_hex());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return base::internal_error("cannot create " + path.string() + ": " + std::strerror(errno));
  return std::unique_ptr<UploadFile>(new UploadFile(std::move(path), fd));
}

void UploadFile::remove_leftovers(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (entry.path().filename().string().starts_with(kPrefix)) std::filesystem::remove(entry.path(), ignored);
  }
}

UploadFile::~UploadFile() {
  close();
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

Status UploadFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::internal_error("cannot write " + path_.string() + ": " + std::strerror(errno));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ok_status();
}

void UploadFile::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace minglu::server
