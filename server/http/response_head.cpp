#include "server/http/response_head.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
namespace minglu::server {
namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

struct Default {
  std::string_view name;
  std::string_view value;
};

/// An answer of the interface is data: nothing in it may run, be framed or be kept by a cache.
constexpr std::array<Default, 4> kDefaults = {{
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "same-origin"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
}};

constexpr std::array<std::string_view, 5> kOwn = {"Content-Length", "Transfer-Encoding", "Connection", "Date",
                                                  "Keep-Alive"};

bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

bool is_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
}

/// IMF-fixdate, made once a second and thread.
const std::string& date_now() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  if (now != made_at) {
    made_at = now;
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> buffer{};
    text.assign(buffer.data(), std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  return text;
}

bool is_own(std::string_view name) {
  return std::any_of(kOwn.begin(), kOwn.end(), [&](std::string_view own) { return same_name(own, name); });
}

bool is_identity_coding(std::string_view name, std::string_view value) {
  return same_name(name, "Content-Encoding") && value == "identity";
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Status";
  }
}

std::string_view response_header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

bool has_sendable_head(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::all_of(response.headers.begin(), response.headers.end(),
                     [](const auto& field) { return is_name(field.first) && is_value(field.second); });
}

std::string write_head(const Response& response, const HeadSpec& spec) {
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\nDate: ").append(date_now()).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (is_own(name) || is_identity_coding(name, value)) continue;
    out.append(name).append(": ").append(value).append("\r\n");
  }
  for (const Default& field : kDefaults) {
    if (response_header(response, field.name).empty()) {
      out.append(field.name).append(": ").append(field.value).append("\r\n");
    }
  }
  if (spec.chunked) out += "Transfer-Encoding: chunked\r\n";
  // RFC 9110 §8.6: no length on 204; a 304 has that of a body which is not sent, so none is said.
  if (spec.body_bytes && response.status != 204 && response.status != 304) {
    out.append("Content-Length: ").append(std::to_string(*spec.body_bytes)).append("\r\n");
  }
  out += spec.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

}  // namespace minglu::server
