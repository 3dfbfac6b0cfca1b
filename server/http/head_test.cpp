#include "server/http/head.hpp"

#include <gtest/gtest.h>

namespace minglu::server {
namespace {

using State = HeadScan::State;

TEST(ScanHead, FindsTheEndHoweverTheBytesArrive) {
  const std::string head = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::string bytes = head + "GET /next";
  for (size_t first = 0; first <= bytes.size(); ++first) {
    HeadScan scan = scan_head(std::string_view(bytes).substr(0, first), 0);
    if (scan.state == State::kMore) scan = scan_head(bytes, first);
    EXPECT_EQ(scan.state, State::kWhole) << first;
    EXPECT_EQ(scan.bytes, head.size()) << first;
  }
}

TEST(ScanHead, TellsAtOnceWhatCanNeverBecomeARequest) {
  using std::string_literals::operator""s;
  for (const std::string& bytes : {"\x16\x03\x01"s, "GET / HTTP/1.1\nHost"s, "GET /\rx"s, "GET /\0"s, " GET"s, "\r\n"s,
                                   "GET / HTTP/1.1\r\nA: \x7F"s, "GET / HTTP/1.1\r\nA: \x1B"s}) {
    EXPECT_EQ(scan_head(bytes, 0).state, State::kBad) << bytes;
  }
  EXPECT_EQ(scan_head("", 0).state, State::kMore);
  EXPECT_EQ(scan_head("GET / HTTP/1.1\r", 0).state, State::kMore);
}

struct Case {
  std::string_view lines;  // after the request line
  int status;              // 0: accepted
};

TEST(CheckHead, JudgesFieldsTogether) {
  for (const Case& c : std::initializer_list<Case>{
           {"Host: x\r\n", 0},
           {"HOST:x\r\n", 0},
           {"Host: [::1]:8080\r\n", 0},
           {"Host: x\r\nContent-Length: 5\r\n", 0},
           {"Host: x\r\nTransfer-Encoding: Chunked\r\n", 0},
           {"Host: x\r\nX: \xE6\xB7\xB1\r\nX: again\r\n", 0},
           {"", 400},
           {"Host: x\r\nHost: x\r\n", 400},
           {"Host: x/y\r\n", 400},
           {"Host: x y\r\n", 400},
           {"Host: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n", 400},
           {"Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400},
           {"Host: x\r\nContent-Length: 5, 5\r\n", 400},
           {"Host: x\r\nContent-Length: +5\r\n", 400},
           {"Host: x\r\nContent-Length: -1\r\n", 400},
           {"Host: x\r\nContent-Length: 0x5\r\n", 400},
           {"Host: x\r\nContent-Length:\r\n", 400},
           {"Host: x\r\nContent-Length: 9999999999999999999\r\n", 400},
           {"Host: x\r\nTransfer-Encoding: gzip, chunked\r\n", 501},
           {"Host: x\r\nTransfer-Encoding: identity\r\n", 501},
           {"Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
           {"Host: x\r\nTransfer-Encoding : chunked\r\n", 400},
           {"Host: x\r\n X: folded\r\n", 400},
           {"Host: x\r\nno colon\r\n", 400},
           {"Host: x\r\n: empty\r\n", 400},
           {"Host: x\r\nA b: c\r\n", 400},
           {"Host: x\r\nAuthorization: a\r\nAuthorization: b\r\n", 400},
           {"Host: x\r\nExpect: 100-Continue\r\n", 0},
           {"Host: x\r\nExpect: cake\r\n", 417},
       }) {
    const auto refusal = check_head("POST / HTTP/1.1\r\n" + std::string(c.lines) + "\r\n");
    EXPECT_EQ(refusal ? refusal->status : 0, c.status) << c.lines << (refusal ? refusal->reason : "");
  }
}

TEST(CheckHead, JudgesTheRequestLine) {
  for (const Case& c : std::initializer_list<Case>{
           {"GET / HTTP/1.1", 0},
           {"GET / HTTP/1.0", 0},
           {"GET / HTTP/2.0", 505},
           {"GET / HTTP/1.2", 505},
           {"PRI * HTTP/2.0", 505},
           {"GET /", 400},
           {"GET  / HTTP/1.1", 400},
           {"GET / a HTTP/1.1", 400},
           {"GET / http/1.1", 400},
           {"GET / HTTP/1.1 ", 400},
           {"GE(T / HTTP/1.1", 400},
           {"get / HTTP/1.1", 501},
           {"CONNECT x:1 HTTP/1.1", 501},
       }) {
    const auto refusal = check_head(std::string(c.lines) + "\r\nHost: x\r\n\r\n");
    EXPECT_EQ(refusal ? refusal->status : 0, c.status) << c.lines;
  }
}

TEST(CheckHead, AHundredFieldsAreEnough) {
  std::string head = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 99; ++i) head += "X: y\r\n";
  EXPECT_FALSE(check_head(head + "\r\n").has_value());
  EXPECT_EQ(check_head(head + "X: y\r\n\r\n")->status, 431);
}

TEST(CheckHead, OldVersionNeedsNoHostAndKnowsNoChunks) {
  EXPECT_FALSE(check_head("GET / HTTP/1.0\r\n\r\n").has_value());
  EXPECT_EQ(check_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")->status, 400);
}

}  // namespace
}  // namespace minglu::server
