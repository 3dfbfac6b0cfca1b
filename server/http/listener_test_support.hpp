// A listener with a handler of every kind and short deadlines, for the tests of the listener.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "server/http/listener.hpp"
#include "server/http/raw_client.hpp"

namespace minglu::server {

/// Handlers that wait until the test lets them go.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void await_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(5), [&] { return waiting_ >= count; });
    EXPECT_GE(waiting_, count);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

class ListenerTest : public testing::Test {
 protected:
  ListenerTest() {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    directory_ = std::filesystem::path(testing::TempDir()) / ("listener_" + name);
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_ / "uploads");
    spec_.upload_directory = directory_ / "uploads";
    spec_.access_log = [this](const AccessRecord& record) {
      const std::scoped_lock lock(log_mutex_);
      log_.push_back(record);
    };
  }
  ~ListenerTest() override {
    gate_.open();
    listener_.reset();
    std::filesystem::remove_all(directory_);
  }

  void start() {
    auto listener = Listener::start(spec_, router());
    ASSERT_TRUE(listener.ok()) << listener.error().message;
    listener_ = std::move(listener).value();
  }
  [[nodiscard]] raw::Client connect() const { return raw::Client(listener_->port()); }
  raw::Answer ask(std::string_view bytes, bool bodiless = false) const {
    raw::Client client = connect();
    EXPECT_TRUE(client.send(bytes));
    return client.read(bodiless);
  }
  std::vector<AccessRecord> log() {
    const std::scoped_lock lock(log_mutex_);
    return log_;
  }
  /// Waits for the value of a metric: what happens on the io thread happens after the client has its answer.
  bool await_metric(const std::string& line) const {
    for (int i = 0; i < 500; ++i) {
      if (listener_->metrics().text().find("\n" + line + "\n") != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << line << " not in\n" << listener_->metrics().text();
    return false;
  }
  [[nodiscard]] size_t uploads() const {
    using Iterator = std::filesystem::directory_iterator;
    return static_cast<size_t>(std::distance(Iterator(directory_ / "uploads"), Iterator()));
  }

  ListenerSpec spec_;
  std::unique_ptr<Listener> listener_;
  std::filesystem::path directory_;
  Gate gate_;
  std::atomic<int> polls_ = 0;
  bool with_pages_ = false;

 private:
  Router router() {
    Router router;
    router.add({.method = "GET", .path = "/hello", .handler = [](const Request&) { return json_response(200, "{}"); }});
    router.add({.method = "GET", .path = "/units/{id}", .handler = [](const Request& request) {
                  return json_response(200, request.parts.at(0) + "|" + request.parameter("q").value_or("-") + "|" +
                                                request.trace_id + "|" + request.remote);
                }});
    router.add({.method = "POST", .path = "/echo", .handler = [](const Request& request) {
                  return json_response(200, request.body);
                }});
    router.add({.method = "POST",
                .path = "/upload",
                .handler = upload,
                .large_body = true,
                .admit = [](const Request& request) -> std::optional<Response> {
                  if (request.header("authorization") != "stranger") return std::nullopt;
                  return problem_response(request, 401, "unauthenticated", "请先登录", "log in first");
                }});
    const Handler wait = [this](const Request&) {
      gate_.wait();
      return json_response(200, "\"done\"");
    };
    router.add({.method = "GET", .path = "/wait", .handler = wait});
    router.add({.method = "GET", .path = "/heavy", .handler = wait, .heavy = true});
    router.add({.method = "GET", .path = "/throw", .handler = [](const Request&) -> Response {
                  throw std::runtime_error("secret words");
                }});
    router.add({.method = "GET", .path = "/inject", .handler = [](const Request&) {
                  return json_response(200, "{}").with("X", "a\r\nSet-Cookie: b=c");
                }});
    router.add({.method = "GET", .path = "/large", .handler = [](const Request&) {
                  return json_response(200, "\"" + std::string(300'000, 'a') + "\"");
                }});
    router.add({.method = "GET", .path = "/file", .handler = [this](const Request&) {
                  Response response;
                  response.file = directory_ / "file.bin";
                  return response.with("Content-Type", "application/octet-stream");
                }});
    if (with_pages_) {
      router.set_fallback([](const Request& request) { return json_response(200, "page " + request.path); });
    }
    add_streams(router);
    return router;
  }

  void add_streams(Router& router) {
    router.add({.method = "GET", .path = "/rows", .handler = [](const Request&) {
                  Response response;
                  response.stream = [row = 0]() mutable -> std::optional<std::string> {
                    if (row == 1000) return std::nullopt;
                    return "{\"row\":" + std::to_string(row++) + "}\n";
                  };
                  return response.with("Content-Type", "application/x-ndjson");
                }});
    router.add({.method = "GET", .path = "/events", .handler = [this](const Request&) {
                  Response response;
                  response.stream = [this, first = true]() mutable -> std::optional<std::string> {
                    ++polls_;
                    return std::exchange(first, false) ? "data: 1\n\n" : "";
                  };
                  return response.with("Content-Type", "text/event-stream");
                }});
    router.add({.method = "GET", .path = "/breaks", .handler = [](const Request&) {
                  Response response;
                  response.stream = [first = true]() mutable -> std::optional<std::string> {
                    if (!std::exchange(first, false)) throw std::runtime_error("source is gone");
                    return std::string(100'000, 'a');
                  };
                  return response;
                }});
    router.add({.method = "GET", .path = "/endless", .handler = [](const Request&) {
                  Response response;
                  response.stream = []() -> std::optional<std::string> { return std::string(60'000, 'a'); };
                  return response;
                }});
  }

  static Response upload(const Request& request) {
    if (!request.body_file) return json_response(200, "no file");
    const auto bytes = base::read_file(*request.body_file);
    if (!bytes.ok()) return json_response(500, "cannot read");
    return json_response(200, std::to_string(bytes->size()) + bytes->substr(0, 3) + request.body);
  }

  std::mutex log_mutex_;
  std::vector<AccessRecord> log_;
};

}  // namespace minglu::server
