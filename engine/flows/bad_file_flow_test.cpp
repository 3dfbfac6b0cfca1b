// Every class of bad file: a sentence that names the file and what to do, or findings; nothing half taken in.
#include <gtest/gtest.h>

#include "flows/findings.hpp"
#include "flows/flows_test_support.hpp"
#include "table/writer.hpp"

namespace minglu::flows {
namespace {

using namespace testing_support;

const std::string kName = "深圳市甲申乙科技有限公司";

std::string good_register(int rows) {
  std::string text = kRegisterHead;
  for (int n = 1; n <= rows; ++n) text += register_row(uscc_of(n), "深圳市甲申乙" + std::to_string(n) + "贸易有限公司");
  return text;
}

// The bytes of a workbook (or another file that a writer makes).
std::string made(Result<std::unique_ptr<table::TableWriter>> (*create)(const fs::path&, std::vector<table::OutColumn>,
                                                                       const table::WriteSpec&),
                 const std::string& name, const std::vector<std::string>& columns,
                 const std::vector<std::vector<std::string>>& rows) {
  const TempFolder folder;
  std::vector<table::OutColumn> out;
  for (const std::string& column : columns) out.push_back({column, table::CellKind::kText});
  auto writer = create(folder.path() / name, out, {});
  EXPECT_TRUE(writer.ok()) << writer.error().message;
  for (const auto& row : rows) {
    EXPECT_TRUE((*writer)->row(std::vector<std::optional<std::string_view>>(row.begin(), row.end())).ok());
  }
  EXPECT_TRUE((*writer)->finish().ok());
  return read_all(folder.path() / name);
}

const std::vector<std::string> kListColumns = {"证书编号", "企业名称", "统一社会信用代码", "有效期至",
                                               "研发费用(万元)"};

std::string workbook(size_t rows) {
  std::vector<std::vector<std::string>> cells;
  for (size_t n = 1; n <= rows; ++n)
    cells.push_back({"GR" + std::to_string(n), kName, uscc_of(static_cast<int>(n)), "2026-12-31", "12.5"});
  return made(table::create_xlsx, "list.xlsx", kListColumns, cells);
}

// Every entry of the central directory says that it unpacks to one byte.
std::string lying(std::string zip) {
  for (size_t at = zip.find("PK\x01\x02"); at != std::string::npos; at = zip.find("PK\x01\x02", at + 4))
    zip.replace(at + 24, 4, std::string("\x01\0\0\0", 4));
  return zip;
}

struct Refused {
  std::string what;
  std::string source;
  std::string file;
  std::string bytes;
  std::string says;  // part of the message
};

std::vector<Refused> refused_files() {
  const std::string quarter = "bb_inst_2024-03.json";
  return {
      {"empty file", "scjg_reg", "scjg_reg_2024-01.csv", "", "empty"},
      {"missing key column", "scjg_reg", "scjg_reg_2024-01.csv", "企业名称,住所\n" + kName + ",x\n",
       "统一社会信用代码"},
      {"missing period column", "hrss", "hrss_2024-01.csv", "单位编号,单位名称\n1," + kName + "\n", "参保月份"},
      {"truncated workbook", "kc_hitech", "kc_hitech_2024-12.xlsx", workbook(50).substr(0, 3000), ""},
      {"text named as a workbook", "kc_hitech", "kc_hitech_2024-12.xlsx", "hello\n", ""},
      {"entities", "mz_org", "mz_org_2024-03.xml",
       "<!DOCTYPE r [<!ENTITY a \"x\">]><社会组织列表><社会组织><组织名称>&a;</组织名称></社会组织></社会组织列表>",
       "entities"},
      {"truncated XML", "mz_org", "mz_org_2024-03.xml",
       "<社会组织列表><社会组织><统一社会信用代码>" + uscc_of(1) + "</统一社会信用代码></社会组织><社会", "record 1"},
      {"XML of something else", "mz_org", "mz_org_2024-03.xml", "<企业列表><企业><名称>x</名称></企业></企业列表>",
       "社会组织列表/社会组织"},
      {"XML with other records", "mz_org", "mz_org_2024-03.xml",
       "<社会组织列表><单位><名称>x</名称></单位></社会组织列表>", "社会组织列表/社会组织"},
      {"empty XML", "mz_org", "mz_org_2024-03.xml", "", "empty"},
      {"empty JSON", "bb_inst", quarter, "", "empty"},
      {"truncated JSON", "bb_inst", quarter, "{\"data\":{\"rows\":[{\"统一社会信用代码\":\"" + uscc_of(1) + "\"},",
       "record 1"},
      {"truncated empty JSON", "bb_inst", quarter, "{\"data\":{\"rows\":[", ""},
      {"JSON without the records", "bb_inst", quarter, "{\"data\":{}}", "data/rows"},
      {"JSON records without values", "bb_inst", quarter, "{\"data\":{\"rows\":[{},{}]}}", "named values"},
      {"cut Parquet", "gx_list", "gx_list_2024-09.parquet",
       made(table::create_parquet, "x.parquet", {"名单编号", "企业名称"}, {{"1", kName}}).substr(0, 120), "Parquet"},
  };
}

TEST(BadFileFlow, ARefusedFileIsNamedAndNothingIsTakenIn) {
  TestHome home;
  home.feed("scjg_reg", "scjg_reg_2023-12.csv", good_register(3));
  const std::string state = home.resolve().state_hash;
  const auto head = home.head();
  for (const Refused& bad : refused_files()) {
    SCOPED_TRACE(bad.what);
    const auto report = home.try_ingest(bad.source, home.folder().write("bad/" + bad.file, bad.bytes));
    ASSERT_FALSE(report.ok());
    const std::string& message = report.error().message;
    EXPECT_TRUE(report.error().code == ErrorCode::kInvalidArgument || report.error().code == ErrorCode::kDataLoss)
        << message;
    EXPECT_NE(message.find(bad.file), std::string::npos) << message;
    EXPECT_NE(message.find(bad.says), std::string::npos) << message;
    EXPECT_EQ(message.find("/raw/"), std::string::npos) << message;
    EXPECT_EQ(message.find(base::sha256_hex(bad.bytes)), std::string::npos) << message;
    EXPECT_EQ(home.head().hash, head.hash);
  }
  EXPECT_FALSE(*home->has_unresolved());
  // The register goes on as if nothing had been.
  EXPECT_EQ(home.feed("scjg_reg", "scjg_reg_2024-01.csv", good_register(4)).counts.accepted, 1u);
  EXPECT_EQ(home.resolve().units, 4u);
  home.reopen();
  EXPECT_EQ(verify(*home)->problems.size(), 0u);
  EXPECT_NE(home.state_hash(), state);
}

TEST(BadFileFlow, AWorkbookThatLiesAboutItsSizesLosesNoRow) {
  TestHome home;
  const fs::path file = home.folder().write("kc_hitech_2024-12.xlsx", lying(workbook(50)));
  const auto report = home.try_ingest("kc_hitech", file);
  if (report.ok()) {
    EXPECT_EQ(report->counts.rows_in, 50u);
    EXPECT_EQ(report->counts.accepted, 50u);
  } else {
    EXPECT_EQ(home.head().seq, 0);
  }
}

TEST(BadFileFlow, AFeedOfNoRecordsIsTakenInWithNoRows) {
  TestHome home;
  const std::vector<std::tuple<std::string, std::string, std::string>> empties = {
      {"scjg_reg", "scjg_reg_2024-01.csv", kRegisterHead},
      {"bb_inst", "bb_inst_2024-03.json", "{\"data\":{\"rows\":[]}}"},
      {"fg_project", "fg_project_2024-03.json", "{\"projects\": [ ]}\n"},
      {"mz_org", "mz_org_2024-03.xml", "<?xml version=\"1.0\"?><社会组织列表></社会组织列表>"},
      {"mz_org", "mz_org_2024-06.xml", "<社会组织列表/>"},
      {"power", "power_2024-01.ndjson", "\n"},
      {"web_jobs", "web_jobs_2024-03.ndjson", ""},
      {"gx_list", "gx_list_2024-09.parquet", made(table::create_parquet, "x.parquet", {"名单编号", "企业名称"}, {})},
      {"kc_hitech", "kc_hitech_2024-12.xlsx", workbook(0)},
  };
  for (const auto& [source, file, bytes] : empties) {
    const auto report = home.try_ingest(source, home.folder().write("empty/" + file, bytes));
    ASSERT_TRUE(report.ok()) << file << ": " << report.error().message;
    EXPECT_EQ(report->counts.rows_in, 0u) << file;
    EXPECT_TRUE(report->counts.balanced()) << file;
  }
  EXPECT_EQ(home.resolve().units, 0u);
  const auto rebuilt = rebuild(*home, {});
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.error().message;
}

TEST(BadFileFlow, UnknownAndDuplicateColumnsAreFindings) {
  TestHome home;
  const IngestReport report =
      home.feed("scjg_reg", "scjg_reg_2024-01.csv",
                "统一社会信用代码,企业名称,企业名称,新列\n" + uscc_of(1) + "," + kName + ",另一名,x\n");
  EXPECT_EQ(report.counts.accepted, 1u);
  EXPECT_EQ(report.findings.at("column_unknown"), 2u) << "the new column and the second of two equal names";
  EXPECT_GT(report.findings.at("column_missing"), 0u);
  bool told = false;
  for (const std::string& note : report.notes) told |= note.find("企业名称#2") != std::string::npos;
  EXPECT_TRUE(told);
  home.resolve();
  EXPECT_NE(home.unit_of(kName), 0u);
}

TEST(BadFileFlow, BadRowsAreCountedAndCostThemselvesOnly) {
  TestHome home;
  std::string rows = good_register(2);
  rows += uscc_of(3) + "," + kName + "," + std::string(3u << 20, 'x') + ",\n";  // one cell of 3 MB
  rows += "," + kName + ",,\n";                                                 // no key
  rows += uscc_of(5) + "," + kName + "五\n";                                    // too few cells
  rows += uscc_of(6) + "," + kName + "六,,深圳市南山区,多,余\n";                // too many cells
  rows += uscc_of(7) + ",\"深圳市\n\"\"甲申乙\"\"七贸易有限公司\",,\n";         // a line end and quotes in a cell
  rows += uscc_of(8) + ",深圳市\xFF\xFE甲申乙八贸易有限公司,,\n";               // not UTF-8
  rows += uscc_of(9) + "," + kName + "九,,";                                    // no line end at the end
  const IngestReport report = home.feed("scjg_reg", "scjg_reg_2024-01.csv", rows);
  EXPECT_EQ(report.counts.rows_in, 9u);
  EXPECT_GE(report.counts.rejected, 2u);
  EXPECT_EQ(report.counts.accepted + report.counts.rejected, 9u);
  EXPECT_EQ(report.findings.at("key_missing"), 1u);
  EXPECT_EQ(report.findings.at("cell_too_long"), 1u);
  for (const auto& [rule, count] : report.findings)
    EXPECT_NE(finding_title(home->knowledge(), rule), rule) << "catalog/codes/lists.csv has no word for it";
  uint64_t findings = 0;
  for (const auto& [rule, count] : report.findings) findings += count;
  const std::string listed = read_all(home->findings_path(report.seq));
  EXPECT_EQ(static_cast<uint64_t>(std::count(listed.begin(), listed.end(), '\n')), findings + 1);
  home.resolve();
  for (int good : {1, 2, 9}) EXPECT_NE(home.unit_of(uscc_of(good)), 0u) << good;
  EXPECT_EQ(home.unit_of(uscc_of(3)), 0u);
}

TEST(BadFileFlow, BytesThatAreNotGb18030AreToldAndTheOtherRowsGoOn) {
  TestHome home;
  // 深圳市 and 公司 in GB18030; 0xFF is never part of a character.
  const std::string city = "\xC9\xEE\xDB\xDA\xCA\xD0";
  const std::string firm = "\xB9\xAB\xCB\xBE";
  const std::string head =
      "\xC4\xC9\xCB\xB0\xC8\xCB\xCA\xB6\xB1\xF0\xBA\xC5,\xC4\xC9\xCB\xB0\xC8\xCB\xC3\xFB\xB3\xC6\n";
  const IngestReport report = home.feed("tax_reg", "tax_reg_2024-01.csv",
                                        head + uscc_of(1) + "," + city + firm + "\n" + uscc_of(2) + "," + city +
                                            "\xFF" + firm + "\n" + uscc_of(3) + "," + city + "\n");
  EXPECT_EQ(report.counts.rows_in, 3u);
  EXPECT_GE(report.counts.accepted, 2u);
  EXPECT_EQ(report.findings.contains("bad_encoding"), true);
  home.resolve();
  EXPECT_EQ(value(home.view({.unit = home.unit_of(uscc_of(1))}), "name"), "深圳市公司");
}

TEST(BadFileFlow, WrongTypesAreFindingsAndTheRowStays) {
  TestHome home;
  const IngestReport report = home.feed(
      "scjg_reg", "scjg_reg_2024-01.csv",
      "统一社会信用代码,企业名称,注册资本,成立日期,行业代码\n" + uscc_of(1) + "," + kName + ",很多钱,昨天,ZZZ\n");
  EXPECT_EQ(report.counts.accepted, 1u);
  EXPECT_GE(report.findings.size(), 3u);
  const IngestReport figures = home.feed(
      "tax_decl", "tax_decl_2024-01.csv",
      std::string(kDeclarationHead) + uscc_of(1) + "," + kName + ",2024-01,许多,10\n" + uscc_of(2) + ",,某月,1,1\n");
  EXPECT_EQ(figures.counts.accepted, 1u);
  EXPECT_EQ(figures.counts.rejected, 1u);
  EXPECT_EQ(figures.findings.at("period_invalid"), 1u);
  EXPECT_EQ(home.resolve().units, 1u);
}

TEST(BadFileFlow, AFileWithoutADateIsRefusedBeforeItIsArchived) {
  TestHome home;
  const auto report = home.try_ingest("scjg_reg", home.folder().write("register.csv", good_register(1)));
  ASSERT_FALSE(report.ok());
  EXPECT_NE(report.error().message.find("register.csv"), std::string::npos);
  EXPECT_NE(report.error().message.find("--date"), std::string::npos);
  EXPECT_EQ(verify(*home)->archived_files, 0u);
  EXPECT_EQ(home.try_ingest("scjg_reg", home.folder().path() / "absent.csv", "2024-01-31").error().code,
            ErrorCode::kNotFound);
}

TEST(BadFileFlow, TwoRowsOfOneKeyAndDateAreToldAndBothCount) {
  TestHome home;
  const IngestReport report =
      home.feed("scjg_reg", "scjg_reg_2024-01.csv",
                kRegisterHead + register_row(uscc_of(1), kName) + register_row(uscc_of(1), kName + "分公司") +
                    register_row(uscc_of(1), kName));
  EXPECT_EQ(report.counts.rows_in, 3u);
  EXPECT_EQ(report.counts.duplicate, 1u);
  EXPECT_EQ(report.counts.rejected, 0u);
  EXPECT_GE(report.findings.at("key_repeated"), 1u);
  EXPECT_EQ(home.resolve().units, 1u);
}

}  // namespace
}  // namespace minglu::flows
