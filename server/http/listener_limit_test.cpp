// Deadlines, sizes, crowds and the end: one client must not harm another.
#include <gtest/gtest.h>

#include <fstream>

#include "server/http/listener_test_support.hpp"

namespace minglu::server {
namespace {

using std::chrono::milliseconds;

const std::string kGet = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string kWait = "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n";

class Limits : public ListenerTest {};

TEST_F(Limits, ASlowHeadIsAnswered408) {
  spec_.header_time_max = milliseconds(60);
  start();
  raw::Client client = connect();
  client.send("GET /hello HTTP/1.1\r\n");
  const raw::Answer answer = client.read();
  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client.ends());
  EXPECT_TRUE(await_metric("minglu_http_rejected_total{reason=\"timeout\"} 1"));
}

TEST_F(Limits, DribblingDoesNotMoveTheDeadlineOfTheHead) {
  spec_.header_time_max = milliseconds(80);
  start();
  raw::Client client = connect();
  client.send("GET /hello HTTP/1.1\r\n");
  int sent = 0;
  while (!client.fill(10) && sent < 300) client.send("X: y\r\n"), ++sent;
  EXPECT_TRUE(client.buffer().starts_with("HTTP/1.1 408 "));
}

TEST_F(Limits, SilentConnectionsAreClosedWithoutAWord) {
  spec_.header_time_max = milliseconds(60);
  spec_.idle_time_max = milliseconds(60);
  start();
  EXPECT_TRUE(connect().ends());
  raw::Client client = connect();
  client.send(kGet);
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.ends());
}

TEST_F(Limits, ASilentBodyIsAnswered408AndADribblingOneIsNot) {
  spec_.body_idle_time_max = milliseconds(150);
  start();
  raw::Client silent = connect();
  silent.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_EQ(silent.read().status, 408);
  raw::Client slow = connect();
  slow.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
  for (const char c : std::string("hello")) {
    std::this_thread::sleep_for(milliseconds(40));
    slow.send(std::string(1, c));
  }
  EXPECT_EQ(slow.read().body, "hello");
}

TEST_F(Limits, AClientThatTakesNothingIsCut) {
  spec_.write_idle_time_max = milliseconds(100);
  start();
  raw::Client client = connect();
  client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(await_metric("minglu_http_connections 1"));
  EXPECT_TRUE(await_metric("minglu_http_connections 0"));
  ASSERT_EQ(log().size(), 1U);
  EXPECT_FALSE(log()[0].complete);
}

TEST_F(Limits, ManySlowClientsDoNotHarmOthers) {
  start();
  std::vector<raw::Client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(connect());
    slow.back().send(i % 2 == 0 ? "GET /hel" : "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nab");
  }
  for (int i = 0; i < 50; ++i) EXPECT_EQ(ask(kGet).status, 200);
}

TEST_F(Limits, WaitingHandlersDoNotHoldTheSockets) {
  spec_.worker_threads = 1;
  spec_.queue_jobs_max = 2;
  start();
  raw::Client busy = connect();
  busy.send(kWait);
  gate_.await_waiting(1);
  std::vector<raw::Client> queued;
  for (int i = 0; i < 2; ++i) {
    queued.push_back(connect());
    queued.back().send(kWait);
  }
  EXPECT_TRUE(await_metric("minglu_http_requests_in_flight 3"));
  raw::Client crowd = connect();
  crowd.send(kGet);
  const raw::Answer refused = crowd.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("Retry-After"), "1");
  EXPECT_EQ(ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n").status, 404) << "needs no worker";
  gate_.open();
  EXPECT_EQ(busy.read().status, 200);
  for (raw::Client& client : queued) EXPECT_EQ(client.read().status, 200);
  crowd.send(kGet);
  EXPECT_EQ(crowd.read().status, 200) << "the refused connection stays";
}

