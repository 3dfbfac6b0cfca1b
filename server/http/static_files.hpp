// The pages of the console: every file of one directory, read into memory when the server starts, so that no request
// reaches the file system and no path can leave the directory. A change of the files needs a restart.
//
//   MINGLU_TRY(StaticFiles files, StaticFiles::load("share/console"));
//   router.set_fallback(files.handler());
//
// An address that is no file and has no extension in its last segment is a page of the console, which routes by itself:
// it gets index.html. Another unknown address gets 404. Files under /assets/ have a digest in their name and are cached
// for a year; the others are asked for again with If-None-Match (strong ETag, 304). "x.js.gz" beside "x.js" is what a
// client that accepts gzip gets; without one, text is compressed at loading.
//
// Left out: what is no regular file (symbolic links too) and names that begin with a dot. Errors: kNotFound without the
// directory or its index.html, kInvalidArgument above `bytes_max`. Thread-safety: immutable after loading.
// Cost: memory of the files and their compressed form; a request copies its body once.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/http/message.hpp"

namespace minglu::server {

struct StaticFilesSpec {
  size_t bytes_max = 64 << 20;  // of all files together
};

class StaticFiles {
 public:
  static Result<StaticFiles> load(const std::filesystem::path& directory, const StaticFilesSpec& spec = {});

  [[nodiscard]] Response answer(const Request& request) const;
  /// Shares the files: may outlive this object.
  [[nodiscard]] Handler handler() const;
  [[nodiscard]] size_t size() const noexcept { return files_->size(); }

 private:
  struct File {
    std::string bytes;
    std::string gzip;  // "" when there is none
    std::string etag;  // of `bytes`, with quotes
    std::string type;
    bool immutable = false;
  };
  using Files = std::map<std::string, File, std::less<>>;  // by path, "/assets/x.js"

  static void compress(Files& files);
  explicit StaticFiles(std::shared_ptr<const Files> files) : files_(std::move(files)) {}
  std::shared_ptr<const Files> files_;
};

/// By the extension of the name: "text/html; charset=utf-8"; "application/octet-stream" when it is not known.
std::string_view mime_type(std::string_view name);

/// True when the value of If-None-Match names the tag (weak comparison, RFC 9110 §13.1.2) or is "*".
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace minglu::server
