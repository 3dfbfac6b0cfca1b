// What the tests of the API share: real services on a temporary register, and requests to them without sockets.
// For tests only. Thread-safety: none needed.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "codes/catalog_file.hpp"
#include "flows/ingest_flow.hpp"
#include "server/api/dispatch.hpp"
#include "server/http/query.hpp"

namespace minglu::server::testing_support {

namespace fs = std::filesystem;

inline constexpr const char* kPassword = "Correct-Horse-7";
inline constexpr const char* kFeed =
    "统一社会信用代码,企业名称,法定代表人,住所,行政区划\n"
    "91440300MA5FRF8GXW,深圳市甲申乙科技有限公司,张小明,深圳市福田区新洲路1号,440304\n"
    "91440300MA5G8R6Y4R,深圳市丙寅丁贸易有限公司,李小红,深圳市南山区科技路2号,440305\n";

class Api : public ::testing::Test {
 protected:
  void SetUp() override {
    static int number = 0;
    folder_ = fs::temp_directory_path() / ("minglu_api_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
  }
  void TearDown() override {
    services_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    services_.reset();
    auto opened = Services::open(
        {.home = {folder_ / "home", "", codes::catalog_directory(), 2}, .second_factor_required = false});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    services_ = std::move(opened).value();
    services_->parameters.argon2_memory_bytes = 8192;  // Tests are about rules, not about cost.
    services_->parameters.argon2_passes = 1;
    router_ = std::make_unique<Router>();
    const Status added = add_api(*router_, *services_);
    ASSERT_TRUE(added.ok()) << added.error().message;
  }

  Response ask(const std::string& method, const std::string& target, const std::string& body = "") {
    const auto parsed = parse_target("/api/v1" + target);
    EXPECT_TRUE(parsed.ok()) << target;
    Router::Match match = router_->match(method, parsed->segments);
    EXPECT_TRUE(match.route.has_value()) << method << ' ' << target;
    if (!match.route) return {};
    Request request;
    request.method = method;
    request.path = parsed->path;
    request.query = parsed->query;
    request.parts = match.parts;
    request.body = body;
    request.remote = "127.0.0.1";
    request.headers = headers_;
    if (!cookie_.empty()) request.headers["cookie"] = cookie_;
    if (!csrf_.empty()) request.headers["x-csrf-token"] = csrf_;
    return router_->routes()[*match.route].handler(request);
  }
  static Json json(const Response& response) { return Json::parse(response.body, nullptr, false); }

  void keep_session(const Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Set-Cookie") cookie_ = value.substr(0, value.find(';'));
    }
    csrf_ = json(response).value("csrf_token", "");
  }
  static std::string token_of(const std::string& link) { return link.substr(link.find('=') + 1); }

  void set_up_administrator() {
    const auto link = services_->setup_link().value();
    ASSERT_TRUE(link.has_value());
    const Response made = ask(
        "POST", "/setup",
        Json{{"token", token_of(*link)}, {"login", "security"}, {"display_name", "安全管理员"}, {"password", kPassword}}
            .dump());
    ASSERT_EQ(made.status, 201) << made.body;
    keep_session(made);
  }
  /// Makes a user through the administrator, takes its link, and is that user from then on.
  void become(const std::string& login, const std::string& role, const std::vector<std::string>& regions = {}) {
    if (services_->accounts->users().empty())
      set_up_administrator();
    else
      log_in("security");
    const Response made =
        ask("POST", "/users",
            Json{{"login", login}, {"display_name", login}, {"roles", {role}}, {"regions", regions}}.dump());
    ASSERT_EQ(made.status, 201) << made.body;
    forget();
    const Response chosen = ask(
        "POST", "/setup",
        Json{
            {"token", token_of(json(made)["link"])}, {"login", login}, {"display_name", login}, {"password", kPassword}}
            .dump());
    ASSERT_EQ(chosen.status, 201) << chosen.body;
    keep_session(chosen);
  }
  Response log_in(const std::string& login, const std::string& password = kPassword) {
    forget();
    const Response response = ask("POST", "/session", Json{{"login", login}, {"password", password}}.dump());
    if (response.status == 201) keep_session(response);
    return response;
  }
  void forget() {
    cookie_.clear();
    csrf_.clear();
    headers_.clear();
  }
  void take_in_feed() {
    const fs::path file = folder_ / "scjg_reg_2024-01.csv";
    std::ofstream(file, std::ios::binary) << kFeed;
    flows::Home& home = services_->reg->home();
    const Status done = services_->reg->run({.kind = "import", .title = "test"}, [&](flows::JobReporter&) -> Status {
      MINGLU_CHECK(flows::ingest_file(home, {.source = *home.knowledge().sources().find("scjg_reg"), .file = file}));
      return ok_status();
    });
    ASSERT_TRUE(done.ok()) << done.error().message;
  }

  fs::path folder_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<Router> router_;
  std::string cookie_;
  std::string csrf_;
  std::map<std::string, std::string, std::less<>> headers_;
};

}  // namespace minglu::server::testing_support
