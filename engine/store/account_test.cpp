// One suite for both databases, as ledger_test.cpp.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/account_seal.hpp"
#include "store/account_store.hpp"
#include "store/ledger_test_support.hpp"

namespace minglu::store {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr int64_t kMinute = 60'000'000;

class AccountTest : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<AccountStore> open(const std::string& key = std::string(kSealKeyBytes, 'k')) {
    return must(AccountStore::open({.database = place_.spec(), .seal_key = key}));
  }
  LedgerPlace place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Databases, AccountTest, ::testing::ValuesIn(ledger_backends()),
                         [](const auto& info) { return info.param; });

UserSpec wang() {
  return {.login = "Wang",
          .display_name = "王芳",
          .roles = {"district", "leader"},
          .regions = {"440303", "it's \"x\""},
          .specialties = {"B"},
          .sources = {"scjg_reg"},
          .may_unmask = true,
          .created_us = kNow};
}

SessionRow session_of(int64_t user_id, const std::string& hash) {
  return {.token_hash = hash, .user_id = user_id, .created_us = kNow, .remote = "::1", .user_agent = "Chrome\n名录"};
}

TEST_P(AccountTest, KeepsAUserAcrossReopening) {
  UserRow made;
  {
    auto accounts = open();
    made = must(accounts->create_user(wang()));
    EXPECT_EQ(made.id, 1);
    EXPECT_EQ(made.login, "wang");
    EXPECT_EQ(made.version, 1);
    EXPECT_TRUE(made.must_change_password);
    EXPECT_FALSE(made.has_password);
  }
  auto accounts = open();
  EXPECT_EQ(must(accounts->find_user(1)), made);
  EXPECT_EQ(accounts->find_login("WANG"), made);
  EXPECT_FALSE(accounts->find_login("li"));
  EXPECT_EQ(accounts->find_user(2).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(must(accounts->create_user({.login = "an"})).id, 2);
  const auto users = accounts->users();
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(users[0].login, "an");
}

TEST_P(AccountTest, RefusesLoginsThatAreTakenOrMalformed) {
  auto accounts = open();
  must(accounts->create_user(wang()));
  EXPECT_EQ(accounts->create_user({.login = "wANG"}).error().code, ErrorCode::kConflict);
  for (const std::string& login :
       {std::string(), std::string("a"), std::string("a b"), std::string("a\tb"), std::string("王　芳"),
        std::string("a\0b", 3), std::string("\xFF\xFE"), std::string(65, 'a')}) {
    EXPECT_EQ(accounts->create_user({.login = login}).error().code, ErrorCode::kInvalidArgument) << login;
  }
  EXPECT_EQ(accounts->create_user({.login = "ok", .display_name = "\xC3"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts->create_user({.login = "ok", .roles = {std::string("\0", 1)}}).error().code,
            ErrorCode::kInvalidArgument);
  EXPECT_TRUE(accounts->create_user({.login = "王芳"}).ok());
  EXPECT_EQ(accounts->users().size(), 2U);
}

TEST_P(AccountTest, AnUpdateNeedsTheVersionItWasBasedOn) {
  auto accounts = open();
  const UserRow made = must(accounts->create_user(wang()));
  UserSpec spec = wang();
  spec.roles = {"city"};
  spec.login = "other";  // never changes
  const UserRow updated = must(accounts->update_user(made.id, 1, spec));
  EXPECT_EQ(updated.version, 2);
  EXPECT_EQ(updated.login, "wang");
  EXPECT_EQ(updated.roles, std::vector<std::string>{"city"});
  EXPECT_EQ(accounts->update_user(made.id, 1, spec).error().code, ErrorCode::kConflict);
  EXPECT_EQ(accounts->update_user(9, 1, spec).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(must(open()->find_user(1)), updated);
}

TEST_P(AccountTest, ARoleTakenAwayIsGoneAtTheNextRequest) {
  auto accounts = open();
  const UserRow made = must(accounts->create_user(wang()));
  must(accounts->create_session(session_of(made.id, "s1")));
  EXPECT_EQ(accounts->find_session("s1")->user.roles.size(), 2U);
  UserSpec spec = wang();
  spec.roles = {"leader"};
  must(accounts->update_user(made.id, 1, spec));
  EXPECT_EQ(accounts->find_session("s1")->user.roles, std::vector<std::string>{"leader"});
  spec.is_disabled = true;
  must(accounts->update_user(made.id, 2, spec));
  EXPECT_FALSE(accounts->find_session("s1"));
  EXPECT_EQ(accounts->create_session(session_of(made.id, "s2")).error().code, ErrorCode::kFailedPrecondition);
  spec.is_disabled = false;
  must(accounts->update_user(made.id, 3, spec));
  EXPECT_FALSE(accounts->find_session("s1")) << "a session that has ended does not come back";
}

TEST_P(AccountTest, ANewPasswordEndsTheOtherSessionsAndTheLock) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  EXPECT_FALSE(must(accounts->password_hash(id)));
  must(accounts->create_session(session_of(id, "mine")));
  must(accounts->create_session(session_of(id, "other")));
  must(accounts->change_login_state(id, [](LoginState state) {
    state.failures = 5;
    state.locked_until_us = kNow + kMinute;
    return state;
  }));
  const UserRow row = must(accounts->set_password(id, {.hash = "$argon2id$x", .at_us = kNow, .keep_session = "mine"}));
  EXPECT_TRUE(row.has_password);
  EXPECT_FALSE(row.must_change_password);
  EXPECT_EQ(row.password_set_us, kNow);
  EXPECT_EQ(row.failures, 0);
  EXPECT_EQ(row.locked_until_us, 0);
  EXPECT_TRUE(accounts->find_session("mine"));
  EXPECT_FALSE(accounts->find_session("other"));
  EXPECT_EQ(must(accounts->password_hash(id)), "$argon2id$x");
  EXPECT_EQ(accounts->set_password(id, {}).error().code, ErrorCode::kInvalidArgument);
  accounts.reset();
  accounts = open();
  EXPECT_EQ(must(accounts->password_hash(id)), "$argon2id$x");
  EXPECT_EQ(accounts->sessions_of(id).size(), 1U);
  EXPECT_FALSE(must(accounts->clear_password(id)).has_password);
  EXPECT_TRUE(accounts->sessions_of(id).empty());
}

TEST_P(AccountTest, LoginStateIsCountedExactlyByManyThreads) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        must(accounts->change_login_state(id, [](LoginState state) {
          ++state.failures;
          return state;
        }));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(must(accounts->login_state(id)).failures, 80);
  EXPECT_EQ(must(open()->login_state(id)).failures, 80);
}

TEST_P(AccountTest, TheSecondFactorIsSealedUnderTheKey) {
  const std::string secret("12345678901234567890");
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  const int64_t other = must(accounts->create_user({.login = "li"})).id;
  EXPECT_FALSE(must(accounts->totp_secret(id)));
  must(accounts->change_login_state(id, [](LoginState state) {
    state.totp_last_step = 7;
    return state;
  }));
  EXPECT_TRUE(must(accounts->set_totp(id, secret)).has_totp);
  EXPECT_EQ(must(accounts->totp_secret(id)), secret);
  EXPECT_EQ(must(accounts->login_state(id)).totp_last_step, 0);
  accounts.reset();
  EXPECT_EQ(must(open()->totp_secret(id)), secret);
  EXPECT_EQ(open(std::string(kSealKeyBytes, 'x'))->totp_secret(id).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(open("")->totp_secret(id).error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(open("")->set_totp(id, secret).error().code, ErrorCode::kFailedPrecondition);
  place_.execute("UPDATE account_user SET totp_sealed = (SELECT totp_sealed FROM account_user WHERE id = " +
                 std::to_string(id) + ") WHERE id = " + std::to_string(other));
  EXPECT_EQ(open()->totp_secret(other).error().code, ErrorCode::kFailedPrecondition) << "bound to its user";
  accounts = open();
  EXPECT_FALSE(must(accounts->set_totp(id, std::nullopt)).has_totp);
  EXPECT_EQ(AccountStore::open({.database = place_.spec(), .seal_key = "short"}).error().code,
            ErrorCode::kInvalidArgument);
}

TEST_P(AccountTest, SessionsLiveUntilTheyAreEnded) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  EXPECT_FALSE(accounts->find_session("none"));
  must(accounts->create_session(session_of(id, "s1")));
  EXPECT_EQ(accounts->create_session(session_of(id, "s1")).error().code, ErrorCode::kConflict);
  EXPECT_EQ(accounts->create_session(session_of(9, "s9")).error().code, ErrorCode::kNotFound);
  const SignedIn found = accounts->find_session("s1").value();
  EXPECT_EQ(found.session.last_seen_us, kNow);
  EXPECT_EQ(found.session.remote, "::1");
  EXPECT_EQ(found.session.user_agent, "Chrome???????");
  EXPECT_FALSE(found.session.passed_second_factor);
  must(accounts->mark_second_factor("s1"));
  EXPECT_TRUE(accounts->find_session("s1")->session.passed_second_factor);
  accounts.reset();
  accounts = open();
  EXPECT_TRUE(accounts->find_session("s1")->session.passed_second_factor);
  must(accounts->end_session("s1"));
  must(accounts->end_session("s1"));
  EXPECT_FALSE(accounts->find_session("s1"));
  EXPECT_FALSE(open()->find_session("s1"));
}

TEST_P(AccountTest, TouchingIsWrittenOnceAMinute) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  must(accounts->create_session(session_of(id, "s1")));
  const auto stored = [&] { return open()->find_session("s1")->session.last_seen_us; };
  must(accounts->touch_session("s1", kNow + kMinute - 1));
  EXPECT_EQ(accounts->find_session("s1")->session.last_seen_us, kNow + kMinute - 1);
  EXPECT_EQ(stored(), kNow);
  must(accounts->touch_session("s1", kNow + kMinute));
  EXPECT_EQ(stored(), kNow + kMinute);
  must(accounts->touch_session("s1", kNow));
  EXPECT_EQ(accounts->find_session("s1")->session.last_seen_us, kNow + kMinute) << "never earlier";
  must(accounts->touch_session("none", kNow));
}

TEST_P(AccountTest, OldSessionsAreRemovedByTheirTimes) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user(wang())).id;
  for (int i = 0; i < 4; ++i) {
    SessionRow row = session_of(id, "s" + std::to_string(i));
    row.created_us += i * kMinute;
    must(accounts->create_session(row));
  }
  must(accounts->touch_session("s0", kNow + 30'000'000));
  EXPECT_EQ(must(accounts->end_old_sessions(0, 0)), 0);
  EXPECT_EQ(must(accounts->end_old_sessions(kNow + 1, 0)), 0) << "s0 was seen since";
  EXPECT_EQ(must(accounts->end_old_sessions(0, kNow + 1)), 1);
  EXPECT_EQ(must(accounts->end_old_sessions(kNow + 2 * kMinute, 0)), 1);
  EXPECT_EQ(accounts->sessions_of(id).size(), 2U);
  EXPECT_EQ(open()->sessions_of(id).size(), 2U);
  must(accounts->end_sessions_of(id, "s3"));
  EXPECT_EQ(open()->sessions_of(id).at(0).token_hash, "s3");
}

