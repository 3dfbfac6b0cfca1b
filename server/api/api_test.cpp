// The API without sockets: requests through the dispatcher to real services on a temporary register.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "codes/catalog_file.hpp"
#include "server/api/api_test_support.hpp"

namespace minglu::server {
namespace {

using testing_support::Api;
using testing_support::kFeed;
using testing_support::kPassword;
namespace fs = std::filesystem;

TEST_F(Api, TheFirstAdministratorComesByALinkThatWorksOnce) {
  const std::string link = *services_->setup_link().value();
  const Json draft = {
      {"token", token_of(link)}, {"login", "security"}, {"display_name", "安全"}, {"password", kPassword}};
  Json weak = draft;
  weak["password"] = "123456";
  EXPECT_EQ(ask("POST", "/setup", weak.dump()).status, 422);
  EXPECT_EQ(ask("POST", "/setup", draft.dump()).status, 201);
  EXPECT_EQ(ask("POST", "/setup", draft.dump()).status, 410);
  EXPECT_FALSE(services_->setup_link().value().has_value());
}

TEST_F(Api, NothingIsAnsweredToStrangersOrWithoutTheRightRole) {
  take_in_feed();
  EXPECT_EQ(ask("GET", "/search?q=x").status, 401);
  set_up_administrator();
  EXPECT_EQ(ask("GET", "/search?q=x").status, 403) << "administrators see no units";
  EXPECT_EQ(ask("GET", "/audit").status, 403) << "the audit is for its own administrator";
  become("auditor", "audit_admin");
  EXPECT_EQ(ask("GET", "/audit").status, 200);
}

TEST_F(Api, EveryOperationRefusesStrangersUnlessItIsMeantForThem) {
  for (const ApiOperation& operation : all_operations()) {
    const access::Operation* ruled = services_->policy.find(operation.id);
    ASSERT_NE(ruled, nullptr) << operation.id;
    if (access::decide(*ruled, access::Caller{}) == access::Verdict::kAllowed) continue;  // meant for them
    std::string path(operation.path);
    for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{'))
      path.replace(at, path.find('}') - at + 1, "1");
    const Response response = ask(std::string(operation.method), path, "{}");
    EXPECT_EQ(response.status, 401) << operation.id;
  }
}

TEST_F(Api, UnsafeRequestsNeedTheTokenOfTheSession) {
  set_up_administrator();
  csrf_ = "wrong";
  const Response response = ask("POST", "/users", "{}");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(json(response)["code"], "csrf");
}

TEST_F(Api, FiveWrongPasswordsLockTheAccountEvenForTheRightOne) {
  set_up_administrator();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("security", "Wrong-Horse-77").status, 401);
  EXPECT_EQ(log_in("security").status, 423);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("nobody", "Wrong-Horse-77").status, 401);
  EXPECT_EQ(log_in("Nobody", "Wrong-Horse-77").status, 423) << "an unknown name answers like a known one";
}

TEST_F(Api, SearchShowsTheOwnDistrictOnlyAndUnitsOfOthersDoNotExist) {
  take_in_feed();
  become("futian", "district", {"440304"});
  const Json found = json(ask("GET", "/search?q=%E6%B7%B1%E5%9C%B3&facets=true"));
  ASSERT_EQ(found["total"], 1) << found.dump();
  const std::string own = found["items"][0]["unit"];
  EXPECT_EQ(found["items"][0]["district"], "440304");
  EXPECT_EQ(ask("GET", "/units/" + own).status, 200);
  const std::string other = own == "1" ? "2" : "1";
  const Response hidden = ask("GET", "/units/" + other);
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(ask("GET", "/units/" + other + "/history").status, 404);
  EXPECT_EQ(ask("GET", "/units/" + other + "/links").status, 404);
  EXPECT_EQ(json(ask("GET", "/overview"))["units"], 1);
  EXPECT_EQ(ask("GET", "/search?district=440305").status, 200);
  EXPECT_EQ(json(ask("GET", "/search?district=440305"))["total"], 0);
}

TEST_F(Api, PersonsAreMaskedUntilAReasonIsGivenWhichTheAuditKeeps) {
  take_in_feed();
  become("city", "city");
  const auto legal_rep = [](const Json& unit) -> std::string {
    for (const Json& field : unit["fields"]) {
      if (field["code"] == "legal_rep") return field["value"];
    }
    return {};
  };
  const std::string masked = legal_rep(json(ask("GET", "/units/1")));
  EXPECT_NE(masked.find('*'), std::string::npos) << masked;
  EXPECT_EQ(ask("POST", "/units/1:unmask", "{}").status, 422) << "without a reason nothing is shown";
  const Response shown = ask("POST", "/units/1:unmask", R"({"reason":"电话核实"})");
  ASSERT_EQ(shown.status, 200) << shown.body;
  EXPECT_EQ(legal_rep(json(shown)).find('*'), std::string::npos);
  const Json trail = json(ask("GET", "/units/1/audit"));
  ASSERT_FALSE(trail["items"].empty());
  EXPECT_EQ(trail["items"][0]["reason"], "电话核实");
  become("leader", "leader");
  EXPECT_EQ(ask("POST", "/units/1:unmask", R"({"reason":"看看"})").status, 403);
}

TEST_F(Api, ADepartmentTakesHomeNoListThatItMayNotLookAt) {
  take_in_feed();
  become("tax", "department");
  EXPECT_EQ(ask("POST", "/exports", R"({"list":"conflicts"})").status, 403);
  EXPECT_EQ(ask("POST", "/exports", R"({"list":"missing"})").status, 403);
  EXPECT_EQ(ask("POST", "/exports", R"({"list":"discrepancies","source":"scjg_reg"})").status, 422) << "not its own";
  EXPECT_EQ(ask("POST", "/exports", R"({"list":"units"})").status, 202);
}

TEST_F(Api, ADecisionAboutAUnitElsewhereIsForNeitherDistrict) {
  take_in_feed();
  become("city", "city");
  const Json different = {{"kind", "different"},
                          {"record_a", "scjg_reg:91440300MA5FRF8GXW"},
                          {"record_b", "scjg_reg:91440300MA5G8R6Y4R"},
                          {"reason", "不同"}};
  const Response decided = ask("POST", "/decisions", different.dump());
  ASSERT_EQ(decided.status, 201) << decided.body;
  const std::string seq = std::to_string(json(decided)["seq"].get<int64_t>());
  for (const char* region : {"440304", "440305"}) {
    become("of" + std::string(region), "district", {region});
    EXPECT_EQ(json(ask("GET", "/decisions"))["items"].size(), 0u) << region;
    EXPECT_EQ(ask("POST", "/decisions/" + seq + ":undo", R"({"reason":"x"})").status, 404) << region;
  }
}

TEST_F(Api, UnknownParametersAndBrokenOnesAreRefused) {
  become("city", "city");
  EXPECT_EQ(ask("GET", "/search?nope=1").status, 400);
  EXPECT_EQ(ask("GET", "/search?limit=0").status, 422);
  EXPECT_EQ(ask("GET", "/search?sort=size").status, 422);
  EXPECT_EQ(ask("GET", "/units/abc").status, 404);
  EXPECT_EQ(ask("POST", "/decisions", "not json").status, 422);
  EXPECT_EQ(ask("POST", "/decisions", R"({"kind":"same"})").status, 422);
}

TEST_F(Api, AnUnchangedUnitIsNotSentAgain) {
  take_in_feed();
  become("city", "city");
  const Response first = ask("GET", "/units/1");
  ASSERT_EQ(first.status, 200) << first.body;
  std::string tag;
  for (const auto& [name, value] : first.headers) {
    if (name == "ETag") tag = value;
  }
  headers_["if-none-match"] = tag;
  EXPECT_EQ(ask("GET", "/units/1").status, 304);
}

TEST_F(Api, RecordsPostedAreVisibleWhenTheAnswerArrives) {
  become("city", "city");
  const Json record = {{"统一社会信用代码", "91440300MA5FRF8GXW"}, {"企业名称", "深圳市甲申乙科技有限公司"}};
  const Response posted = ask("POST", "/records", Json{{"source", "scjg_reg"}, {"records", {record}}}.dump());
  ASSERT_EQ(posted.status, 201) << posted.body;
  EXPECT_EQ(json(posted)["accepted"], 1);
  EXPECT_EQ(json(ask("GET", "/search?q=%E7%94%B2%E7%94%B3%E4%B9%99"))["total"], 1);
  EXPECT_EQ(ask("POST", "/records", Json{{"source", "no_source"}, {"records", {record}}}.dump()).status, 404);
}

TEST_F(Api, ADecisionTakesEffectAndIsUndone) {
  take_in_feed();
  become("city", "city");
  const Json same = {{"kind", "same"},
                     {"record_a", "scjg_reg:91440300MA5FRF8GXW"},
                     {"record_b", "scjg_reg:91440300MA5G8R6Y4R"},
                     {"reason", "同一实际控制人"}};
  const Response decided = ask("POST", "/decisions", same.dump());
  ASSERT_EQ(decided.status, 201) << decided.body;
  EXPECT_EQ(json(ask("GET", "/search"))["total"], 1);
  const std::string seq = std::to_string(json(decided)["seq"].get<int64_t>());
  ASSERT_EQ(ask("POST", "/decisions/" + seq + ":undo", R"({"reason":"看错"})").status, 201);
  EXPECT_EQ(json(ask("GET", "/search"))["total"], 2);
  EXPECT_EQ(ask("POST", "/decisions/" + seq + ":undo", R"({"reason":"再来"})").status, 409);
  EXPECT_TRUE(json(ask("GET", "/decisions"))["items"][0]["undone"].get<bool>());
}

TEST_F(Api, APinIsMadeOnceAndShowsTheRegisterOfThen) {
  take_in_feed();
  become("chen", "city");
  const std::string name = "2024%E5%B9%B4%E6%8A%A5";  // 2024年报
  const std::string draft = Json{{"name", "2024年报"}, {"as_of", "2024-12-31"}, {"note", "年报"}}.dump();
  const Response made = ask("POST", "/pins", draft);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["created_by"], "chen");
  EXPECT_EQ(ask("POST", "/pins", draft).status, 409);
  EXPECT_EQ(ask("POST", "/pins", R"({"name":"a/b"})").status, 422);
  EXPECT_EQ(json(ask("GET", "/pins"))["total"], 1);
  EXPECT_EQ(json(ask("GET", "/pins/" + name)), json(made));
  EXPECT_EQ(ask("GET", "/pins/none").status, 404);
  const Response pinned = ask("GET", "/units/1?pin=" + name);
  ASSERT_EQ(pinned.status, 200) << pinned.body;
  EXPECT_EQ(json(pinned)["as_of"], "2024-12-31");
  EXPECT_EQ(json(pinned)["known_seq"], json(made)["known_seq"]);
  EXPECT_NE(ask("GET", "/units/1?pin=" + name + "&as_of=2024-01-01").status, 200);
  EXPECT_EQ(ask("GET", "/units/1?pin=none").status, 404);
  EXPECT_EQ(ask("POST", "/exports", R"({"list":"units","pin":"none"})").status, 404);
  become("lin", "district", {"440305"});
  EXPECT_EQ(ask("POST", "/pins", R"({"name":"x"})").status, 403);
  EXPECT_EQ(ask("GET", "/pins/" + name).status, 200);
}

