#include "tiers/unit_table.hpp"

#include "tiers/tiers_test_support.hpp"

namespace minglu::tiers {
namespace {

using namespace testing_support;

table::RawBatch batch_of(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows) {
  table::RawBatch out;
  out.names = names;
  out.columns.resize(names.size());
  for (size_t r = 0; r < rows.size(); ++r) {
    out.row_numbers.push_back(r + 1);
    for (size_t c = 0; c < names.size(); ++c) out.columns[c].append(rows[r][c]);
  }
  return out;
}

Result<std::vector<UnitRow>> read(const std::vector<std::string>& names,
                                  const std::vector<std::vector<std::string>>& rows,
                                  std::optional<units::MoneyUnit> unit = std::nullopt) {
  MINGLU_TRY(const UnitReader reader, UnitReader::create(names, {catalog(), settings(), unit, Period{202610}}));
  std::vector<UnitRow> out;
  reader.read(batch_of(names, rows), out);
  return out;
}

void expect_refused(const std::vector<std::string>& names, const std::string& words) {
  const auto rows = read(names, {});
  ASSERT_FALSE(rows.ok()) << words;
  EXPECT_EQ(rows.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(rows.error().message.find(words), std::string::npos) << rows.error().message;
}

TEST(UnitReader, SaysWhichColumnIsMissing) {
  expect_refused({"industry_code"}, "\"id\" or \"uscc\"");
  expect_refused({"id"}, "industry_code");
  expect_refused({"id", "industry_code", "行业代码"}, "stands twice");
  expect_refused({"id", "industry_code", "revenue_yuan", "revenue_wan_yuan"}, "says the same");
}

TEST(UnitReader, MoneyNeedsItsUnit) {
  expect_refused({"id", "industry_code", "main_revenue"}, "main_revenue_wan_yuan");
  const auto rows = read({"id", "industry_code", "main_revenue"}, {{"1", "3911", "2000"}}, units::MoneyUnit::kWanYuan);
  EXPECT_EQ(rows.value()[0].unit.figures.at(0).fen, wan(2000));
}

// The unit of money never changes the result.
TEST(UnitReader, TheSameAmountInEveryUnitIsTheSameFigure) {
  for (const auto& [column, text] :
       std::initializer_list<std::pair<const char*, const char*>>{{"main_revenue_wan_yuan", "2000"},
                                                                  {"main_revenue_thousand_yuan", "20000"},
                                                                  {"main_revenue_yuan", "20,000,000.00"},
                                                                  {"main_revenue_fen", "2000000000"},
                                                                  {"主营业务收入(万元)", "2000"},
                                                                  {"main_revenue_wan_yuan", "20000千元"},
                                                                  {"main_revenue_ytd_wan_yuan", "2000"}}) {
    const auto rows = read({"id", "industry_code", column}, {{"1", "3911", text}});
    ASSERT_TRUE(rows.ok()) << column;
    ASSERT_TRUE(rows.value()[0].problems.empty()) << column;
    EXPECT_EQ(rows.value()[0].unit.figures.at(0).fen, wan(2000)) << column;
    EXPECT_EQ(rows.value()[0].unit.figures.at(0).period, Period{202610});
  }
}

TEST(UnitReader, LastYearHasItsOwnPeriods) {
  const auto rows = read(
      {"id", "industry_code", "period", "revenue_ytd_last_year_yuan", "revenue_last_year_yuan", "revenue_12m_yuan"},
      {{"1", "6513", "2026-09", "1", "2", "3"}});
  const std::vector<Figure>& f = rows.value()[0].unit.figures;
  ASSERT_EQ(f.size(), 3U);
  EXPECT_EQ(f[0].period, Period{202509});
  EXPECT_EQ(f[1].period, Period{202512});
  EXPECT_EQ(f[2].period, Period{202609});
  EXPECT_EQ(f[2].kind, FigureKind::kTwelveMonths);
}

TEST(UnitReader, InDecemberTheSameMonthsAreTheWholeYear) {
  const std::vector<std::string> names = {"id", "industry_code", "period", "revenue_ytd_last_year_yuan",
                                          "revenue_last_year_yuan"};
  EXPECT_TRUE(read(names, {{"1", "6513", "2026-12", "5", "5"}}).value()[0].problems.empty());
  EXPECT_FALSE(read(names, {{"1", "6513", "2026-12", "5", "6"}}).value()[0].problems.empty());
}

TEST(UnitReader, ABadCellMakesItsRowUnusableAndNoOther) {
  const std::vector<std::string> names = {"id",     "industry_code", "unit_type", "op_status", "employees",
                                          "opened", "grade",         "period",    "source",    "revenue_yuan"};
  const std::vector<std::string> good = {"1", "6513", "1", "1", "10", "2020-01-01", "A", "2026-10", "vat", "1"};
  const std::vector<std::string> bad = {"", "391", "9", "8x", "-3", "7/14/2019", "F", "2026-13", "rumour", "many"};
  std::vector<std::vector<std::string>> rows = {good};
  for (size_t i = 0; i < bad.size(); ++i) {
    rows.push_back(good);
    rows.back()[0] = std::to_string(i + 2);
    rows.back()[i] = bad[i];
  }
  const auto read_rows = read(names, rows).value();
  EXPECT_TRUE(read_rows[0].problems.empty());
  for (size_t i = 0; i < bad.size(); ++i) EXPECT_EQ(read_rows[i + 1].problems.size(), 1U) << names[i];
}

TEST(UnitReader, ForeignMoneyAndAmountsBeyondEveryLineAreRefused) {
  for (const char* text : {"100万美元", "99999999999999999"}) {
    const auto rows = read({"id", "industry_code", "revenue_wan_yuan"}, {{"1", "6513", text}});
    EXPECT_FALSE(rows.value()[0].problems.empty()) << text;
  }
}

TEST(UnitReader, WordsAndBlanksAreReadAsPeopleWriteThem) {
  const auto rows =
      read({"统一社会信用代码", "行业代码", "单位类型", "运营状态", "机构类型", "在四上库", "营业收入(千元)", "remark"},
           {{" 9144X ", "6513", "法人单位", "正常运营", "企业", "是", "", "x"}});
  const UnitRow& row = rows.value()[0];
  EXPECT_EQ(row.unit.id, "9144X");
  EXPECT_EQ(row.unit.op_status, "1");
  EXPECT_EQ(row.unit.org_type, "10");
  EXPECT_TRUE(row.unit.listing);
  EXPECT_TRUE(row.unit.figures.empty());
  EXPECT_TRUE(row.problems.empty());
}

TEST(RejectDuplicates, TakesEveryRowOfTheIdInAnyOrder) {
  auto rows = read({"id", "industry_code"}, {{"1", "6513"}, {"2", "6513"}, {"1", "3911"}}).value();
  reject_duplicates(rows);
  EXPECT_FALSE(rows[0].problems.empty());
  EXPECT_TRUE(rows[1].problems.empty());
  EXPECT_FALSE(rows[2].problems.empty());
}

}  // namespace
}  // namespace minglu::tiers
