// The body of a large request on its way to a file: created with a random name and rights for the owner only, removed
// when the object goes, unless somebody moved the file away. Thread-safety: one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/result.hpp"

namespace minglu::server {

class UploadFile {
 public:
  /// kInternal with the system's words.
  static Result<std::unique_ptr<UploadFile>> create(const std::filesystem::path& directory);
  /// Files that a crash left behind.
  static void remove_leftovers(const std::filesystem::path& directory);

  ~UploadFile();
  UploadFile(const UploadFile&) = delete;
  UploadFile& operator=(const UploadFile&) = delete;

  Status append(std::string_view bytes);
  void close();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  UploadFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::filesystem::path path_;
  int fd_;
};

/// 16 random bytes of the system as 32 hex digits; never all zero.
std::string random_hex();

}  // namespace minglu::server
