#include "server/http/query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace minglu::server {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(ParseTarget, TakesPathSegmentsAndQueryApart) {
  const auto target = parse_target("/api/v1/units/%E6%B7%B1?page=2&q=a+b&empty&q=%2B");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/api/v1/units/深");
  EXPECT_THAT(target->segments, ElementsAre("api", "v1", "units", "深"));
  EXPECT_THAT(target->query, ElementsAre(Pair("page", "2"), Pair("q", "a b"), Pair("empty", ""), Pair("q", "+")));
}

TEST(ParseTarget, RootHasOneEmptySegment) {
  EXPECT_THAT(parse_target("/")->segments, ElementsAre(""));
  EXPECT_THAT(parse_target("/a/")->segments, ElementsAre("a", ""));
  EXPECT_THAT(parse_target("//a")->segments, ElementsAre("", "a"));
  EXPECT_THAT(parse_target("/?")->query, ElementsAre());
}

TEST(ParseTarget, AnEscapedSlashStaysInsideItsSegment) {
  const auto target = parse_target("/units/a%2Fb");
  ASSERT_TRUE(target.ok());
  EXPECT_THAT(target->segments, ElementsAre("units", "a/b"));
  EXPECT_EQ(target->path, "/units/a/b");
}

TEST(ParseTarget, APlusIsAPlusInThePath) { EXPECT_EQ(parse_target("/a+b")->path, "/a+b"); }

TEST(ParseTarget, RawChineseIsTakenAsTyped) {
  const auto target = parse_target("/深圳?名称=数码");
  ASSERT_TRUE(target.ok());
  EXPECT_EQ(target->path, "/深圳");
  EXPECT_THAT(target->query, ElementsAre(Pair("名称", "数码")));
}

class Refused : public testing::TestWithParam<std::string_view> {};

TEST_P(Refused, IsInvalid) {
  const auto target = parse_target(GetParam());
  ASSERT_FALSE(target.ok()) << GetParam();
  EXPECT_EQ(target.error().code, ErrorCode::kInvalidArgument);
}

INSTANTIATE_TEST_SUITE_P(ParseTarget, Refused,
                         testing::Values("", "a", "*", "http://x/", "/%", "/%4", "/%G1", "/%00", "/a?b=%00", "/a?%zz",
                                         "/%C0%AF", "/%C0%AE%C0%AE/x", "/%FF", "/a?x=%ED%A0%80", "/%E6%B7", "/..",
                                         "/a/../b", "/.", "/%2e%2e/x", "/a%2F..%2Fb", "/a/%2E", "/a%5Cb", "/a\\b",
                                         "/a%0Ab", "/a%7F", "/a#b", "/\xC0\xAF"));

TEST(ParseTarget, DotsInsideANameAreNoDotSegment) {
  EXPECT_TRUE(parse_target("/...").ok());
  EXPECT_TRUE(parse_target("/a..b/.well-known").ok());
}

TEST(ParseQuery, StopsAtTwoHundredParameters) {
  std::string query;
  for (size_t i = 0; i < kQueryParametersMax; ++i) query += "a=1&";
  EXPECT_EQ(parse_query(query)->size(), kQueryParametersMax);
  EXPECT_FALSE(parse_query(query + "a=1").ok());
}

TEST(ParseQuery, LineBreaksAreTextInAValue) { EXPECT_THAT(*parse_query("a=%0A"), ElementsAre(Pair("a", "\n"))); }

TEST(PercentEncode, IsUndoneByDecode) {
  for (const std::string text : {"", "a b", "深圳市/数码", "%41+&=?#", "~-._"}) {
    EXPECT_EQ(percent_decode(percent_encode(text), true).value(), text);
    EXPECT_EQ(percent_decode(percent_encode(text), false).value(), text);
  }
  EXPECT_EQ(percent_encode("深 a~"), "%E6%B7%B1%20a~");
}

}  // namespace
}  // namespace minglu::server
