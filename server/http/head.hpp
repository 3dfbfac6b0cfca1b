// A strict look at the raw head of a request, before Beast parses the same bytes. A head that two programs could read
// differently (nginx in front and this server) is refused: that is what request smuggling needs.
//
//   GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n   -> 400
//
// Refused with 400: a line that does not end in CRLF, a bare CR, NUL and other control characters, a folded line,
// a blank before the colon, a name that is not a token, a repeated Host, Content-Length, Transfer-Encoding,
// Authorization, Content-Type or Expect, Content-Length that is not digits, Content-Length beside Transfer-Encoding,
// HTTP/1.1 without Host, Transfer-Encoding in HTTP/1.0, more than 100 fields. 417: Expect other than 100-continue.
// 501: a transfer coding other than chunked, an unknown method. 505: a version other than 1.0 and 1.1.
// Method: RFC 9112 §2.2, §3.2, §5.1, §6.1-6.3. Cost: O(bytes). Thread-safety: functions without state.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace minglu::server {

struct Refusal {
  int status = 400;
  std::string reason;  // English, for the log and the detail of the problem
};

struct HeadScan {
  enum class State { kMore, kWhole, kBad };
  State state = State::kMore;
  size_t bytes = 0;  // of a whole head, with its empty line
};

/// Looks for the end of the head in what has arrived; `from` is where the last look ended. Bytes that can never become
/// a request are told at once: no deadline needs to pass.
HeadScan scan_head(std::string_view bytes, size_t from);

/// `head` is whole and ends in an empty line. Empty optional: it may be parsed.
std::optional<Refusal> check_head(std::string_view head);

}  // namespace minglu::server
