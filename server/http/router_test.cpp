#include "server/http/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/query.hpp"

namespace minglu::server {
namespace {

using testing::ElementsAre;

Response nothing(const Request&) { return {}; }

Router units_router() {
  Router router;
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"GET", "/"},
           {"GET", "/api/v1/units"},
           {"GET", "/api/v1/units/{id}"},
           {"PATCH", "/api/v1/units/{id}"},
           {"GET", "/api/v1/units/{id}/history"},
           {"GET", "/api/v1/units/mine"},
           {"POST", "/api/v1/units:match"},
           {"GET", "/api/v1/decisions/{seq}"},
           {"POST", "/api/v1/decisions/{seq}:undo"},
           {"POST", "/api/v1/decisions/{seq}:redo"},
           {"GET", "/api/v1/{kind}/{id}/links/{other}"},
       }) {
    router.add({.method = method, .path = path, .handler = nothing});
  }
  return router;
}

struct Found {
  std::string path;
  std::vector<std::string> parts;
  std::string allow;
};

Found find(const Router& router, std::string_view method, std::string_view target) {
  const auto match = router.match(method, parse_target(target)->segments);
  return {match.route ? router.routes()[*match.route].path : "", match.parts, match.allow};
}

TEST(Router, NamesAreFilledInOrder) {
  const Router router = units_router();
  EXPECT_EQ(find(router, "GET", "/api/v1/units/7").path, "/api/v1/units/{id}");
  EXPECT_THAT(find(router, "GET", "/api/v1/units/7").parts, ElementsAre("7"));
  EXPECT_THAT(find(router, "GET", "/api/v1/units/7/links/%E6%B7%B1").parts, ElementsAre("units", "7", "深"));
  EXPECT_THAT(find(router, "GET", "/api/v1/units/a%2Fb").parts, ElementsAre("a/b"));
}

TEST(Router, WordsWinOverNames) {
  const Router router = units_router();
  EXPECT_EQ(find(router, "GET", "/api/v1/units/mine").path, "/api/v1/units/mine");
  EXPECT_THAT(find(router, "GET", "/api/v1/units/mine").parts, ElementsAre());
  EXPECT_EQ(find(router, "GET", "/api/v1/units/mine/history").path, "/api/v1/units/{id}/history");
}

TEST(Router, AVerbIsTakenFromTheEndOfTheSegment) {
  const Router router = units_router();
  EXPECT_EQ(find(router, "POST", "/api/v1/decisions/12:undo").path, "/api/v1/decisions/{seq}:undo");
  EXPECT_THAT(find(router, "POST", "/api/v1/decisions/12:undo").parts, ElementsAre("12"));
  EXPECT_THAT(find(router, "POST", "/api/v1/decisions/12:redo").parts, ElementsAre("12"));
  EXPECT_EQ(find(router, "POST", "/api/v1/units:match").path, "/api/v1/units:match");
  EXPECT_EQ(find(router, "POST", "/api/v1/decisions/12:erase").path, "");
  EXPECT_EQ(find(router, "POST", "/api/v1/decisions/:undo").path, "") << "a name stands for something";
}

TEST(Router, UnknownPathsHaveNoAllow) {
  const Router router = units_router();
  for (const std::string_view target :
       {"/x", "/api", "/api/v1/units/", "/api/v1//7", "/api/v1/units/7/history/8", "//"}) {
    EXPECT_EQ(find(router, "GET", target).path, "") << target;
    EXPECT_EQ(find(router, "GET", target).allow, "") << target;
  }
}

TEST(Router, AnotherMethodIsToldWhatIsAllowed) {
  const Router router = units_router();
  EXPECT_EQ(find(router, "DELETE", "/api/v1/units/7").allow, "GET, HEAD, OPTIONS, PATCH");
  EXPECT_EQ(find(router, "GET", "/api/v1/units:match").allow, "OPTIONS, POST");
  EXPECT_EQ(find(router, "OPTIONS", "/api/v1/units").allow, "GET, HEAD, OPTIONS");
  EXPECT_EQ(find(router, "DELETE", "/api/v1/decisions/1:undo").allow, "OPTIONS, POST")
      << "the verb's own methods, not those of a name that ends in :undo";
}

TEST(Router, HeadGoesWhereGetGoes) {
  const Router router = units_router();
  EXPECT_EQ(find(router, "HEAD", "/api/v1/units/7").path, "/api/v1/units/{id}");
  EXPECT_EQ(find(router, "HEAD", "/").path, "/");
  EXPECT_EQ(find(router, "HEAD", "/api/v1/units:match").path, "");
}

TEST(Router, RoutesAreListedAsAdded) {
  Router router;
  router.add({.method = "GET", .path = "/a", .handler = nothing, .access = "open"});
  router.add({.method = "POST", .path = "/b", .handler = nothing, .access = "unit.write", .large_body = true});
  ASSERT_EQ(router.routes().size(), 2U);
  EXPECT_EQ(router.routes()[0].access, "open");
  EXPECT_EQ(router.routes()[1].path, "/b");
  EXPECT_TRUE(router.routes()[1].large_body);
}

TEST(RouterDeathTest, TheSameRouteTwiceIsABug) {
  Router router;
  router.add({.method = "GET", .path = "/a/{id}", .handler = nothing});
  EXPECT_DEATH(router.add({.method = "GET", .path = "/a/{other}", .handler = nothing}), "fresh");
  EXPECT_DEATH(router.add({.method = "GET", .path = "a", .handler = nothing}), "");
  EXPECT_DEATH(router.add({.method = "TRACE", .path = "/a", .handler = nothing}), "");
  EXPECT_DEATH(router.add({.method = "GET", .path = "/{}", .handler = nothing}), "");
}

}  // namespace
}  // namespace minglu::server