TEST_F(Limits, WhatWouldWaitTooLongIsRefused) {
  spec_.worker_threads = 1;
  spec_.queue_time_max = milliseconds(30);
  start();
  raw::Client busy = connect();
  busy.send(kWait);
  gate_.await_waiting(1);
  raw::Client queued = connect();
  queued.send(kGet);
  EXPECT_TRUE(await_metric("minglu_http_requests_in_flight 2"));
  std::this_thread::sleep_for(milliseconds(60));
  EXPECT_EQ(ask(kGet).status, 503);
  gate_.open();
  EXPECT_EQ(busy.read().status, 200);
  EXPECT_EQ(queued.read().status, 200) << "what was taken in is answered";
}

TEST_F(Limits, HeavyRequestsWaitForEachOtherOnly) {
  spec_.worker_threads = 1;
  start();
  std::vector<raw::Client> heavy;
  for (int i = 0; i < 3; ++i) {
    heavy.push_back(connect());
    heavy.back().send("GET /heavy HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  gate_.await_waiting(1);
  EXPECT_TRUE(await_metric("minglu_http_requests_in_flight 3"));
  EXPECT_EQ(ask(kGet).status, 200);
  gate_.open();
  for (raw::Client& client : heavy) EXPECT_EQ(client.read().status, 200);
}

TEST_F(Limits, SeveralIoThreadsShareTheConnections) {
  spec_.io_threads = 3;
  spec_.worker_threads = 4;
  start();
  std::atomic<int> answered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([this, &answered] {
      raw::Client client = connect();
      for (int k = 0; k < 40; ++k) {
        client.send(kGet + "GET /rows HTTP/1.1\r\nHost: x\r\n\r\n");
        answered += client.read().status == 200;
        answered += client.read().whole;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 6 * 40 * 2);
}

TEST_F(Limits, MoreConnectionsThanAllowedAreRefused) {
  spec_.connections_max = 2;
  start();
  raw::Client first = connect();
  raw::Client second = connect();
  EXPECT_TRUE(await_metric("minglu_http_connections 2"));
  raw::Client third = connect();
  EXPECT_EQ(third.read().status, 503);
  EXPECT_TRUE(third.ends());
  first.send(kGet);
  EXPECT_EQ(first.read().status, 200);
}

TEST_F(Limits, AClientThatIsGoneBeforeItsAnswerHarmsNothing) {
  start();
  for (int i = 0; i < 20; ++i) {
    raw::Client client = connect();
    client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_EQ(ask(kGet).status, 200);
  EXPECT_TRUE(await_metric("minglu_http_connections 0"));
}

TEST_F(Limits, HalfClosedClientsStillGetTheirAnswer) {
  start();
  raw::Client client = connect();
  client.send(kGet);
  client.finish_sending();
  EXPECT_EQ(client.read().status, 200);
  EXPECT_TRUE(client.ends());
}

class Uploads : public ListenerTest {
 protected:
  static std::string post(const std::string& fields) {
    return "POST /upload HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  }
};

TEST_F(Uploads, ALargeBodyGoesToAFileThatIsRemoved) {
  start();
  const std::string body(3'000'000, 'a');
  raw::Client client = connect();
  client.send(post("Content-Length: 3000000\r\n") + body);
  EXPECT_EQ(client.read().body, "3000000aaa");
  client.send(post("Transfer-Encoding: chunked\r\n") + "2dc6c0\r\n" + body + "\r\n3\r\nend\r\n0\r\n\r\n");
  EXPECT_EQ(client.read().body, "3000003aaa");
  client.send(post("Content-Length: 3\r\n") + "abc");
  EXPECT_EQ(client.read().body, "3abc") << "a small one too: the handler has one way only";
  client.send(post("Content-Length: 0\r\n"));
  EXPECT_EQ(client.read().body, "no file");
  EXPECT_EQ(uploads(), 0U);
}

TEST_F(Uploads, StrangersAreRefusedBeforeTheirBytesAreTaken) {
  start();
  raw::Client client = connect();
  client.send(post("Content-Length: 1000000000\r\nAuthorization: stranger\r\nExpect: 100-continue\r\n"));
  EXPECT_EQ(client.read().status, 401);
  EXPECT_EQ(uploads(), 0U);
}

TEST_F(Uploads, TheLimitIsThatOfLargeBodies) {
  spec_.large_body_bytes_max = 2'000'000;
  start();
  EXPECT_EQ(ask(post("Content-Length: 2000001\r\n")).status, 413);
  EXPECT_EQ(ask(post("Transfer-Encoding: chunked\r\n") + "2dc6c0\r\n" + std::string(2'100'000, 'a')).status, 413);
  EXPECT_TRUE(await_metric("minglu_http_connections 0"));
  EXPECT_EQ(uploads(), 0U);
}

TEST_F(Uploads, AnUploadThatBreaksOffLeavesNothing) {
  start();
  {
    raw::Client client = connect();
    client.send(post("Content-Length: 3000000\r\n") + std::string(1'000'000, 'a'));
    for (int i = 0; i < 500 && uploads() == 0; ++i) std::this_thread::sleep_for(milliseconds(10));
    EXPECT_EQ(uploads(), 1U);
  }
  EXPECT_TRUE(await_metric("minglu_http_connections 0"));
  EXPECT_EQ(uploads(), 0U);
}

TEST_F(Uploads, LeftoversOfACrashAreRemovedAtTheStart) {
  std::ofstream(spec_.upload_directory / "upload-0123") << "x";
  std::ofstream(spec_.upload_directory / "other") << "x";
  start();
  EXPECT_EQ(uploads(), 1U);
}

TEST_F(Uploads, ADirectoryThatIsGoneIsToldAs507) {
  start();
  std::filesystem::remove_all(spec_.upload_directory);
  EXPECT_EQ(ask(post("Content-Length: 3\r\n") + "abc").status, 507);
  std::filesystem::create_directories(spec_.upload_directory);
}

class Stopping : public ListenerTest {};

TEST_F(Stopping, RequestsUnderWayAreFinished) {
  start();
  raw::Client busy = connect();
  busy.send(kWait);
  raw::Client idle = connect();
  idle.send(kGet);
  EXPECT_EQ(idle.read().status, 200);
  gate_.await_waiting(1);
  std::thread stop([this] { listener_->stop(std::chrono::seconds(5)); });
  EXPECT_TRUE(idle.ends());
  gate_.open();
  const raw::Answer answer = busy.read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("Connection"), "close");
  busy.finish_sending();
  EXPECT_TRUE(busy.ends());
  stop.join();
  EXPECT_FALSE(connect().connected());
}

TEST_F(Stopping, AfterTheGraceTheRestIsCut) {
  start();
  raw::Client slow = connect();
  slow.send("GET /hello HT");
  raw::Client endless = connect();
  endless.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(await_metric("minglu_http_connections 2"));
  listener_->stop(milliseconds(50));
  EXPECT_TRUE(slow.ends());
  EXPECT_FALSE(endless.read().whole);
  listener_->stop(milliseconds(50));
}

TEST_F(Stopping, AListenerThatNobodyCalledStopsToo) {
  start();
  listener_.reset();
}

TEST(ListenerStart, TellsWhatIsWrong) {
  const auto code = [](ListenerSpec spec) { return Listener::start(std::move(spec), Router()).error().code; };
  EXPECT_EQ(code({.address = "nowhere"}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.worker_threads = 0}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({.header_bytes_max = 10}), ErrorCode::kInvalidArgument);
  auto first = Listener::start({}, Router());
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(code({.port = (*first)->port()}), ErrorCode::kConflict);
  Router uploads;
  uploads.add(
      {.method = "POST", .path = "/", .handler = [](const Request&) { return Response(); }, .large_body = true});
  EXPECT_EQ(Listener::start({.upload_directory = "none"}, std::move(uploads)).error().code,
            ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace minglu::server
