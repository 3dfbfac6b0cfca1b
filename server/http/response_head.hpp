// The head of an answer as bytes: status line, the handler's header fields, the fields that this server adds to every
// answer unless the handler set them (no sniffing, no referrer to other sites, no frame, no cache).
// A handler's field with a line break or another control character in it would let a stranger write fields of his own:
// such a response is not sent. Thread-safety: functions without state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "server/http/message.hpp"

namespace minglu::server {

struct HeadSpec {
  bool keep_alive = true;
  bool chunked = false;
  std::optional<uint64_t> body_bytes;  // Content-Length; empty for a stream
};

/// False when a header field of the response must not be sent.
bool has_sendable_head(const Response& response);

/// Ends in an empty line. Content-Length, Transfer-Encoding, Connection and Date of the handler are left out.
std::string write_head(const Response& response, const HeadSpec& spec);

/// The value of a field of the response, whatever the case of its name; "" when absent.
std::string_view response_header(const Response& response, std::string_view name);

/// "Not Found"; "Status" for a number without a name.
std::string_view reason_phrase(int status);

}  // namespace minglu::server
