// Requests that are sent again, and the language of refusals.
#include "server/api/idempotency.hpp"

#include <gtest/gtest.h>

#include "server/api/api_test_support.hpp"

namespace minglu::server {
namespace {

using testing_support::Api;

TEST_F(Api, ARequestWithAnIdempotencyKeyTakesEffectOnceAlsoAfterARestart) {
  become("city", "city");
  log_in("security");
  const std::string draft = R"({"name":"对接","source":"tax_reg"})";
  const auto create = [&](const std::string& key, const std::string& body) {
    headers_["idempotency-key"] = key;
    return ask("POST", "/api-keys", body);
  };
  const Response first = create("k1", draft);
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(create("k1", draft).body, first.body) << "the same secret, not another key";
  EXPECT_EQ(json(create("k1", R"({"name":"别的","source":"tax_reg"})"))["code"], "idempotency_key_reused");
  EXPECT_EQ(create("k2", "{}").status, 422);
  EXPECT_EQ(create("k2", "{}").status, 422) << "a refusal is an answer, too";
  EXPECT_EQ(create("", draft).status, 400);
  EXPECT_EQ(create("不是 ASCII", draft).status, 400);
  open();
  EXPECT_EQ(create("k1", draft).body, first.body);
  headers_.clear();
  EXPECT_EQ(json(ask("GET", "/api-keys"))["items"].size(), 1u);
}

TEST_F(Api, ARequestThatWasCutOffIsNotDoneTwice) {
  become("city", "city");
  log_in("security");
  const std::string id = json(ask("GET", "/me"))["id"];
  ASSERT_TRUE(services_->accounts->begin_answer({"user:" + id, "k1", "of another request", now_us()}, 0).ok());
  headers_["idempotency-key"] = "k1";
  EXPECT_EQ(json(ask("POST", "/users/1:reset"))["code"], "idempotency_key_reused");
  headers_["idempotency-key"] = "k2";
  const Response once = ask("POST", "/users/99:reset");
  EXPECT_EQ(once.status, 404);
  auto kept = services_->accounts->begin_answer({"user:" + id, "k2", "", now_us()}, 0).value();
  ASSERT_TRUE(kept.has_value());
  ASSERT_TRUE(services_->accounts->forget_answer(*kept).ok());
  kept->status = 0;
  ASSERT_TRUE(services_->accounts->begin_answer(*kept, 0).ok());
  const Response again = ask("POST", "/users/99:reset");
  EXPECT_EQ(json(again)["code"], "in_progress");
  open();
  EXPECT_EQ(json(ask("POST", "/users/99:reset"))["code"], "outcome_unknown");
}

TEST_F(Api, ProblemsSpeakTheLanguageThatIsAskedFor) {
  headers_["accept-language"] = "fr;q=0.9, en-GB, zh";
  EXPECT_EQ(json(ask("GET", "/me"))["title"], "Log in first");
  headers_["accept-language"] = "zh-CN, en;q=0.5";
  EXPECT_EQ(json(ask("GET", "/me"))["title"], "请先登录");
  become("city", "city");
  headers_["accept-language"] = "en";
  EXPECT_EQ(json(ask("GET", "/units/7"))["detail"], "There is no unit 7");
  const Json faulty = json(ask("POST", "/decisions", R"({"kind":"same","record_a":"a:1","record_b":"b:1"})"));
  ASSERT_EQ(faulty["errors"].size(), 1u);
  EXPECT_EQ(faulty["errors"][0]["pointer"], "/reason");
  EXPECT_EQ(faulty["errors"][0]["message"], "required");
}

}  // namespace
}  // namespace minglu::server
