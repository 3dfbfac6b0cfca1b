#include "server/http/query.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace minglu::server {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Looks at what is between slashes once decoded, so that "%2F..%2F" inside a segment is found too.
Status check_path(std::string_view path) {
  if (std::any_of(path.begin(), path.end(), is_control)) {
    return base::invalid_argument("path holds a control character");
  }
  if (path.find('\\') != std::string_view::npos) return base::invalid_argument("path holds a backslash");
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash before the segment
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return base::invalid_argument("path holds a segment \".\" or \"..\"");
    path.remove_prefix(segment.size());
  }
  return ok_status();
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return base::invalid_argument("'%' is not followed by two hex digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  if (out.find('\0') != std::string::npos) return base::invalid_argument("address holds a zero byte");
  if (!base::is_valid_utf8(out)) return base::invalid_argument("address is not UTF-8");
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

Result<QueryPairs> parse_query(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const std::string_view piece = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(piece.size() + 1, query.size()));
    if (piece.empty()) continue;
    if (pairs.size() == kQueryParametersMax) return base::invalid_argument("more than 200 query parameters");
    const size_t equals = piece.find('=');
    MINGLU_TRY(std::string name, percent_decode(piece.substr(0, equals), true));
    std::string value;
    if (equals != std::string_view::npos) { MINGLU_TRY(value, percent_decode(piece.substr(equals + 1), true)); }
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

Result<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return base::invalid_argument("address does not begin with '/'");
  if (target.find('#') != std::string_view::npos) return base::invalid_argument("address holds a fragment");
  const size_t mark = target.find('?');
  std::string_view path = target.substr(0, mark);
  Target out;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size());
    MINGLU_TRY(std::string segment, percent_decode(raw, false));
    out.path += '/';
    out.path += segment;
    out.segments.push_back(std::move(segment));
  }
  MINGLU_CHECK(check_path(out.path));
  if (mark != std::string_view::npos) { MINGLU_TRY(out.query, parse_query(target.substr(mark + 1))); }
  return out;
}

}  // namespace minglu::server
