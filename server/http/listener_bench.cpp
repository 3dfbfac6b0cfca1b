// A server to be measured from outside: bench_http PORT [IO_THREADS [WORKER_THREADS]], until its input ends.
//
//   build/release/server/bench_http 8091
//   wrk -t1 -c64 -d10 --latency http://127.0.0.1:8091/unit/7
//
// Handlers: /unit builds and dumps a JSON of a unit's size, /slow sleeps 200 ms, /rows streams 100,000 lines.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "server/http/listener.hpp"

namespace {

using namespace minglu;  // NOLINT(google-build-using-namespace)

server::Response unit(const server::Request& request) {
  nlohmann::json unit;
  unit["id"] = request.parts.at(0);
  unit["name"] = "深圳市南山区数码科技有限公司";
  unit["uscc"] = "91440300MA5EXAMPLE";
  unit["status"] = "active";
  unit["address"] = "广东省深圳市南山区粤海街道科技园社区高新南一道 6 号";
  unit["sources"] = {"market", "tax", "social"};
  return server::json_response(200, unit.dump());
}

server::Response slow(const server::Request&) {
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  return server::json_response(200, "{}");
}

server::Response rows(const server::Request&) {
  server::Response response;
  response.stream = [row = 0]() mutable -> std::optional<std::string> {
    if (row == 100'000) return std::nullopt;
    return "{\"row\":" + std::to_string(row++) + ",\"name\":\"深圳市南山区数码科技有限公司\"}\n";
  };
  return response.with("Content-Type", "application/x-ndjson");
}

size_t number(int argc, char** argv, int at, size_t otherwise) {
  size_t value = otherwise;
  if (at < argc) {
    const std::string_view text = argv[at];
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  server::Router router;
  router.add({.method = "GET", .path = "/unit/{id}", .handler = unit});
  router.add({.method = "GET", .path = "/slow", .handler = slow});
  router.add({.method = "GET", .path = "/rows", .handler = rows});
  server::ListenerSpec spec;
  spec.port = static_cast<uint16_t>(number(argc, argv, 1, 8091));
  spec.io_threads = number(argc, argv, 2, 1);
  spec.worker_threads = number(argc, argv, 3, 2);
  auto listener = server::Listener::start(std::move(spec), std::move(router));
  if (!listener.ok()) {
    std::fprintf(stderr, "%s\n", listener.error().message.c_str());
    return 1;
  }
  while (std::getchar() != EOF) {}
  (*listener)->stop(std::chrono::seconds(2));
  std::fputs((*listener)->metrics().text().c_str(), stdout);
  return 0;
}
