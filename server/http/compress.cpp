#include "server/http/compress.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/assert.hpp"

namespace minglu::server {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, gzip wrapper
constexpr int kResponseLevel = 4;     // twice as fast as 6 for 3 % more bytes on JSON of this interface

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// "gzip;q=0.5": a weight of zero is any spelling that holds no digit from 1 to 9.
bool is_wanted(std::string_view parameters) {
  const size_t q = parameters.find("q=");
  return q == std::string_view::npos || parameters.find_first_of("123456789", q) != std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const std::string_view item = accept_encoding.substr(0, accept_encoding.find(','));
    accept_encoding.remove_prefix(std::min(item.size() + 1, accept_encoding.size()));
    const size_t semicolon = item.find(';');
    const std::string_view coding = trim(item.substr(0, semicolon));
    const bool wanted = semicolon == std::string_view::npos || is_wanted(item.substr(semicolon));
    if (same_name(coding, "gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

bool is_compressible(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return type.starts_with("text/") || type.ends_with("json") || type.ends_with("+xml") || type.ends_with("/xml") ||
         type.ends_with("javascript") || type == "application/x-ndjson" || type == "application/wasm";
}

std::string gzip(std::string_view bytes, int level) {
  z_stream stream{};
  const int opened = deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY);
  MINGLU_ASSERT(opened == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  MINGLU_ASSERT(ended == Z_STREAM_END);
  return out;
}

std::string gunzip(std::string_view bytes, size_t bytes_max) {
  z_stream stream{};
  const int opened = inflateInit2(&stream, kGzipWindow);
  MINGLU_ASSERT(opened == Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 16384> block{};
  int state = Z_OK;
  while (state == Z_OK && out.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    state = inflate(&stream, Z_NO_FLUSH);
    out.append(block.data(), block.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END || out.size() > bytes_max) out.clear();
  return out;
}

void compress_response(std::string_view accept_encoding, Response& response) {
  std::string_view type;
  for (const auto& [name, value] : response.headers) {
    if (same_name(name, "Content-Encoding")) return;
    if (same_name(name, "Content-Type")) type = value;
  }
  if (response.body.size() < kCompressBytesMin || !is_compressible(type)) return;
  response.with("Vary", "Accept-Encoding");
  if (!accepts_gzip(accept_encoding)) return;
  response.body = gzip(response.body, kResponseLevel);
  response.with("Content-Encoding", "gzip");
}

}  // namespace minglu::server
