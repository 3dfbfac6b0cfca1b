// Any bytes as an address or as the head of a request: what is accepted is well formed, decoding is undone by encoding,
// a router never finds more parts than its template has, and the end of a head does not depend on how it arrived.
// fuzz-folders: base
// fuzz-files: server/http/query.cpp server/http/router.cpp server/http/head.cpp
// fuzz-libs: xxhash crypto
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "server/http/head.hpp"
#include "server/http/query.hpp"
#include "server/http/router.hpp"

using namespace minglu;  // NOLINT(google-build-using-namespace)

namespace {

server::Router make_router() {
  server::Router router;
  for (const char* path : {"/", "/a", "/a/{id}", "/a/{id}:undo", "/a/{id}/b/{other}", "/{kind}/x", "/a:b"}) {
    router.add({.method = "GET", .path = path, .handler = [](const server::Request&) { return server::Response(); }});
  }
  return router;
}

void check_text(const std::string& text) {
  MINGLU_ASSERT(base::is_valid_utf8(text));
  MINGLU_ASSERT(text.find('\0') == std::string::npos);
  MINGLU_ASSERT(server::percent_decode(server::percent_encode(text), true).value() == text);
}

void check_target(std::string_view bytes) {
  static const server::Router router = make_router();
  const auto target = server::parse_target(bytes);
  if (!target.ok()) return;
  check_text(target->path);
  MINGLU_ASSERT(target->path.starts_with('/'));
  MINGLU_ASSERT((target->path + "/").find("/../") == std::string::npos);
  MINGLU_ASSERT((target->path + "/").find("/./") == std::string::npos);
  std::string joined;
  for (const std::string& segment : target->segments) joined.append("/").append(segment);
  MINGLU_ASSERT(joined == target->path);
  MINGLU_ASSERT(target->query.size() <= server::kQueryParametersMax);
  std::string query;
  for (const auto& [name, value] : target->query) {
    check_text(name);
    check_text(value);
    query.append(server::percent_encode(name)).append("=").append(server::percent_encode(value)).append("&");
  }
  MINGLU_ASSERT(server::parse_query(query).value() == target->query);
  const auto match = router.match("GET", target->segments);
  if (!match.route) return;
  const std::string& path = router.routes()[*match.route].path;
  MINGLU_ASSERT(match.parts.size() == static_cast<size_t>(std::count(path.begin(), path.end(), '{')));
}

void check_head_bytes(std::string_view bytes) {
  const auto whole = server::scan_head(bytes, 0);
  size_t scanned = 0;
  server::HeadScan pieces;
  for (size_t end = 1; end <= bytes.size() && pieces.state == server::HeadScan::State::kMore; end += 1 + end % 3) {
    pieces = server::scan_head(bytes.substr(0, end), scanned);
    scanned = end;
  }
  if (pieces.state == server::HeadScan::State::kMore) pieces = server::scan_head(bytes, scanned);
  MINGLU_ASSERT(pieces.state == whole.state);
  MINGLU_ASSERT(pieces.bytes == whole.bytes);
  if (whole.state != server::HeadScan::State::kWhole) return;
  const auto refusal = server::check_head(bytes.substr(0, whole.bytes));
  MINGLU_ASSERT(!refusal || (refusal->status >= 400 && refusal->status < 600 && !refusal->reason.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_target(bytes);
  check_head_bytes(bytes);
  return 0;
}
