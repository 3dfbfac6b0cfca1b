#include "flows/link_flow.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "flows/flows_test_support.hpp"
#include "match/explain_text.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

using testing_support::catalog;
using testing_support::TempFolder;

namespace fs = std::filesystem;

const fs::path kExample = fs::path(MINGLU_SOURCE_DIR) / "docs" / "examples" / "linkage";

constexpr std::string_view kModel =
    R"({"id": "id", "comparisons": [{"name": "电话", "kind": "phone", "columns": ["phone"]}]})";
constexpr std::string_view kRows = "id,phone\n1,0755-26660001\n2,0755-26660001\n3,0755-29998888\n";

struct Attempt {
  std::string model{kModel};
  std::string rows{kRows};
  std::string file_name = "rows.csv";
  std::vector<std::pair<std::string, std::string>> explain{};
  std::string explain_cluster{};
};

Result<LinkFlowReport> run(const Attempt& attempt) {
  const TempFolder folder;
  const auto report = link_files({.catalog = catalog(),
                                  .model = folder.write("model.json", attempt.model),
                                  .left = {folder.write(attempt.file_name, attempt.rows)},
                                  .clusters = folder.path() / "clusters.csv",
                                  .explain = attempt.explain,
                                  .explain_cluster = attempt.explain_cluster});
  EXPECT_EQ(report.ok(), fs::exists(folder.path() / "clusters.csv")) << "nothing is written after a failure";
  return report;
}

void expect_refused(const Attempt& attempt, ErrorCode code, std::string_view words) {
  const auto report = run(attempt);
  ASSERT_FALSE(report.ok()) << words;
  EXPECT_EQ(report.error().code, code) << report.error().message;
  EXPECT_NE(report.error().message.find(words), std::string::npos) << report.error().message;
}

std::string text_of(const fs::path& path) {
  auto text = base::read_file(path);
  return text.ok() ? *text : std::string();
}

TEST(LinkFiles, TheExampleOfTheManualLinksAndExplains) {
  const TempFolder folder;
  const LinkFlowSpec spec{.catalog = catalog(),
                          .model = kExample / "firms.json",
                          .left = {kExample / "firms.csv"},
                          .clusters = folder.path() / "clusters.csv",
                          .pairs = folder.path() / "pairs.csv",
                          .learned = folder.path() / "learned.json",
                          .explain = {{"R05", "P05"}},
                          .explain_cluster = "W05",
                          .chart = folder.path() / "pair.svg",
                          .find_unlinkable = true};
  const auto report = link_files(spec);
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->rows_in, 81U);
  EXPECT_EQ(report->explanations[0].decision, match::Decision::kLink);
  ASSERT_TRUE(report->cluster.has_value());
  EXPECT_EQ(report->cluster->cluster, "R05");
  ASSERT_EQ(report->cluster->refused.size(), 2U);
  EXPECT_EQ(report->cluster->refused[0].reason, match::RefusalReason::kSameCleanSource);
  EXPECT_EQ(report->missing_shares.size(), report->model.comparisons.size());
  EXPECT_EQ(report->unlinkable->records, 81U);
  EXPECT_TRUE(text_of(spec.chart).starts_with("<svg"));

  const auto view = view_model(catalog(), spec.learned, folder.path() / "model.svg", match::Language::kEnglish);
  ASSERT_TRUE(view.ok()) << view.error().message;
  EXPECT_TRUE(text_of(folder.path() / "model.svg").starts_with("<svg"));

  // A second run with the learned model decides the same.
  LinkFlowSpec again = spec;
  again.model = spec.learned;
  again.clusters = folder.path() / "again.csv";
  again.threads = 1;
  ASSERT_TRUE(link_files(again).ok());
  EXPECT_EQ(text_of(spec.clusters), text_of(again.clusters));
}

/// The lines of a text that a page does not hold; lines with "=" and values of members are not looked for.
std::string lines_not_in(const std::string& page, const std::string& text, bool with_values) {
  std::istringstream lines(text);
  std::string absent;
  for (std::string line; std::getline(lines, line);) {
    if (!with_values && line.find('=') != std::string::npos) continue;
    if (page.find(line) == std::string::npos) absent += line + "\n";
  }
  return absent;
}

TEST(LinkFiles, TheFiguresOfTheManualAreThoseOfTheProgram) {
  const TempFolder folder;
  const auto report = link_files({.catalog = catalog(),
                                  .model = kExample / "firms_learned.json",
                                  .left = {kExample / "firms.csv"},
                                  .clusters = folder.path() / "clusters.csv",
                                  .explain = {{"R05", "P05"}, {"W01", "R34"}},
                                  .explain_cluster = "R05"});
  ASSERT_TRUE(report.ok()) << report.error().message;
  const std::string page = text_of(fs::path(MINGLU_SOURCE_DIR) / "docs" / "method" / "linkage.md");
  EXPECT_EQ(lines_not_in(page, match::pair_text(report->explanations[0], report->wording), true), "");
  EXPECT_EQ(lines_not_in(page, match::cluster_text(*report->cluster, report->wording), false), "");
  EXPECT_NE(page.find(match::counterfactual_text(report->explanations[1].would_link.back(), report->wording)),
            std::string::npos);
}

