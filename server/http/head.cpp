#include "server/http/head.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace minglu::server {
namespace {

constexpr size_t kFieldsMax = 100;
// TRACE is known and allowed nowhere: 405 with what is.
constexpr std::array<std::string_view, 8> kMethods = {"GET",   "HEAD",   "POST",    "PUT",
                                                      "PATCH", "DELETE", "OPTIONS", "TRACE"};
/// Fields of which a second one would make the meaning a matter of taste.
constexpr std::array<std::string_view, 6> kSingle = {"host",          "content-length", "transfer-encoding",
                                                     "authorization", "content-type",   "expect"};

bool is_token_char(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c != '\0' && kMarks.find(c) != std::string_view::npos);
}

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Refusal bad(std::string reason) { return {400, std::move(reason)}; }

/// What the fields said, to be judged together.
struct Seen {
  std::array<std::optional<std::string>, kSingle.size()> single;
  size_t fields = 0;

  [[nodiscard]] const std::optional<std::string>& of(std::string_view name) const {
    return single[static_cast<size_t>(std::find(kSingle.begin(), kSingle.end(), name) - kSingle.begin())];
  }
};

std::optional<Refusal> check_request_line(std::string_view line, bool& is_1_0) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("request line is not METHOD TARGET VERSION");
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method)) return bad("method is not a token");
  if (target.empty() || target.find_first_of(" \t") != std::string_view::npos) return bad("target holds a blank");
  if (!version.starts_with("HTTP/")) return bad("version is missing");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return Refusal{505, "only HTTP/1.1 and HTTP/1.0 are spoken"};
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
    return Refusal{501, "method is not implemented"};
  }
  is_1_0 = version == "HTTP/1.0";
  return std::nullopt;
}

std::optional<Refusal> check_field(std::string_view line, Seen& seen) {
  if (line.front() == ' ' || line.front() == '\t') return bad("a field is folded over two lines");
  if (++seen.fields > kFieldsMax) return Refusal{431, "more than 100 header fields"};
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header field has no colon");
  if (!is_token(line.substr(0, colon))) return bad("the name of a header field is not a token");
  const std::string name = lower(line.substr(0, colon));
  const auto place = std::find(kSingle.begin(), kSingle.end(), name);
  if (place == kSingle.end()) return std::nullopt;
  auto& slot = seen.single[static_cast<size_t>(place - kSingle.begin())];
  if (slot) return bad("header field " + name + " is repeated");
  slot = std::string(trim(line.substr(colon + 1)));
  return std::nullopt;
}

bool is_length(std::string_view text) {
  return !text.empty() && text.size() <= 18 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           (c != '\0' && std::string_view("-._:[]%~").find(c) != std::string_view::npos);
  });
}

std::optional<Refusal> check_together(const Seen& seen, bool is_1_0) {
  const auto& host = seen.of("host");
  const auto& length = seen.of("content-length");
  const auto& coding = seen.of("transfer-encoding");
  const auto& expect = seen.of("expect");
  if (!host && !is_1_0) return bad("HTTP/1.1 needs a Host");
  if (host && !is_host(*host)) return bad("Host is malformed");
  if (length && !is_length(*length)) return bad("Content-Length is not a number");
  if (length && coding) return bad("Content-Length beside Transfer-Encoding");
  if (coding && is_1_0) return bad("Transfer-Encoding in HTTP/1.0");
  if (coding && lower(*coding) != "chunked") return Refusal{501, "only the transfer coding chunked is implemented"};
  if (expect && lower(*expect) != "100-continue") return Refusal{417, "only Expect: 100-continue is known"};
  return std::nullopt;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, size_t from) {
  using State = HeadScan::State;
  for (size_t i = from; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const char before = i == 0 ? '\0' : bytes[i - 1];
    if (before == '\r' && c != '\n') return {State::kBad, 0};
    if (c == '\n') {
      if (before != '\r') return {State::kBad, 0};
      if (i >= 3 && bytes[i - 2] == '\n') return {State::kWhole, i + 1};
    } else if (c != '\r' && c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)) {
      return {State::kBad, 0};
    }
    if (i == 0 && !is_token_char(c)) return {State::kBad, 0};
  }
  return {State::kMore, 0};
}

std::optional<Refusal> check_head(std::string_view head) {
  Seen seen;
  bool is_1_0 = false;
  bool first = true;
  while (!head.empty()) {
    const size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return bad("a line does not end in CRLF");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (line.empty()) break;
    if (auto refusal = first ? check_request_line(line, is_1_0) : check_field(line, seen)) return refusal;
    first = false;
  }
  if (first || !head.empty()) return bad("the head is empty");
  return check_together(seen, is_1_0);
}

}  // namespace minglu::server
