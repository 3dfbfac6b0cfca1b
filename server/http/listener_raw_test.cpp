// Requests as strangers may write them, byte by byte, and what each of them gets.
#include <gtest/gtest.h>

#include "server/http/listener_test_support.hpp"

namespace minglu::server {
namespace {

using std::string_literals::operator""s;

struct Case {
  std::string name;
  std::string bytes;
  int status;
  bool stays = true;      // the connection goes on with the next request
  std::string body = "";  // when not empty: the body that must come
};

const std::string kGet = "GET /hello HTTP/1.1\r\nHost: x\r\n";
const std::string kPost = "POST /echo HTTP/1.1\r\nHost: x\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";
/// What a smuggler would like to be read as a request of its own.
const std::string kHidden = "GET /throw HTTP/1.1\r\nHost: x\r\n\r\n";

std::vector<Case> smuggling() {
  return {
      {"both lengths", kPost + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + kHidden, 400,
       false},
      {"both, chunked first", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n" + kHidden, 400,
       false},
      {"two lengths differ", kPost + "Content-Length: 0\r\nContent-Length: 30\r\n\r\n" + kHidden, 400, false},
      {"two lengths agree", kPost + "Content-Length: 0\r\nContent-Length: 0\r\n\r\n", 400, false},
      {"list of lengths", kPost + "Content-Length: 0, 30\r\n\r\n" + kHidden, 400, false},
      {"length with sign", kPost + "Content-Length: +0\r\n\r\n", 400, false},
      {"length in hex", kPost + "Content-Length: 0x1\r\n\r\na", 400, false},
      {"length too long", kPost + "Content-Length: 184467440737095516160\r\n\r\n", 400, false},
      {"length empty", kPost + "Content-Length: \r\n\r\n", 400, false},
      {"coding with tab", kPost + "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n", 200},
      {"coding with vertical tab", kPost + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n", 400, false},
      {"coding twice", kPost + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + kHidden, 400, false},
      {"coding unknown", kPost + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501, false},
      {"coding list", kPost + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, false},
      {"coding in 1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, false},
      {"blank before colon", kPost + "Content-Length : 30\r\n\r\n" + kHidden, 400, false},
      {"folded field", kGet + "X: a\r\n\tb\r\n\r\n", 400, false},
      {"folded first field", "GET /hello HTTP/1.1\r\n Host: x\r\n\r\n", 400, false},
      {"zero byte in value", kGet + "X: a\0b\r\n\r\n"s, 400, false},
      {"zero byte in name", kGet + "X\0: a\r\n\r\n"s, 400, false},
      {"bare line feed", "GET /hello HTTP/1.1\nHost: x\n\n", 400, false},
      {"bare carriage return", kGet + "X: a\rY: b\r\n\r\n", 400, false},
      {"no colon", kGet + "Content-Length\r\n\r\n", 400, false},
      {"empty name", kGet + ": x\r\n\r\n", 400, false},
  };
}

std::vector<Case> chunks() {
  return {
      {"chunks", kChunked + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n", 200, true, "abcde"},
      {"no chunks", kChunked + "0\r\n\r\n", 200},
      {"chunk size no hex", kChunked + "zz\r\nabc\r\n", 400, false},
      {"chunk size negative", kChunked + "-1\r\nabc\r\n", 400, false},
      {"chunk size overflows", kChunked + "fffffffffffffffff\r\nabc", 400, false},
      {"chunk too large", kChunked + "7fffffff\r\n" + std::string(1 << 20, 'a') + "abc", 413, false},
      {"chunk without end", kChunked + "3\r\nabcd\r\n0\r\n\r\n", 400, false},
      {"chunk head without end", kChunked + "3;" + std::string(40'000, 'x'), 400, false},
  };
}

std::vector<Case> lines() {
  return {
      {"plain", kGet + "\r\n", 200},
      {"raw Chinese in the address", "GET /units/深圳?q=数码 HTTP/1.1\r\nHost: x\r\n\r\n", 200},
      {"no host", "GET /hello HTTP/1.1\r\n\r\n", 400, false},
      {"two hosts", kGet + "Host: y\r\n\r\n", 400, false},
      {"host with path", "GET /hello HTTP/1.1\r\nHost: x/hello\r\n\r\n", 400, false},
      {"old version without host", "GET /hello HTTP/1.0\r\n\r\n", 200, false},
      {"old version kept alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200},
      {"close asked for", kGet + "Connection: close\r\n\r\n", 200, false},
      {"version 2", "GET /hello HTTP/2.0\r\nHost: x\r\n\r\n", 505, false},
      {"preface of version 2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, false},
      {"version 0.9", "GET /hello\r\n\r\n", 400, false},
      {"lower-case method", "get /hello HTTP/1.1\r\nHost: x\r\n\r\n", 501, false},
      {"trace", "TRACE /hello HTTP/1.1\r\nHost: x\r\n\r\n", 405, false},
      {"two blanks", "GET  /hello HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"absolute address", "GET http://x/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"dot segments", "GET /a/../hello HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"dot segments escaped", "GET /%2e%2e/hello HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"bad escape", "GET /units/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"zero byte escaped", "GET /units/a?q=%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"overlong UTF-8", "GET /units/%C0%AF HTTP/1.1\r\nHost: x\r\n\r\n", 400, false},
      {"unknown address", "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404},
      {"other method", "DELETE /hello HTTP/1.1\r\nHost: x\r\n\r\n", 405},
      {"options", "OPTIONS /hello HTTP/1.1\r\nHost: x\r\n\r\n", 204},
      {"options of the server", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 204},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, 400, false},
      {"expectation unknown", kPost + "Expect: cake\r\nContent-Length: 1\r\n\r\n", 417, false},
      {"head too large", kGet + "X: " + std::string(20'000, 'x') + "\r\n\r\n", 431, false},
      {"head without end", kGet + "X: " + std::string(20'000, 'x'), 431, false},
      {"too many fields",
       kGet +
           [] {
             std::string fields;
             for (int i = 0; i < 200; ++i) fields += "X: y\r\n";
             return fields;
           }() +
           "\r\n",
       431, false},
      {"address too long", "GET /" + std::string(20'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 431, false},
      {"body", kPost + "Content-Length: 5\r\n\r\nhello", 200, true, "hello"},
      {"body at the limit", kPost + "Content-Length: 1048576\r\n\r\n" + std::string(1 << 20, 'a'), 200},
      {"body above the limit", kPost + "Content-Length: 1048577\r\n\r\n", 413, false},
      {"handler throws", "GET /throw HTTP/1.1\r\nHost: x\r\n\r\n", 500},
      {"handler writes a line break", "GET /inject HTTP/1.1\r\nHost: x\r\n\r\n", 500},
  };
}

class RawRequests : public ListenerTest {
 protected:
  void check(const std::vector<Case>& cases) {
    start();
    for (const Case& c : cases) {
      raw::Client client = connect();
      client.send(c.bytes);
      const raw::Answer answer = client.read();
      EXPECT_EQ(answer.status, c.status) << c.name << "\n" << answer.body;
      EXPECT_TRUE(answer.whole) << c.name;
      if (!c.body.empty()) { EXPECT_EQ(answer.body, c.body) << c.name; }
      EXPECT_EQ(answer.body.find("secret"), std::string::npos) << c.name;
      if (c.stays) {
        client.send(kGet + "\r\n");
        EXPECT_EQ(client.read().status, 200) << c.name << ": the next request";
      } else {
        client.finish_sending();
        EXPECT_TRUE(client.ends()) << c.name << ": " << client.buffer();
      }
    }
    EXPECT_TRUE(await_metric("minglu_http_connections 0"));
    EXPECT_TRUE(await_metric("minglu_http_requests_in_flight 0"));
  }
};

TEST_F(RawRequests, NothingCanBeReadInTwoWays) { check(smuggling()); }
TEST_F(RawRequests, ChunksAreCountedAndBounded) { check(chunks()); }
TEST_F(RawRequests, EveryLineHasItsAnswer) { check(lines()); }

TEST_F(RawRequests, NoHiddenRequestWasHandled) {
  start();
  for (const Case& c : smuggling()) ask(c.bytes);
  listener_->stop(std::chrono::seconds(1));
  for (const AccessRecord& record : log()) EXPECT_NE(record.path, "/throw");
}

TEST_F(RawRequests, ArriveInAnyPieces) {
  start();
  const std::string bytes = kPost + "Content-Length: 5\r\n\r\nhello" + kChunked + "3\r\nabc\r\n0\r\n\r\n";
  for (size_t step : {1U, 2U, 7U}) {
    raw::Client client = connect();
    for (size_t at = 0; at < bytes.size(); at += step) client.send(std::string_view(bytes).substr(at, step));
    EXPECT_EQ(client.read().body, "hello");
    EXPECT_EQ(client.read().body, "abc");
  }
}

TEST_F(RawRequests, PipelinedOnesAreAnsweredInOrder) {
  start();
  std::string bytes;
  for (int i = 0; i < 500; ++i) {
    bytes += "GET /units/" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    if (i % 5 == 0) bytes += kPost + "Content-Length: 2\r\n\r\nab\r\n";
  }
  raw::Client client = connect();
  client.send(bytes);
  for (int i = 0; i < 500; ++i) {
    EXPECT_TRUE(client.read().body.starts_with(std::to_string(i) + "|")) << i;
    if (i % 5 == 0) { EXPECT_EQ(client.read().body, "ab"); }
  }
}

TEST_F(RawRequests, HeadHasTheFieldsOfGetAndNoBody) {
  start();
  raw::Client client = connect();
  for (const std::string path : {"/large", "/rows", "/hello"}) {
    client.send("HEAD " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const raw::Answer answer = client.read(true);
    EXPECT_EQ(answer.status, 200) << path;
    if (path == "/large") { EXPECT_EQ(answer.headers.at("Content-Length"), "300002"); }
    EXPECT_TRUE(client.buffer().empty()) << path;
  }
}

TEST_F(RawRequests, TheBodyIsAskedForWhenItsSenderWaits) {
  start();
  raw::Client client = connect();
  client.send(kPost + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read().body, "hello");
  client.send(kPost + "Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 413) << "without a 100 before it";
}

TEST_F(RawRequests, MethodsAllowedAreTold) {
  start();
  EXPECT_EQ(ask("PUT /hello HTTP/1.1\r\nHost: x\r\n\r\n").headers.at("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(ask("OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n").headers.at("Allow"), "OPTIONS, POST");
}

TEST_F(RawRequests, TheHandlerSeesPartsQueryTraceAndPeer) {
  start();
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  const auto with_trace = [&](const std::string& parent) {
    return ask("GET /units/%E6%B7%B1?q=a+b HTTP/1.1\r\nHost: x\r\ntraceparent: " + parent + "\r\n\r\n").body;
  };
  EXPECT_EQ(with_trace("00-" + trace + "-b7ad6b7169203331-01"), "深|a b|" + trace + "|127.0.0.1");
  for (const std::string& bad : {"00-" + trace, "00-" + std::string(32, '0') + "-b7ad6b7169203331-01", "x"s}) {
    EXPECT_EQ(with_trace(bad).find(trace), std::string::npos);
    EXPECT_EQ(with_trace(bad).size(), std::string("深|a b||127.0.0.1").size() + 32) << bad;
  }
}

TEST_F(RawRequests, AProxyOnThisMachineSpeaksForItsClient) {
  spec_.trust_forwarded_for = true;
  start();
  const auto remote = [&](const std::string& field) {
    const std::string body = ask("GET /units/1 HTTP/1.1\r\nHost: x\r\n" + field + "\r\n").body;
    return body.substr(body.rfind('|') + 1);
  };
  EXPECT_EQ(remote("X-Forwarded-For: 1.2.3.4, 10.0.0.9\r\n"), "10.0.0.9") << "the last is the proxy's own word";
  EXPECT_EQ(remote("X-Forwarded-For: nonsense\r\n"), "127.0.0.1");
  EXPECT_EQ(remote(""), "127.0.0.1");
}

}  // namespace
}  // namespace minglu::server