TEST(LinkFiles, AModelThatCannotBeUsedIsNamedWithThePlace) {
  expect_refused({.model = "{\n\"comparisons\": [,]}"}, ErrorCode::kInvalidArgument, "第 2 行");
  expect_refused({.model = "[]"}, ErrorCode::kInvalidArgument, "应为对象");
  expect_refused({.model = R"({"id": "id"})"}, ErrorCode::kInvalidArgument, "comparisons");
  expect_refused({.model = R"({"comparisons": [{"kind": "telephone", "columns": ["phone"]}]})"},
                 ErrorCode::kInvalidArgument, "telephone");
  expect_refused({.model = R"({"comparisons": [{"kind": "phone", "columns": ["tel"]}]})"}, ErrorCode::kInvalidArgument,
                 "rows.csv：文件中没有列 \"tel\"");
  const TempFolder folder;
  const auto report = link_files({.catalog = catalog(),
                                  .model = folder.path() / "none.json",
                                  .left = {folder.write("rows.csv", kRows)},
                                  .clusters = folder.path() / "clusters.csv"});
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("读不到模型文件"), std::string::npos) << report.error().message;
}

TEST(LinkFiles, RowsThatCannotBeToldApartAreRefused) {
  expect_refused({.rows = "id,phone\n1,5551234\n1,5551234\n"}, ErrorCode::kInvalidArgument, "\"1\" 出现两次");
  expect_refused({.rows = "id,phone\n1,5551234\n,5551234\n"}, ErrorCode::kInvalidArgument, "编号为空");
}

TEST(LinkFiles, FilesWithoutRowsAreRefusedInWords) {
  expect_refused({.rows = ""}, ErrorCode::kInvalidArgument, "是空的");
  expect_refused({.rows = "id,phone\n"}, ErrorCode::kInvalidArgument, "没有可用的数据行");
  const TempFolder folder;
  const auto report = link_files({.catalog = catalog(),
                                  .model = folder.write("model.json", kModel),
                                  .left = {folder.path() / "none.csv"},
                                  .clusters = folder.path() / "clusters.csv"});
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_NE(report.error().message.find("没有文件"), std::string::npos) << report.error().message;
}

TEST(LinkFiles, AnOutputFolderThatIsNotThereIsToldBeforeTheWork) {
  const TempFolder folder;
  const auto report = link_files({.catalog = catalog(),
                                  .model = folder.write("model.json", kModel),
                                  .left = {folder.write("rows.csv", kRows)},
                                  .clusters = folder.path() / "none" / "clusters.csv"});
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("输出文件夹"), std::string::npos) << report.error().message;
}

TEST(LinkFiles, AnIdToExplainThatNobodyHasIsNotFound) {
  expect_refused({.explain = {{"1", "nobody"}}}, ErrorCode::kNotFound, "\"nobody\"");
  expect_refused({.explain_cluster = "nobody"}, ErrorCode::kNotFound, "\"nobody\"");
  expect_refused({.explain = {{"1", "1"}}}, ErrorCode::kInvalidArgument, "两条不同的记录");
}

TEST(LinkFiles, OneRecordIsOneUnit) {
  const auto report = run({.rows = "id,phone\n1,0755-26660001\n", .explain_cluster = "1"});
  ASSERT_TRUE(report.ok()) << report.error().message;
  EXPECT_EQ(report->units, 1U);
  EXPECT_EQ(report->linkage.pairs_scored, 0U);
  EXPECT_EQ(report->cluster->members.size(), 1U);
}

TEST(LinkFiles, NdjsonAndXlsxAreReadLikeCsv) {
  const auto csv = run({});
  ASSERT_TRUE(csv.ok()) << csv.error().message;
  const auto ndjson =
      run({.rows = "{\"id\": 1, \"phone\": \"0755-26660001\"}\n{\"id\": 2, \"phone\": \"0755-26660001\"}\n"
                   "{\"id\": 3, \"phone\": \"0755-29998888\"}\n",
           .file_name = "rows.ndjson"});
  ASSERT_TRUE(ndjson.ok()) << ndjson.error().message;
  EXPECT_EQ(ndjson->linkage.grouping.group, csv->linkage.grouping.group);

  const TempFolder folder;
  auto writer = table::create_xlsx(folder.path() / "rows.xlsx", {{"id"}, {"phone"}}, {});
  ASSERT_TRUE(writer.ok());
  for (const auto& [id, phone] : {std::pair{"1", "0755-26660001"}, {"2", "0755-26660001"}, {"3", "0755-29998888"}}) {
    ASSERT_TRUE((*writer)->row({id, phone}).ok());
  }
  ASSERT_TRUE((*writer)->finish().ok());
  const auto xlsx = link_files({.catalog = catalog(),
                                .model = folder.write("model.json", kModel),
                                .left = {folder.path() / "rows.xlsx"},
                                .clusters = folder.path() / "clusters.csv"});
  ASSERT_TRUE(xlsx.ok()) << xlsx.error().message;
  EXPECT_EQ(xlsx->linkage.grouping.group, csv->linkage.grouping.group);
}

TEST(ViewModel, AModelThatHasNotLearnedIsRefused) {
  const auto view = view_model(catalog(), kExample / "firms.json", {}, match::Language::kChinese);
  ASSERT_FALSE(view.ok());
  EXPECT_NE(view.error().message.find("--learned"), std::string::npos) << view.error().message;
}

}  // namespace
}  // namespace minglu::flows
