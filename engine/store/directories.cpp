#include "store/directories.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "base/file.hpp"

namespace minglu::store {

Status create_directories_durably(const std::filesystem::path& directory) {
  std::filesystem::path clean = directory.lexically_normal();
  if (!clean.has_filename()) clean = clean.parent_path();  // "a/b/" names the same folder as "a/b"
  if (clean.empty() || clean == "." || clean == clean.root_path()) return ok_status();
  const std::filesystem::path parent = clean.parent_path();
  struct stat info {};
  if (::stat(clean.c_str(), &info) != 0) {
    MINGLU_CHECK(create_directories_durably(parent));
    if (::mkdir(clean.c_str(), 0755) != 0 && errno != EEXIST) {
      return base::internal_error("cannot make the folder \"" + clean.string() + "\": " + std::strerror(errno));
    }
  } else if (!S_ISDIR(info.st_mode)) {
    return base::failed_precondition("\"" + clean.string() + "\" is a file; a folder of that name is needed");
  }
  return base::sync_directory(parent);
}

}  // namespace minglu::store
