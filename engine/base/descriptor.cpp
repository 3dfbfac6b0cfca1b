#include "base/descriptor.hpp"

#include <cstring>
#include <utility>

namespace minglu::base {

Error system_error(const std::string& action, const std::filesystem::path& path) {
  const int code = errno;
  std::string message = action + " \"" + path.string() + "\": " + std::strerror(code);
  if (code == ENOENT) return not_found(std::move(message));
  if (code == ENOSPC || code == EDQUOT) message += "; free disk space, then run the command again";
  return internal_error(std::move(message));
}

Status write_all(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return system_error("cannot write", path);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return ok_status();
}

}  // namespace minglu::base