TEST_F(Api, ADistrictAccountWithoutADistrictIsNotMade) {
  set_up_administrator();
  const auto make = [&](const Json& regions, const char* role) {
    return ask("POST", "/users",
               Json{{"login", "somebody"}, {"display_name", "x"}, {"roles", {role}}, {"regions", regions}}.dump())
        .status;
  };
  EXPECT_EQ(make(Json::array(), "district"), 422);
  EXPECT_EQ(make({"999999"}, "district"), 422);
  EXPECT_EQ(make(Json::array(), "nobody"), 422);
  EXPECT_EQ(make({"dapeng"}, "district"), 201);
}

TEST_F(Api, AnAdministratorsEditNeedsTheVersionItSaw) {
  become("city", "city");
  log_in("security");
  const std::string id = json(ask("GET", "/users"))["items"][0]["id"];
  EXPECT_EQ(ask("PATCH", "/users/" + id, R"({"display_name":"新名"})").status, 428);
  headers_["if-match"] = "\"99\"";
  EXPECT_EQ(ask("PATCH", "/users/" + id, R"({"display_name":"新名"})").status, 412);
  headers_["if-match"] = "\"1\"";
  EXPECT_EQ(ask("PATCH", "/users/" + id, R"({"display_name":"新名"})").status, 200);
}