TEST_P(AccountTest, KeysAreMadeAndRevoked) {
  auto accounts = open();
  const int64_t id = must(accounts->create_user({.login = "tax"})).id;
  const ApiKeyRow key = {.id = "00ff",
                         .owner_id = id,
                         .name = "税务接口",
                         .purpose = "比对",
                         .secret_hash = "h",
                         .created_us = kNow,
                         .quota_requests = 600,
                         .quota_window_us = 5 * kMinute};
  must(accounts->create_api_key(key));
  EXPECT_EQ(accounts->create_api_key(key).error().code, ErrorCode::kConflict);
  ApiKeyRow bad = key;
  bad.id = "01";
  bad.owner_id = 9;
  EXPECT_EQ(accounts->create_api_key(bad).error().code, ErrorCode::kNotFound);
  bad = key;
  bad.quota_requests = 0;
  EXPECT_EQ(accounts->create_api_key(bad).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(must(accounts->revoke_api_key("00ff", kNow + 1)).revoked_us, kNow + 1);
  EXPECT_EQ(must(accounts->revoke_api_key("00ff", kNow + 9)).revoked_us, kNow + 1);
  EXPECT_EQ(accounts->revoke_api_key("zz", kNow).error().code, ErrorCode::kNotFound);
  accounts.reset();
  accounts = open();
  EXPECT_EQ(accounts->find_api_key("00ff")->purpose, "比对");
  EXPECT_EQ(accounts->find_api_key("00ff")->revoked_us, kNow + 1);
  EXPECT_EQ(accounts->api_keys().size(), 1U);
  EXPECT_EQ(accounts->api_keys(id).size(), 1U);
  EXPECT_TRUE(accounts->api_keys(id + 1).empty());
  EXPECT_FALSE(accounts->find_api_key("zz"));
}

TEST_P(AccountTest, ATokenWorksOnceAndOnlyOneCallerGetsIt) {
  auto accounts = open();
  must(accounts->create_ticket({.token_hash = "t1", .kind = "reset", .user_id = 7, .expires_us = kNow + 10}));
  EXPECT_EQ(must(accounts->find_ticket("t1", "reset", kNow)).user_id, 7);
  EXPECT_EQ(accounts->find_ticket("t1", "setup", kNow).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts->find_ticket("t1", "reset", kNow + 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts->use_ticket("t1", "reset", kNow + 10).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts->use_ticket("zz", "reset", kNow).error().code, ErrorCode::kNotFound);
  std::atomic<int> got{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] { got += accounts->use_ticket("t1", "reset", kNow).ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 1);
  EXPECT_EQ(open()->find_ticket("t1", "reset", kNow).error().code, ErrorCode::kNotFound);
  must(accounts->create_ticket({.token_hash = "t2", .kind = "reset", .user_id = 7, .expires_us = kNow + 10}));
  must(accounts->create_ticket({.token_hash = "t3", .kind = "reset", .user_id = 7, .expires_us = kNow + 10}));
  EXPECT_FALSE(accounts->find_ticket("t2", "reset", kNow).ok()) << "the newer one replaces it";
  EXPECT_TRUE(accounts->find_ticket("t3", "reset", kNow).ok());
}

TEST_P(AccountTest, FiltersBelongToTheirOwner) {
  auto accounts = open();
  const int64_t a = must(accounts->create_user({.login = "aa"})).id;
  const int64_t b = must(accounts->create_user({.login = "bb"})).id;
  must(accounts->put_filter({.owner_id = a, .name = "罗湖", .json = R"({"b":1, "a":2})", .updated_us = kNow}));
  must(accounts->put_filter({.owner_id = a, .name = "A", .json = "{}"}));
  must(accounts->put_filter({.owner_id = a, .name = "罗湖", .json = "[]", .updated_us = kNow + 1}));
  must(accounts->put_filter({.owner_id = b, .name = "罗湖", .json = "{}"}));
  const auto filters = must(accounts->filters_of(a));
  ASSERT_EQ(filters.size(), 2U);
  EXPECT_EQ(filters[0].name, "A");
  EXPECT_EQ(filters[1].json, "[]");
  EXPECT_EQ(filters[1].updated_us, kNow + 1);
  EXPECT_EQ(accounts->put_filter({.owner_id = a, .name = "", .json = "{}"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts->put_filter({.owner_id = a, .name = "x", .json = "{"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts->put_filter({.owner_id = 9, .name = "x", .json = "{}"}).error().code, ErrorCode::kNotFound);
  must(accounts->delete_filter(a, "罗湖"));
  EXPECT_EQ(accounts->delete_filter(a, "罗湖").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(must(accounts->filters_of(b)).size(), 1U);
}

TEST_P(AccountTest, DrawnAreasBelongToTheirOwner) {
  auto accounts = open();
  const int64_t a = must(accounts->create_user({.login = "aa"})).id;
  const int64_t b = must(accounts->create_user({.login = "bb"})).id;
  must(accounts->put_area({.owner_id = a, .id = "a2", .name = "园区", .geometry = "{}", .created_us = kNow}));
  must(accounts->put_area({.owner_id = a, .id = "a1", .name = "港口", .geometry = "{1}", .created_us = kNow}));
  must(accounts->put_area({.owner_id = a, .id = "a2", .name = "新名", .geometry = "{}", .created_us = kNow + 1}));
  const auto areas = must(accounts->areas_of(a));
  ASSERT_EQ(areas.size(), 2U);
  EXPECT_EQ(areas[0].id, "a1");
  EXPECT_EQ(areas[1].name, "新名");
  EXPECT_EQ(must(accounts->find_area(a, "a1")).geometry, "{1}");
  EXPECT_EQ(accounts->find_area(b, "a1").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts->delete_area(b, "a1").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(accounts->put_area({.owner_id = a, .id = "a3", .name = ""}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(accounts->put_area({.owner_id = 9, .id = "a3", .name = "x"}).error().code, ErrorCode::kNotFound);
  must(accounts->delete_area(a, "a1"));
  EXPECT_EQ(must(accounts->areas_of(a)).size(), 1U);
  for (int64_t i = 1; i < AccountStore::kDrawnAreasMax; ++i)
    must(accounts->put_area({.owner_id = a, .id = "x" + std::to_string(i), .name = "x"}));
  EXPECT_EQ(accounts->put_area({.owner_id = a, .id = "one more", .name = "x"}).error().code,
            ErrorCode::kFailedPrecondition);
}

TEST_P(AccountTest, ExportsAreKeptAndListedNewestFirst) {
  auto accounts = open();
  const int64_t a = must(accounts->create_user({.login = "aa"})).id;
  const int64_t b = must(accounts->create_user({.login = "bb"})).id;
  ExportRow row = must(accounts->create_export(
      {.owner_id = a, .list = "units", .filters_json = "{ }", .reason = "季报", .created_us = kNow}));
  EXPECT_EQ(row.id, 1);
  EXPECT_EQ(must(accounts->create_export({.owner_id = b, .list = "missing", .created_us = kNow})).id, 2);
  row.state = "done";
  row.rows = 12;
  row.file = "exports/1.xlsx";
  row.finished_us = kNow + 1;
  row.expires_us = kNow + 2;
  must(accounts->update_export(row));
  accounts.reset();
  accounts = open();
  const ExportRow kept = must(accounts->find_export(1));
  EXPECT_EQ(kept.state, "done");
  EXPECT_EQ(kept.rows, 12);
  EXPECT_EQ(kept.filters_json, "{}");
  EXPECT_EQ(kept.reason, "季报");
  EXPECT_EQ(kept.expires_us, kNow + 2);
  EXPECT_EQ(accounts->find_export(9).error().code, ErrorCode::kNotFound);
  row.id = 9;
  EXPECT_EQ(accounts->update_export(row).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(must(accounts->exports(0)).at(0).id, 2);
  EXPECT_EQ(must(accounts->exports(a)).size(), 1U);
  EXPECT_EQ(must(accounts->exports(0, 1)).size(), 1U);
  EXPECT_TRUE(must(accounts->exports(0, 0)).empty());
}

TEST_P(AccountTest, ADamagedRowIsReportedAtOpening) {
  must(open()->create_user(wang()));
  place_.execute("UPDATE account_user SET roles = '{\"a\":1}'");
  EXPECT_EQ(AccountStore::open({.database = place_.spec()}).error().code, ErrorCode::kDataLoss);
}

TEST(AccountSeal, OpensOnlyWithTheSameKeyAndContextAndUnchanged) {
  const std::string key(kSealKeyBytes, 'k');
  const std::string sealed = must(seal({.key = key, .context = "totp:1"}, "secret"));
  EXPECT_EQ(unseal({.key = key, .context = "totp:1"}, sealed), "secret");
  EXPECT_FALSE(unseal({.key = key, .context = "totp:2"}, sealed));
  EXPECT_FALSE(unseal({.key = std::string(kSealKeyBytes, 'x'), .context = "totp:1"}, sealed));
  EXPECT_NE(must(seal({.key = key, .context = "totp:1"}, "secret")), sealed) << "a fresh nonce each time";
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == '0' ? '1' : '0';
    EXPECT_FALSE(unseal({.key = key, .context = "totp:1"}, changed)) << i;
  }
  for (const char* text : {"", "0", "zz", "00", "00112233445566778899"}) {
    EXPECT_FALSE(unseal({.key = key, .context = "totp:1"}, text));
  }
  EXPECT_EQ(unseal({.key = key, .context = ""}, must(seal({.key = key, .context = ""}, ""))), "");
}

}  // namespace
}  // namespace minglu::store
