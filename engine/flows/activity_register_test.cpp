// Models and scores in the register: drafted, published by a second person, run, sealed, revised, live, explained.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "flows/activity_backtest.hpp"
#include "flows/activity_explain.hpp"
#include "flows/flows_test_support.hpp"
#include "flows/live_records.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

// Declared sales of the month and insured persons, so that a case fits in the head.
constexpr const char* kModel = R"json({"id": "small", "title_zh": "小模型", "title_en": "Small", "columns": {
  "sales": {"source": "tax_decl", "field": "tax_sales", "reduce": "last", "months": 1},
  "people": {"source": "hrss", "field": "insured", "reduce": "last", "months": 1}},
 "attributes": {"closed": "if(coalesce(reg_status = \"6\", false), \"closed\", \"open\")"},
 "caps": [{"column": "closed", "values": ["closed"], "grade_max": "E", "score": 0}],
 "coverage": {"min": 0.5}, "indicators": [
  {"code": "sales", "weight": 3, "value": "sales", "normalise": {"method": "goalposts", "min": 0, "max": 1000}},
  {"code": "people", "weight": 1, "value": "people * 10", "normalise": "none"}]})json";

std::string sales_row(int unit, const std::string& sales) {
  return uscc_of(unit) + ",深圳第" + std::to_string(unit) + "公司,2025-03," + sales + ",0\n";
}
std::string people_row(int unit, const std::string& people) {
  return "A" + std::to_string(unit) + "," + uscc_of(unit) + ",深圳第" + std::to_string(unit) + "公司,,,2025-03," +
         people + "\n";
}

// Units 1 to 4: sales 1000, 500, 100, none; persons 8, 4, none, none; the third is cancelled.
void fill(TestHome& home) {
  const std::string head = "统一社会信用代码,企业名称,法定代表人,住所,登记状态\n";
  std::string rows;
  for (int unit = 1; unit <= 4; ++unit)
    rows += uscc_of(unit) + ",深圳第" + std::to_string(unit) + "公司,,," + (unit == 3 ? "注销" : "存续") + "\n";
  home.feed("scjg_reg", "scjg_reg_2025-03.csv", head + rows);
  home.feed("tax_decl", "tax_decl_2025-03.csv",
            kDeclarationHead + sales_row(1, "1000") + sales_row(2, "500") + sales_row(3, "100"));
  home.feed("hrss", "hrss_2025-03.csv", kSocialHead + people_row(1, "8") + people_row(2, "4"));
  home.resolve();
}

ModelVersion published(TestHome& home) {
  const auto draft = draft_model(*home, {.document = kModel, .note = "试", .actor = "甲"});
  EXPECT_TRUE(draft.ok()) << draft.error().message;
  const auto live = publish_model(*home, {"small", draft->version, {202503}, "乙"});
  EXPECT_TRUE(live.ok()) << live.error().message;
  return *live;
}

ScoreRun run(TestHome& home, const std::string& reason = "") {
  const auto result = run_scores(*home, {.model = "small", .period = {202503}, .actor = "甲", .reason = reason});
  EXPECT_TRUE(result.ok()) << result.error().message;
  return result.ok() ? *result : ScoreRun{};
}

TEST(ActivityModels, TheDefaultModelsOfTheCatalogAreWhole) {
  TestHome home;
  const auto documents = default_models(home->knowledge());
  ASSERT_TRUE(documents.ok());
  ASSERT_EQ(documents->size(), 2U);
  for (const std::string& document : *documents) {
    const auto model = parse_register_model(home->knowledge(), document);
    ASSERT_TRUE(model.ok()) << model.error().message;
    EXPECT_TRUE(model->model.notes.empty()) << model->model.notes.front();
    EXPECT_EQ(model->source_class, access::SourceClass::kSurvey) << "industry and status may come from a survey";
  }
}

TEST(ActivityModels, AWrongPartIsRefusedByName) {
  TestHome home;
  const auto refusal = [&](const std::string& from, const std::string& to) {
    std::string text = kModel;
    text.replace(text.find(from), from.size(), to);
    const auto model = parse_register_model(home->knowledge(), text);
    return model.ok() ? "" : model.error().message;
  };
  EXPECT_NE(refusal("people * 10", "nobody * 10").find("people.value"), std::string::npos);
  EXPECT_NE(refusal("people * 10", "closed").find("people.value"), std::string::npos);
  EXPECT_NE(refusal("\"column\": \"closed\"", "\"column\": \"gone\"").find("gone"), std::string::npos);
  EXPECT_NE(refusal("\"source\": \"hrss\"", "\"source\": \"moon\"").find("moon"), std::string::npos);
  EXPECT_NE(refusal("\"reduce\": \"last\"", "\"reduce\": \"mean\"").find("reduce"), std::string::npos);
}

