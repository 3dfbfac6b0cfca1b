#include "server/http/static_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "server/http/compress.hpp"
#include "server/http/response_head.hpp"

namespace minglu::server {
namespace {

class StaticFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(testing::TempDir()) / ("static_" + std::string(test_name()));
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_ / "assets");
    write("index.html", "<!doctype html><title>名录</title>");
    write("assets/app-1a2b.js", script_);
    write("assets/logo.svg", "<svg/>");
    write(".env", "SECRET=1");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  static std::string_view test_name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(directory_ / name, std::ios::binary) << bytes;
  }
  [[nodiscard]] Response get(const std::string& path, const std::string& name = "",
                             const std::string& value = "") const {
    Request request;
    request.method = "GET";
    request.path = path;
    if (!name.empty()) request.headers[name] = value;
    return StaticFiles::load(directory_)->answer(request);
  }

  std::filesystem::path directory_;
  std::string script_ = std::string(4000, 'x') + "console.log('统计');";
};

TEST_F(StaticFilesTest, ServesAFileWithItsType) {
  const Response response = get("/assets/logo.svg");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "<svg/>");
  EXPECT_EQ(response_header(response, "content-type"), "image/svg+xml");
  EXPECT_EQ(response_header(response, "cache-control"), "public, max-age=31536000, immutable");
}

TEST_F(StaticFilesTest, PagesOfTheConsoleGetTheIndex) {
  for (const std::string path : {"/", "/index.html", "/units", "/units/7/history", "/单位"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(response_header(response, "content-type"), "text/html; charset=utf-8") << path;
    EXPECT_EQ(response_header(response, "cache-control"), "no-cache") << path;
  }
  EXPECT_EQ(get("/assets/gone.js").status, 404) << "a missing script must not look like a page";
}

TEST_F(StaticFilesTest, NothingOutsideTheDirectoryOrHiddenIsServed) {
  std::error_code ignored;
  std::filesystem::create_symlink("/etc/hostname", directory_ / "link.txt", ignored);
  for (const std::string path : {"/.env", "/link.txt", "/../etc/passwd.txt", "/assets/../.env", "//etc/a.txt"}) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body.find("SECRET"), std::string::npos);
  }
}

TEST_F(StaticFilesTest, AKnownTagIsAnsweredWithoutBody) {
  const std::string etag(response_header(get("/"), "etag"));
  for (const std::string& value : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
    const Response response = get("/", "if-none-match", value);
    EXPECT_EQ(response.status, 304) << value;
    EXPECT_TRUE(response.body.empty());
    EXPECT_EQ(response_header(response, "etag"), etag);
  }
  EXPECT_EQ(get("/", "if-none-match", "\"other\"").status, 200);
  EXPECT_EQ(get("/", "if-none-match", "").status, 200);
}

TEST_F(StaticFilesTest, TextIsCompressedForWhoAcceptsIt) {
  const Response packed = get("/assets/app-1a2b.js", "accept-encoding", "br, gzip;q=0.8");
  EXPECT_EQ(response_header(packed, "content-encoding"), "gzip");
  EXPECT_EQ(response_header(packed, "vary"), "Accept-Encoding");
  EXPECT_EQ(gunzip(packed.body, 1 << 20), script_);
  EXPECT_EQ(get("/assets/app-1a2b.js", "accept-encoding", "gzip;q=0").body, script_);
  EXPECT_EQ(get("/assets/app-1a2b.js").body, script_);
}

TEST_F(StaticFilesTest, ACompressedNeighbourIsUsedWhenItIsTheSameFile) {
  const std::string neighbour = gzip(script_, 1);
  write("assets/app-1a2b.js.gz", neighbour);
  EXPECT_EQ(get("/assets/app-1a2b.js", "accept-encoding", "gzip").body, neighbour);
  EXPECT_EQ(get("/assets/app-1a2b.js.gz").status, 404);
  write("assets/app-1a2b.js.gz", gzip("something else", 1));
  EXPECT_EQ(gunzip(get("/assets/app-1a2b.js", "accept-encoding", "gzip").body, 1 << 20), script_);
}

TEST_F(StaticFilesTest, TheContentPolicyForbidsInlineScripts) {
  const Response response = get("/");
  const std::string policy(response_header(response, "content-security-policy"));
  EXPECT_NE(policy.find("default-src 'self'"), std::string::npos);
  EXPECT_NE(policy.find("script-src 'self';"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
}

TEST_F(StaticFilesTest, LoadingTellsWhatIsMissing) {
  EXPECT_EQ(StaticFiles::load(directory_ / "none").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(StaticFiles::load(directory_, {.bytes_max = 100}).error().code, ErrorCode::kInvalidArgument);
  std::filesystem::remove(directory_ / "index.html");
  EXPECT_EQ(StaticFiles::load(directory_).error().code, ErrorCode::kNotFound);
}

TEST(MimeType, UnknownIsBytes) {
  EXPECT_EQ(mime_type("a/b.mjs"), "text/javascript; charset=utf-8");
  EXPECT_EQ(mime_type("a.b/c"), "application/octet-stream");
  EXPECT_EQ(mime_type("x.EXE"), "application/octet-stream");
}

}  // namespace
}  // namespace minglu::server