TEST_F(Api, ADisabledUsersSessionEndsAtOnce) {
  become("city", "city");
  const std::string cookie = cookie_;
  log_in("security");
  const Json users = json(ask("GET", "/users"))["items"];
  for (const Json& user : users) {
    if (user["login"] != "city") continue;
    headers_["if-match"] = std::to_string(user["version"].get<int64_t>());
    ASSERT_EQ(ask("PATCH", "/users/" + user["id"].get<std::string>(), R"({"disabled":true})").status, 200);
  }
  forget();
  cookie_ = cookie;
  EXPECT_EQ(ask("GET", "/me").status, 401);
}

TEST_F(Api, WritesAndDenialsAreInTheAuditAndItsChainIsWhole) {
  become("city", "city");
  EXPECT_EQ(ask("GET", "/users").status, 403);
  become("auditor", "audit_admin");
  const Json page = json(ask("GET", "/audit?operation=list_users"));
  ASSERT_FALSE(page["items"].empty());
  EXPECT_EQ(page["items"][0]["outcome"], "denied");
  EXPECT_EQ(page["items"][0]["actor"], "city");
  const Json report = json(ask("POST", "/audit:verify"));
  EXPECT_TRUE(report["whole"].get<bool>());
  EXPECT_TRUE(report["ledger_whole"].get<bool>());
}

