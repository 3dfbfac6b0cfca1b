#include "server/http/listener.hpp"

#include <gtest/gtest.h>

#include "server/http/raw_client.hpp"

namespace minglu::server {
namespace {

Router small_router() {
  Router router;
  router.add({.method = "GET", .path = "/api/v1/status", .handler = [](const Request&) {
                return json_response(200, R"({"units":4})");
              }});
  router.add({.method = "POST", .path = "/api/v1/echo", .handler = [](const Request& request) {
                return json_response(200, request.body);
              }});
  return router;
}

TEST(Listener, AnswersAndKeepsTheConnection) {
  auto listener = Listener::start({}, small_router());
  ASSERT_TRUE(listener.ok());
  raw::Client client((*listener)->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n"));
    const raw::Answer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"units":4})");
    EXPECT_EQ(answer.headers.at("Connection"), "keep-alive");
  }
  client.send("POST /api/v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
  client.send("llo");
  EXPECT_EQ(client.read().body, "hello");
  (*listener)->stop(std::chrono::seconds(1));
  EXPECT_TRUE(client.ends());
}

}  // namespace
}  // namespace minglu::server
