#include "table/internal/durable.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.hpp"

namespace minglu::table::internal {

std::filesystem::path part_name(const std::filesystem::path& path) {
  std::filesystem::path part = path;
  part += ".part";
  return part;
}

Status publish(const std::filesystem::path& part, const std::filesystem::path& path) {
  const auto fail = [&](const char* action) {
    return base::internal_error(std::string("cannot ") + action + " \"" + part.string() +
                                "\": " + std::strerror(errno));
  };
  const int fd = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail("open");
  const int synced = ::fsync(fd);
  ::close(fd);
  if (synced != 0) return fail("sync");
  if (::rename(part.c_str(), path.c_str()) != 0) return fail("rename");
  return base::sync_directory(path.parent_path());
}

}  // namespace minglu::table::internal
