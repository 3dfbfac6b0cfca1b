#include "server/http/static_files.hpp"

#include <algorithm>
#include <array>

#include "base/file.hpp"
#include "base/hash.hpp"
#include "server/http/compress.hpp"

namespace minglu::server {
namespace {

constexpr int kFileLevel = 9;  // once, at loading
/// Scripts from here only. Styles may be inline because the component library writes <style> elements; pictures may be
/// data: because icons and charts are.
constexpr std::string_view kPolicy =
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'";

struct Mime {
  std::string_view extension;
  std::string_view type;
};
constexpr std::array<Mime, 20> kMimes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".geojson", "application/geo+json; charset=utf-8"},
    {".map", "application/json; charset=utf-8"},
    {".webmanifest", "application/manifest+json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".pdf", "application/pdf"},
    {".wasm", "application/wasm"},
}};

std::string_view extension_of(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(dot);
}

bool is_hidden(const std::filesystem::path& relative) {
  return std::any_of(relative.begin(), relative.end(), [](const auto& part) { return part.string().starts_with('.'); });
}

}  // namespace

std::string_view mime_type(std::string_view name) {
  const std::string_view extension = extension_of(name);
  for (const Mime& mime : kMimes) {
    if (mime.extension == extension) return mime.type;
  }
  return "application/octet-stream";
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  while (!if_none_match.empty()) {
    std::string_view item = if_none_match.substr(0, if_none_match.find(','));
    if_none_match.remove_prefix(std::min(item.size() + 1, if_none_match.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item.starts_with("W/")) item.remove_prefix(2);
    if (!item.empty() && item == etag) return true;
  }
  return false;
}

Result<StaticFiles> StaticFiles::load(const std::filesystem::path& directory, const StaticFilesSpec& spec) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(directory)) return base::not_found("no directory " + directory.string());
  auto files = std::make_shared<Files>();
  size_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const fs::path relative = it->path().lexically_relative(directory);
    if (it->symlink_status().type() != fs::file_type::regular || is_hidden(relative)) continue;
    MINGLU_TRY(std::string bytes, base::read_file(it->path()));
    total += bytes.size();
    if (total > spec.bytes_max) {
      return base::invalid_argument(directory.string() + " holds more than " + std::to_string(spec.bytes_max) +
                                    " bytes");
    }
    File file;
    file.etag = '"' + base::to_hex(base::hash128(bytes)) + '"';
    file.type = mime_type(relative.string());
    file.immutable = relative.begin()->string() == "assets";
    file.bytes = std::move(bytes);
    files->emplace("/" + relative.generic_string(), std::move(file));
  }
  if (error) return base::internal_error("cannot read " + directory.string() + ": " + error.message());
  if (!files->contains("/index.html")) return base::not_found("no index.html in " + directory.string());
  compress(*files);
  return StaticFiles(std::move(files));
}

/// "x.gz" that unpacks to "x" is its compressed form; it is no file of its own then.
void StaticFiles::compress(Files& files) {
  for (auto it = files.begin(); it != files.end();) {
    const bool is_packed = it->first.ends_with(".gz");
    const auto plain = is_packed ? files.find(it->first.substr(0, it->first.size() - 3)) : files.end();
    if (plain == files.end() || gunzip(it->second.bytes, plain->second.bytes.size()) != plain->second.bytes) {
      ++it;
      continue;
    }
    plain->second.gzip = std::move(it->second.bytes);
    it = files.erase(it);
  }
  for (auto& [path, file] : files) {
    if (!file.gzip.empty() || file.bytes.size() < kCompressBytesMin || !is_compressible(file.type)) continue;
    file.gzip = gzip(file.bytes, kFileLevel);
  }
}

Response StaticFiles::answer(const Request& request) const {
  auto found = files_->find(request.path);
  if (found == files_->end()) {
    if (!extension_of(request.path).empty()) {
      return problem_response(request, 404, "not_found", "没有这个文件", "no such file: " + request.path);
    }
    found = files_->find(std::string_view("/index.html"));
  }
  const File& file = found->second;
  Response response;
  response.with("ETag", file.etag)
      .with("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache")
      .with("Content-Security-Policy", std::string(kPolicy))
      .with("X-Frame-Options", "DENY");
  if (!file.gzip.empty()) response.with("Vary", "Accept-Encoding");
  if (matches_etag(request.header("if-none-match"), file.etag)) {
    response.status = 304;
    return response;
  }
  response.with("Content-Type", file.type);
  const bool packed = !file.gzip.empty() && accepts_gzip(request.header("accept-encoding"));
  response.with("Content-Encoding", packed ? "gzip" : "identity");
  response.body = packed ? file.gzip : file.bytes;
  return response;
}

Handler StaticFiles::handler() const {
  return [self = *this](const Request& request) { return self.answer(request); };
}

}  // namespace minglu::server
