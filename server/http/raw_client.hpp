// A client for tests that speaks bytes, not HTTP: what is sent is what the test wrote, and what comes back can be cut
// into answers. Every wait ends after five seconds, so that a test that fails also ends.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <map>
#include <string>
#include <string_view>

#include "server/http/file_handle.hpp"

namespace minglu::server::raw {

inline constexpr int kWaitMillis = 5000;

struct Answer {
  int status = 0;                              // 0: nothing came
  std::map<std::string, std::string> headers;  // names as sent
  std::string body;
  bool whole = false;  // false: the connection ended inside
};

class Client {
 public:
  explicit Client(uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

  /// More bytes into the buffer; false at the end of the connection or of the patience.
  bool fill(int wait_millis = kWaitMillis) {
    pollfd poll{socket_.get(), POLLIN, 0};
    if (::poll(&poll, 1, wait_millis) <= 0) return false;
    std::array<char, 65536> block{};
    const ssize_t got = ::recv(socket_.get(), block.data(), block.size(), 0);
    if (got <= 0) {
      closed_ = true;
      return false;
    }
    buffer_.append(block.data(), static_cast<size_t>(got));
    return true;
  }

  /// The next answer; `bodiless` for the answer to HEAD.
  Answer read(bool bodiless = false) {
    Answer answer;
    size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return answer;
    }
    read_head(answer, buffer_.substr(0, end + 2));
    buffer_.erase(0, end + 4);
    if (bodiless || answer.status < 200 || answer.status == 204 || answer.status == 304) {
      answer.whole = true;
    } else if (answer.headers.contains("Transfer-Encoding")) {
      answer.whole = read_chunks(answer.body);
    } else if (const auto length = answer.headers.find("Content-Length"); length != answer.headers.end()) {
      answer.whole = take(number(length->second, 10), answer.body);
    } else {
      while (fill()) {}
      answer.body = std::move(buffer_);
      answer.whole = closed_;
    }
    return answer;
  }

  /// True when the server ends the connection and sends nothing more.
  bool ends() {
    while (fill()) {}
    return closed_ && buffer_.empty();
  }
  [[nodiscard]] const std::string& buffer() const { return buffer_; }

 private:
  static size_t number(const std::string& text, int base) {
    size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, base);
    return value;
  }

  static void read_head(Answer& answer, std::string_view head) {
    answer.status = static_cast<int>(number(std::string(head.substr(9, 3)), 10));
    head.remove_prefix(head.find("\r\n") + 2);
    while (!head.empty()) {
      const std::string_view line = head.substr(0, head.find("\r\n"));
      head.remove_prefix(line.size() + 2);
      const size_t colon = line.find(": ");
      answer.headers.emplace(line.substr(0, colon), line.substr(colon + 2));
    }
  }

  bool take(size_t bytes, std::string& out) {
    while (buffer_.size() < bytes) {
      if (!fill()) return false;
    }
    out.append(buffer_, 0, bytes);
    buffer_.erase(0, bytes);
    return true;
  }

  bool read_chunks(std::string& out) {
    while (true) {
      size_t end = 0;
      while ((end = buffer_.find("\r\n")) == std::string::npos) {
        if (!fill()) return false;
      }
      const size_t bytes = number(buffer_.substr(0, end), 16);
      buffer_.erase(0, end + 2);
      std::string rest;
      if (!take(bytes, out) || !take(2, rest)) return false;
      if (bytes == 0) return true;
    }
  }

  FileHandle socket_;
  bool connected_ = false;
  bool closed_ = false;
  std::string buffer_;
};

}  // namespace minglu::server::raw
