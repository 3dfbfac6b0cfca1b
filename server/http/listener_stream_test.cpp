// Answers that are not one string: streams, files, compressed bodies; and what is counted and logged.
#include <gtest/gtest.h>

#include <fstream>

#include "server/http/compress.hpp"
#include "server/http/listener_test_support.hpp"

namespace minglu::server {
namespace {

std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

class Streams : public ListenerTest {};

TEST_F(Streams, RowsArriveWholeAndTheConnectionStays) {
  start();
  raw::Client client = connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get("/rows"));
    const raw::Answer answer = client.read();
    EXPECT_TRUE(answer.whole);
    EXPECT_EQ(answer.headers.at("Transfer-Encoding"), "chunked");
    EXPECT_FALSE(answer.headers.contains("Content-Length"));
    EXPECT_EQ(std::count(answer.body.begin(), answer.body.end(), '\n'), 1000);
    EXPECT_TRUE(answer.body.ends_with("{\"row\":999}\n"));
  }
}

TEST_F(Streams, AnOldClientGetsTheBytesAndTheEndOfTheConnection) {
  start();
  const raw::Answer answer = ask("GET /rows HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(answer.headers.contains("Transfer-Encoding"));
  EXPECT_TRUE(answer.body.ends_with("{\"row\":999}\n"));
  EXPECT_TRUE(answer.body.starts_with("{\"row\":0}\n"));
}

TEST_F(Streams, SilentOnesHoldNoWorker) {
  spec_.worker_threads = 1;
  spec_.stream_poll_time = std::chrono::milliseconds(5);
  start();
  std::vector<raw::Client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    clients.back().send(get("/events"));
  }
  for (raw::Client& client : clients) {
    while (client.buffer().find("data: 1") == std::string::npos) ASSERT_TRUE(client.fill());
  }
  EXPECT_EQ(ask(get("/hello")).status, 200);
  const int polls = polls_;
  for (int i = 0; i < 500 && polls_ < polls + 50; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_GE(polls_, polls + 50) << "the source is asked again";
  clients.clear();
  EXPECT_TRUE(await_metric("minglu_http_connections 0")) << "a client that went away is noticed";
}

TEST_F(Streams, ASilentStreamEndsWhenTheServerStops) {
  start();
  raw::Client client = connect();
  client.send(get("/events"));
  while (client.buffer().find("data: 1") == std::string::npos) ASSERT_TRUE(client.fill());
  listener_->stop(std::chrono::seconds(30));
  EXPECT_FALSE(client.read().whole) << "no last chunk: the client knows that more would have come";
}

TEST_F(Streams, ASourceThatFailsIsNoWholeAnswer) {
  start();
  const raw::Answer answer = ask(get("/breaks"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.whole);
  EXPECT_TRUE(await_metric("minglu_http_connections 0"));
  ASSERT_EQ(log().size(), 1U);
  EXPECT_FALSE(log()[0].complete);
  EXPECT_EQ(log()[0].failure, "source is gone");
}

TEST_F(Streams, AFileIsSentInBlocks) {
  start();
  std::string bytes(1'000'001, 'b');
  bytes.back() = 'e';
  std::ofstream(directory_ / "file.bin", std::ios::binary) << bytes;
  raw::Client client = connect();
  client.send(get("/file") + get("/hello"));
  const raw::Answer answer = client.read();
  EXPECT_EQ(answer.headers.at("Content-Length"), "1000001");
  EXPECT_TRUE(answer.body == bytes);
  EXPECT_EQ(client.read().body, "{}");
  std::ofstream(directory_ / "file.bin", std::ios::trunc).close();
  client.send(get("/file") + get("/hello"));
  EXPECT_EQ(client.read().headers.at("Content-Length"), "0");
  EXPECT_EQ(client.read().body, "{}");
}

TEST_F(Streams, AFileThatIsGoneIsAnError) {
  start();
  EXPECT_EQ(ask(get("/file")).status, 500);
  std::filesystem::create_directory(directory_ / "file.bin");
  EXPECT_EQ(ask(get("/file")).status, 500);
}

TEST_F(Streams, LargeJsonIsCompressedForWhoAcceptsIt) {
  start();
  const raw::Answer packed = ask(get("/large", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(packed.headers.at("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), 2000U);
  EXPECT_EQ(gunzip(packed.body, 1 << 20).size(), 300'002U);
  const raw::Answer plain = ask(get("/large"));
  EXPECT_EQ(plain.body.size(), 300'002U);
  EXPECT_EQ(plain.headers.at("Vary"), "Accept-Encoding");
}

TEST_F(Streams, PagesStandWhereNoRouteDoesButNeverUnderApi) {
  with_pages_ = true;
  start();
  for (const std::string page : {"/", "/units-page", "/a/b/c"}) {
    EXPECT_EQ(ask(get(page)).body, "page " + page);
    EXPECT_EQ(ask("HEAD " + page + " HTTP/1.1\r\nHost: x\r\n\r\n", true).status, 200);
  }
  EXPECT_EQ(ask(get("/api/v1/nothing")).status, 404);
  EXPECT_EQ(ask("POST /units-page HTTP/1.1\r\nHost: x\r\n\r\n").status, 404);
  EXPECT_EQ(ask("PUT /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
  EXPECT_EQ(ask(get("/page", "Content-Length: 1\r\n")).status, 413) << "a page takes no body";
}

class Observed : public ListenerTest {};

TEST_F(Observed, RequestsAreCountedByTemplateNeverById) {
  start();
  for (const std::string id : {"7", "8", "9"}) ask(get("/units/" + id));
  ask("POST /nowhere/123 HTTP/1.1\r\nHost: x\r\n\r\n");
  ask(get("/throw"));
  EXPECT_TRUE(await_metric("minglu_http_requests_total{method=\"GET\",route=\"/units/{id}\",status=\"2xx\"} 3"));
  EXPECT_TRUE(await_metric("minglu_http_requests_total{method=\"\",route=\"\",status=\"4xx\"} 1"));
  EXPECT_TRUE(await_metric("minglu_http_requests_total{method=\"GET\",route=\"/throw\",status=\"5xx\"} 1"));
  EXPECT_TRUE(await_metric("minglu_http_request_seconds_count{method=\"GET\",route=\"/units/{id}\"} 3"));
  EXPECT_TRUE(await_metric("minglu_http_request_seconds_bucket{method=\"GET\",route=\"/units/{id}\",le=\"+Inf\"} 3"));
  EXPECT_TRUE(await_metric("minglu_http_connections_total 5"));
  EXPECT_EQ(listener_->metrics().text().find("nowhere"), std::string::npos);
}

TEST_F(Observed, TheLogHasOneLineForEachRequest) {
  start();
  ask(get("/units/7?q=secret"));
  ask("BAD\r\n\r\n");
  ask(get("/throw"));
  listener_->stop(std::chrono::seconds(2));
  const auto lines = log();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].path, "/units/7") << "without the query, which may name people";
  EXPECT_EQ(lines[0].route, "/units/{id}");
  EXPECT_EQ(lines[0].status, 200);
  EXPECT_EQ(lines[0].remote, "127.0.0.1");
  EXPECT_GT(lines[0].bytes_sent, 0U);
  EXPECT_TRUE(lines[0].complete);
  EXPECT_EQ(lines[1].status, 400);
  EXPECT_EQ(lines[1].trace_id.size(), 32U);
  EXPECT_EQ(lines[2].failure, "secret words");
}

}  // namespace
}  // namespace minglu::server