TEST(ActivityModels, APublishedVersionNeedsTwoPersonsAndStays) {
  TestHome home;
  fill(home);
  const auto draft = draft_model(*home, {.document = kModel, .actor = "甲"});
  ASSERT_TRUE(draft.ok()) << draft.error().message;
  EXPECT_EQ(run_scores(*home, {.model = "small", .period = {202503}, .actor = "甲"}).error().code,
            base::ErrorCode::kNotFound);
  EXPECT_EQ(publish_model(*home, {"small", 1, {202503}, "甲"}).error().code, base::ErrorCode::kPermissionDenied);
  ASSERT_TRUE(publish_model(*home, {"small", 1, {202503}, "乙"}).ok());
  EXPECT_EQ(publish_model(*home, {"small", 1, {202503}, "丙"}).error().code, base::ErrorCode::kConflict);
  EXPECT_EQ(draft_model(*home, {.document = kModel, .actor = "甲"})->version, 2U);
  home.reopen();
  const auto live = published_model(*home, "small");
  ASSERT_TRUE(live.ok());
  EXPECT_EQ(live->version, 1U);
  EXPECT_EQ(live->drafted_by, "甲");
  EXPECT_EQ(live->published_by, "乙");
  EXPECT_EQ(live->base_period.yyyymm, 202503);
  const auto verified = verify(*home);
  ASSERT_TRUE(verified.ok());
  EXPECT_TRUE(verified->problems.empty()) << verified->problems.front();
}

TEST(ActivityRuns, ScoresAreSealedAndARevisionStandsBesideThem) {
  TestHome home;
  fill(home);
  published(home);
  const ScoreRun first = run(home);
  EXPECT_EQ(first.units, 4U);
  EXPECT_EQ(first.grades, (std::map<std::string, uint64_t>{{"A", 1}, {"C", 1}, {"E", 1}, {"U", 1}}));
  const auto sealed = SealedScores::open(*home, first);
  ASSERT_TRUE(sealed.ok()) << sealed.error().message;
  const auto score = [&](int unit) { return (*sealed)->score(*(*sealed)->find(home.unit_of(uscc_of(unit)))); };
  EXPECT_EQ(score(1), 95);    // (3 x 100 + 80) / 4
  EXPECT_EQ(score(2), 47.5);  // (3 x 50 + 40) / 4
  EXPECT_EQ(score(3), 0);     // cancelled
  EXPECT_TRUE(activity::is_null(score(4)));
  EXPECT_EQ(run_scores(*home, {.model = "small", .period = {202503}, .actor = "甲"}).error().code,
            base::ErrorCode::kInvalidArgument);
  EXPECT_EQ(run_scores(*home, {.model = "small", .period = {202503}, .actor = "甲", .reason = "迟报"}).error().code,
            base::ErrorCode::kConflict);
  home.feed("tax_decl", "late.csv", kDeclarationHead + sales_row(2, "900"), "2025-05-01");
  home.resolve();
  const ScoreRun second = run(home, "迟报");
  EXPECT_EQ(second.revision, 2U);
  EXPECT_EQ(second.changed, 1U);
  EXPECT_EQ(score(2), 47.5) << "what was sealed stays";
  EXPECT_EQ(latest_run(*home, "small")->revision, 2U);
  ASSERT_TRUE(draft_model(*home, {.document = kModel, .actor = "甲"}).ok());
  ASSERT_TRUE(publish_model(*home, {"small", 2, {202503}, "乙"}).ok());
  EXPECT_EQ(run_scores(*home, {.model = "small", .period = {202503}, .actor = "甲", .reason = "新"}).error().code,
            base::ErrorCode::kConflict);
}

TEST(ActivityRuns, TheSameBytesAtAnyNumberOfThreads) {
  std::string digest;
  for (const size_t threads : {1, 3}) {
    TestHome home(threads);
    fill(home);
    published(home);
    const ScoreRun result = run(home);
    if (digest.empty()) digest = result.digest;
    EXPECT_EQ(result.digest, digest);
  }
}

