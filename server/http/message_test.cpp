#include "server/http/message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/http/compress.hpp"
#include "server/http/response_head.hpp"

namespace minglu::server {
namespace {

TEST(Request, FindsParametersHeadersAndCookies) {
  Request request;
  request.query = {{"q", "深圳"}, {"q", "second"}, {"empty", ""}};
  request.headers = {{"cookie", "a=1; session=x=y;b=2"}, {"accept", "*/*"}};
  EXPECT_EQ(request.parameter("q"), "深圳");
  EXPECT_EQ(request.parameter("empty"), "");
  EXPECT_FALSE(request.parameter("none").has_value());
  EXPECT_EQ(request.header("accept"), "*/*");
  EXPECT_EQ(request.header("none"), "");
  EXPECT_EQ(request.cookie("session"), "x=y");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("sess"), "");
  EXPECT_EQ(request.cookie("x"), "");
}

TEST(ProblemResponse, SaysAllFieldsAndSurvivesBrokenText) {
  Request request;
  request.trace_id = "0af7651916cd43dd8448eb211c80319c";
  const Response response = problem_response(request, 404, "not_found", "没有这个单位", "unit \"\xE6\x9D\" is unknown");
  const auto problem = nlohmann::json::parse(response.body);
  EXPECT_EQ(problem["status"], 404);
  EXPECT_EQ(problem["code"], "not_found");
  EXPECT_EQ(problem["title"], "没有这个单位");
  EXPECT_EQ(problem["type"], "urn:minglu:problem:not_found");
  EXPECT_EQ(problem["traceId"], request.trace_id);
  EXPECT_EQ(response_header(response, "Content-Type"), "application/problem+json; charset=utf-8");
}

TEST(WriteHead, AddsWhatEveryAnswerNeedsAndKeepsTheHandlersWord) {
  Response response = json_response(200, "{}");
  response.with("cache-control", "max-age=5").with("Content-Length", "99").with("Connection", "upgrade");
  const std::string head = write_head(response, {.keep_alive = false, .body_bytes = 2});
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << head;
  EXPECT_NE(head.find("\r\nContent-Length: 2\r\n"), std::string::npos);
  EXPECT_NE(head.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(head.find("X-Content-Type-Options: nosniff"), std::string::npos);
  EXPECT_EQ(head.find("99"), std::string::npos);
  EXPECT_EQ(head.find("upgrade"), std::string::npos);
  EXPECT_EQ(head.find("no-store"), std::string::npos);
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(HasSendableHead, FieldsOfAStrangerCannotWriteFieldsOfTheirOwn) {
  using std::string_literals::operator""s;
  for (const std::string& value : {"a\r\nSet-Cookie: x=1"s, "a\nb"s, "a\0b"s}) {
    EXPECT_FALSE(has_sendable_head(Response().with("Location", value)));
  }
  EXPECT_FALSE(has_sendable_head(Response().with("Bad Name", "x")));
  EXPECT_FALSE(has_sendable_head(Response().with("", "x")));
  EXPECT_TRUE(has_sendable_head(Response().with("Content-Disposition", "attachment; filename*=UTF-8''%E5")));
  Response odd;
  odd.status = 99;
  EXPECT_FALSE(has_sendable_head(odd));
}

TEST(AcceptsGzip, ReadsWeights) {
  for (const std::string_view yes :
       {"gzip", "GZIP", "br, gzip", "gzip;q=0.1", "*", "deflate , gzip ; q=1", "*;q=0, gzip"}) {
    EXPECT_TRUE(accepts_gzip(yes)) << yes;
  }
  for (const std::string_view no : {"", "br", "gzip;q=0", "gzip;q=0.000", "gzipped", "*;q=0", "*, gzip;q=0", ",,;"}) {
    EXPECT_FALSE(accepts_gzip(no)) << no;
  }
}

TEST(CompressResponse, LeavesSmallAndForeignBodiesAlone) {
  Response small = json_response(200, "{}");
  compress_response("gzip", small);
  EXPECT_EQ(small.body, "{}");
  Response secret = json_response(200, std::string(5000, 'a')).with("Content-Encoding", "identity");
  compress_response("gzip", secret);
  EXPECT_EQ(secret.body.size(), 5000U);
  Response picture;
  picture.body = std::string(5000, 'a');
  picture.with("Content-Type", "image/png");
  compress_response("gzip", picture);
  EXPECT_EQ(picture.body.size(), 5000U);
  Response large = json_response(200, std::string(5000, 'a'));
  compress_response("gzip", large);
  EXPECT_LT(large.body.size(), 100U);
  EXPECT_EQ(gunzip(large.body, 5000), std::string(5000, 'a'));
}

TEST(Gunzip, GivesNothingForWhatIsNoGzipOrTooLarge) {
  EXPECT_EQ(gunzip("hello", 100), "");
  EXPECT_EQ(gunzip(gzip(std::string(1000, 'a'), 6), 999), "");
  EXPECT_EQ(gunzip(gzip("统计", 6), 999), "统计");
  const std::string packed = gzip(std::string(1000, 'a'), 6);
  EXPECT_EQ(gunzip(packed.substr(0, packed.size() / 2), 5000), "");
}

}  // namespace
}  // namespace minglu::server
