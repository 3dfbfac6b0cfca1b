// gzip of what is worth it: text of more than 1 KiB, for a client that accepts it.
// Cost: about 100 MB/s at the level used; done on a worker. Thread-safety: functions without state.
#pragma once

#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace minglu::server {

inline constexpr size_t kCompressBytesMin = 1024;

/// True when the value of Accept-Encoding names gzip (or "*") with a weight above zero.
bool accepts_gzip(std::string_view accept_encoding);

/// text/*, JSON, JavaScript, SVG, XML, NDJSON: what shrinks.
bool is_compressible(std::string_view content_type);

/// The bytes as one gzip member (RFC 1952), without a time, so the same bytes give the same result. Level 1 to 9.
std::string gzip(std::string_view bytes, int level);
/// The inverse, for tests and files compressed beforehand; empty when the bytes are no gzip or exceed `bytes_max`.
std::string gunzip(std::string_view bytes, size_t bytes_max);

/// Replaces the body and says so in Content-Encoding and Vary; leaves small, compressed and unsuitable bodies alone.
/// A handler that sets "Content-Encoding: identity" forbids it (a secret beside text that a stranger chose).
void compress_response(std::string_view accept_encoding, Response& response);

}  // namespace minglu::server