TEST_F(Api, AccountsAndUnitsAreThereAfterARestart) {
  take_in_feed();
  become("city", "city");
  open();
  EXPECT_EQ(ask("GET", "/me").status, 200) << "the session goes on";
  EXPECT_EQ(json(ask("GET", "/search"))["total"], 2);
  EXPECT_EQ(log_in("city").status, 201);
}

TEST_F(Api, AKeyOfADepartmentSeesItsOwnSourceWithinItsQuota) {
  set_up_administrator();
  const Response made = ask("POST", "/api-keys", R"({"name":"税务系统","source":"tax_reg","quota_per_5_min":2})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string secret = json(made)["secret"];
  forget();
  headers_["authorization"] = "Bearer " + secret;
  const Json sources = json(ask("GET", "/sources"));
  ASSERT_EQ(sources["items"].size(), 1u);
  EXPECT_EQ(sources["items"][0]["id"], "tax_reg");
  EXPECT_EQ(ask("POST", "/records", R"({"source":"scjg_reg","records":[{"企业名称":"x"}]})").status, 404);
  EXPECT_EQ(ask("GET", "/sources").status, 429);
  headers_["authorization"] = "Bearer " + secret + "x";
  EXPECT_EQ(ask("GET", "/sources").status, 401);
}

TEST_F(Api, TheMapCountsWhatTheListShowsWithinTheOwnScope) {
  take_in_feed();
  become("city", "city");
  const Json all = json(ask("GET", "/map?bbox=113.7,22.4,114.7,22.9&cells=8"));
  ASSERT_EQ(all["total"], 2) << all.dump();
  uint64_t sum = 0;
  for (const Json& area : all["areas"]) {
    const std::string id = area["id"];
    sum += area["count"].get<uint64_t>();
    EXPECT_EQ(json(ask("GET", "/search?within=" + id))["total"], area["count"]) << id;
  }
  EXPECT_EQ(sum, 2U);
  EXPECT_EQ(json(ask("GET", "/search?within=440304,440305"))["total"], 2);
  EXPECT_EQ(json(ask("GET", "/search?precision=source"))["total"], 0);
  const Json unit = json(ask("GET", "/units/1"));
  EXPECT_EQ(unit["place"]["precision"], "district") << unit["place"].dump();
  become("futian", "district", {"440304"});
  const Json own = json(ask("GET", "/map"));
  EXPECT_EQ(own["total"], 1);
  for (const Json& area : own["areas"]) EXPECT_EQ(area["count"], area["id"] == "440304" ? 1 : 0) << area.dump();
}

TEST_F(Api, BrokenQuestionsToTheMapAreRefused) {
  become("city", "city");
  EXPECT_EQ(json(ask("GET", "/map"))["total"], 0);
  for (const char* query : {"bbox=1,2,3", "bbox=a,b,c,d", "bbox=114,22,113,23", "bbox=1,2,3,400", "cells=0", "cells=65",
                            "within=nowhere", "precision=exact", "bbox=1,2,3,4,5", "bbox=1,2,3,nan"}) {
    EXPECT_EQ(ask("GET", std::string("/map?") + query).status, 422) << query;
  }
}

TEST_F(Api, ADrawnAreaFiltersTheSearchOfItsOwnerWhoMaySeeAddresses) {
  take_in_feed();
  become("city", "city");
  const std::string square =
      R"({"type":"Polygon","coordinates":[[[113.9,22.4],[114.1,22.4],[114.1,22.7],[113.9,22.7],[113.9,22.4]]]})";
  const Response made = ask("POST", "/map/areas", R"({"name":"我的园区","geometry":)" + square + "}");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = json(made)["id"];
  EXPECT_EQ(json(ask("POST", "/map/areas", R"({"name":"改名","geometry":)" + square + "}"))["id"], id);
  EXPECT_EQ(ask("POST", "/map/areas", R"({"name":"x","geometry":{"type":"Point","coordinates":[1,2]}})").status, 422);
  EXPECT_EQ(ask("POST", "/map/areas", R"({"name":"x","geometry":null})").status, 422);
  const Json areas = json(ask("GET", "/map/areas"));
  EXPECT_EQ(areas["features"].size(), 12U) << "eleven of the catalog, one drawn";
  EXPECT_EQ(json(ask("GET", "/search?within=" + id))["total"], 2);
  EXPECT_EQ(json(ask("GET", "/search?within=" + id + ",440304"))["total"], 2);
  become("other", "city");
  EXPECT_EQ(ask("GET", "/search?within=" + id).status, 422) << "areas of others do not exist";
  EXPECT_EQ(ask("DELETE", "/map/areas/" + id).status, 404);
  log_in("city");
  EXPECT_EQ(ask("DELETE", "/map/areas/" + id).status, 204);
  EXPECT_EQ(ask("DELETE", "/map/areas/" + id).status, 404);
  become("leader", "leader");
  EXPECT_EQ(json(ask("POST", "/map/areas", R"({"name":"x","geometry":)" + square + "}"))["id"], id);
  EXPECT_EQ(ask("GET", "/search?within=" + id).status, 403) << "without the right to full addresses";
  EXPECT_EQ(ask("GET", "/map?within=" + id).status, 403);
  EXPECT_EQ(json(ask("GET", "/map"))["cells_hidden"], true);
}

TEST_F(Api, WhatTheWatchedFolderBringsIsSeenByWhoSeesItsSource) {
  flows::Home& home = services_->reg->home();
  const fs::path file = folder_ / "scjg_reg_2024-01.csv";
  std::ofstream(file, std::ios::binary) << kFeed;
  const Status taken = services_->reg->run(
      {.kind = "import", .title = "watched", .source = "scjg_reg"}, [&](flows::JobReporter& reporter) -> Status {
        MINGLU_TRY(const auto report, flows::ingest_file(home, {.source = *home.knowledge().sources().find("scjg_reg"),
                                                                .file = file,
                                                                .origin = flows::kWatchedOrigin}));
        reporter.result("import_seq", static_cast<int64_t>(report.seq));
        return ok_status();
      });
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  become("city", "city");
  const Json jobs = json(ask("GET", "/jobs"))["items"];
  ASSERT_EQ(jobs.size(), 1U) << jobs.dump();
  EXPECT_EQ(jobs[0]["origin"], "watched_folder");
  EXPECT_EQ(jobs[0]["source"], "scjg_reg");
  EXPECT_EQ(json(ask("GET", "/imports"))["items"][0]["origin"], "watched_folder");
  EXPECT_EQ(json(ask("GET", "/imports/1"))["origin"], "watched_folder");
  become("tax", "department");
  EXPECT_EQ(json(ask("GET", "/jobs"))["items"].size(), 0U);
  log_in("security");
  EXPECT_EQ(ask("GET", "/jobs").status, 403);
}

}  // namespace
}  // namespace minglu::server