TEST(ActivityBoards, AChangedFigureIsInTheNextAnswer) {
  TestHome home(2, 0);
  fill(home);
  published(home);
  run(home);
  ActivityBoard board(*home);
  const uint64_t unit = home.unit_of(uscc_of(2));
  const auto now = [&] {
    const auto scores = board.now("small", *home->state(UINT64_MAX));
    EXPECT_TRUE(scores.ok()) << scores.error().message;
    return (*scores)->at(*(*scores)->sealed().find(unit));
  };
  EXPECT_EQ(now().score, 47.5);
  const LiveBatch batch{*home->knowledge().sources().find("tax_decl"),
                        Date{base::last_day_of({202504}).days},
                        {{{"纳税人识别号", uscc_of(2)},
                          {"纳税人名称", "深圳第2公司"},
                          {"所属期", "2025-03"},
                          {"销售额", "1000"},
                          {"应纳税额", "0"}}}};
  ASSERT_TRUE(take_records(*home, batch).ok());
  home.resolve();
  EXPECT_EQ(now().score, 85);  // (3 x 100 + 40) / 4
  const auto scores = board.now("small", *home->state(UINT64_MAX));
  EXPECT_EQ((*scores)->changed(), 1U);
  EXPECT_FALSE((*scores)->is_behind());
  EXPECT_EQ((*scores)->sealed().score(*(*scores)->sealed().find(unit)), 47.5);
}

TEST(ActivityCards, PointsNowAndThenAddUpToTheScores) {
  TestHome home;
  fill(home);
  published(home);
  const ScoreRun first = run(home);
  home.feed("tax_decl", "late.csv", kDeclarationHead + sales_row(2, "900"), "2025-05-01");
  home.resolve();
  const auto card = unit_card(*home, **home->state(UINT64_MAX), first, home.unit_of(uscc_of(2)));
  ASSERT_TRUE(card.ok()) << card.error().message;
  EXPECT_EQ(card->score, 77.5);
  EXPECT_EQ(card->score_sealed, 47.5);
  EXPECT_EQ(card->grade, "B");
  EXPECT_EQ(card->grade_sealed, "C");
  ASSERT_EQ(card->indicators.size(), 2U);
  EXPECT_EQ(card->indicators[0].value, 900);
  EXPECT_EQ(card->indicators[0].points, 67.5);
  EXPECT_EQ(card->indicators[0].points_sealed, 37.5);
  EXPECT_EQ(card->indicators[0].sources, std::vector<std::string>{"tax_decl"});
  EXPECT_EQ(card->indicators[0].period.yyyymm, 202503);
  EXPECT_EQ(card->indicators[1].points, 10);
  ASSERT_EQ(card->history.size(), 1U);
  EXPECT_EQ(card->history[0].grade, "C");
  const auto none = unit_card(*home, **home->state(UINT64_MAX), first, home.unit_of(uscc_of(4)));
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->grade, "U");
  EXPECT_EQ(none->indicators[0].kind, "NOT_LINKED");
}

TEST(ActivitySimulations, SayWhoWouldMove) {
  TestHome home;
  fill(home);
  published(home);
  std::string stricter = kModel;
  stricter.replace(stricter.find("\"max\": 1000"), 11, "\"max\": 5000");
  const auto impact =
      simulate(*home, **home->state(UINT64_MAX), {.document = stricter, .period = {202503}, .against = "small"});
  ASSERT_TRUE(impact.ok()) << impact.error().message;
  EXPECT_EQ(impact->units, 4U);
  EXPECT_EQ(impact->moves.down, 2U);
  EXPECT_EQ(impact->moves.up, 0U);
  EXPECT_EQ(impact->indicators[0].values, 3U);
  EXPECT_EQ(std::accumulate(impact->indicators[0].before.begin(), impact->indicators[0].before.end(), uint64_t{0}), 3U);
  uint64_t down = 0;
  for (const ImpactGroup& group : impact->sections) down += group.down;
  EXPECT_EQ(down, 2U);
  EXPECT_FALSE(simulate(*home, **home->state(UINT64_MAX), {.document = "{}", .period = {202503}}).ok());
}

TEST(ActivityBackTests, DeathsAfterTheRunAreHeldAgainstTheGrades) {
  TestHome home;
  fill(home);
  published(home);
  const ScoreRun first = run(home);
  EXPECT_EQ(back_test_run(*home, **home->state(UINT64_MAX), first).error().code, base::ErrorCode::kFailedPrecondition);
  home.feed("scjg_reg", "scjg_reg_2025-06.csv",
            "统一社会信用代码,企业名称,法定代表人,住所,登记状态\n" + uscc_of(2) + ",深圳第2公司,,,注销\n");
  home.resolve();
  const auto report = back_test_run(*home, **home->state(UINT64_MAX), first);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->deaths.lower_first, 1);
  EXPECT_EQ(std::accumulate(report->deaths.units.begin(), report->deaths.units.end(), uint64_t{0}), 3U);
}

}  // namespace
}  // namespace minglu::flows
