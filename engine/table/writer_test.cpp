#include "table/writer.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.hpp"
#include "table/table_support.hpp"

namespace minglu::table {
namespace {

using testing_support::Cells;
using testing_support::drain;
using testing_support::fresh_directory;

using Create = Result<std::unique_ptr<TableWriter>> (*)(const std::filesystem::path&, std::vector<OutColumn>,
                                                        const WriteSpec&);

struct Format {
  const char* name;
  Create create;
};
class EveryWriter : public ::testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(Formats, EveryWriter,
                         ::testing::Values(Format{"csv", create_csv}, Format{"xlsx", create_xlsx},
                                           Format{"parquet", create_parquet}),
                         [](const auto& info) { return std::string(info.param.name); });

const std::vector<OutColumn> kColumns = {{"企业名称", CellKind::kText},
                                         {"代码", CellKind::kText},
                                         {"营业收入", CellKind::kNumber},
                                         {"日期", CellKind::kDate}};

TEST_P(EveryWriter, WhatIsWrittenIsReadBack) {
  const auto path = fresh_directory(GetParam().name) / (std::string("名录.") + GetParam().name);
  auto writer = GetParam().create(path, kColumns, {});
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  ASSERT_TRUE(writer.value()->row({"深圳,\"甲\"\n公司", "914403001234567890", "12.5", "2026-01-31"}).ok());
  ASSERT_TRUE(writer.value()->row({"=1+1", "000123", "-3", "1999-12-31"}).ok());
  ASSERT_TRUE(writer.value()->row({"x", std::nullopt, std::nullopt, std::nullopt}).ok());
  EXPECT_EQ(writer.value()->row({"x"}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(writer.value()->finish().ok());
  EXPECT_EQ(writer.value()->finish().error().code, ErrorCode::kFailedPrecondition);
  EXPECT_EQ(writer.value()->row({"a", "b", "1", "2026-01-01"}).error().code, ErrorCode::kFailedPrecondition);
  const auto out = drain(open_table(path, {}));
  ASSERT_FALSE(out.open_error) << out.open_error->message;
  const bool csv = std::string(GetParam().name) == "csv";
  const bool parquet = std::string(GetParam().name) == "parquet";
  const std::optional<std::string> null = csv ? std::optional<std::string>("") : std::nullopt;
  EXPECT_EQ(out.names, (std::vector<std::string>{"企业名称", "代码", "营业收入", "日期"}));
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"深圳,\"甲\"\n公司", "914403001234567890", "12.5", "2026-01-31"},
                                          {"=1+1", "000123", parquet ? "-3.0" : "-3", "1999-12-31"},
                                          {"x", null, null, null}}));
  EXPECT_EQ(out.codes(), "");
  EXPECT_EQ(
      std::distance(std::filesystem::directory_iterator(path.parent_path()), std::filesystem::directory_iterator()), 1);
}

TEST_P(EveryWriter, DroppedWithoutFinishLeavesNothing) {
  const auto directory = fresh_directory("drop");
  {
    auto writer = GetParam().create(directory / "x", kColumns, {}).value();
    ASSERT_TRUE(writer->row({"a", "b", "1", "2026-01-31"}).ok());
    EXPECT_EQ(writer->row({"\xFF", "b", "1", "2026-01-31"}).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  EXPECT_FALSE(GetParam().create(directory / "absent" / "x", kColumns, {}).ok());
  EXPECT_FALSE(GetParam().create(directory / "x", {}, {}).ok());
}

TEST(CsvWriter, MarksAndGuards) {
  const auto path = fresh_directory("guard") / "x.csv";
  auto writer =
      create_csv(path, {{"a", CellKind::kText}, {"b", CellKind::kNumber}}, {.bom = true, .guard_formulas = true})
          .value();
  ASSERT_TRUE(writer->row({"=SUM(A1)", "-5"}).ok());
  ASSERT_TRUE(writer->row({"@x,y", "1"}).ok());
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(base::read_file(path).value(),
            "\xEF\xBB\xBF"
            "a,b\r\n'=SUM(A1),-5\r\n\"'@x,y\",1\r\n");
}

TEST(CsvWriter, ALoneEmptyCellIsStillARow) {
  const auto path = fresh_directory("lone") / "x.csv";
  auto writer = create_csv(path, {{"a", CellKind::kText}}, {}).value();
  ASSERT_TRUE(writer->row({std::nullopt}).ok());
  ASSERT_TRUE(writer->row({""}).ok());
  ASSERT_TRUE(writer->finish().ok());
  EXPECT_EQ(drain(open_table(path, {})).rows.size(), 2u);
}

TEST(XlsxWriter, KeepsDigitsThatNumbersCannot) {
  const auto path = fresh_directory("digits") / "x.xlsx";
  auto writer = create_xlsx(path, {{"n", CellKind::kNumber}, {"d", CellKind::kDate}}, {}).value();
  ASSERT_TRUE(writer->row({"914403001234567890", "长期"}).ok());
  ASSERT_TRUE(writer->row({"0.1", "1850-01-01"}).ok());
  ASSERT_TRUE(writer->finish().ok());
  const auto out = drain(open_table(path, {}));
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"914403001234567890", "长期"}, {"0.1", "1850-01-01"}}));
  auto narrow = create_xlsx(path, {{"n", CellKind::kText}}, {}).value();
  EXPECT_EQ(narrow->row({std::string(40000, 'x')}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(create_xlsx(path, {{"n", CellKind::kText}}, {.sheet = "a/b"}).ok());
}

TEST(Parquet, DamagedFilesAreRefusedInWords) {
  const auto directory = fresh_directory("parquet");
  auto writer = create_parquet(directory / "x.parquet", kColumns, {}).value();
  for (int i = 0; i < 50000; ++i) {
    const std::string code = std::to_string(i);
    ASSERT_TRUE(writer->row({"企业" + code, code, code, "2026-01-31"}).ok());
  }
  EXPECT_EQ(writer->row({"a", "b", "x", std::nullopt}).error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(writer->finish().ok());
  const auto whole = drain(open_table(directory / "x.parquet", {}));
  EXPECT_FALSE(whole.read_error);
  EXPECT_EQ(whole.rows.size(), 50000u);
  const std::string bytes = base::read_file(directory / "x.parquet").value();
  for (const size_t size : {size_t{4}, size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
    std::ofstream(directory / "cut.parquet", std::ios::binary) << bytes.substr(0, size);
    const auto out = drain(open_table(directory / "cut.parquet", {.format = FileFormat::kParquet}));
    ASSERT_TRUE(out.open_error) << size;
    EXPECT_EQ(out.open_error->code, ErrorCode::kInvalidArgument);
  }
  for (size_t at = 4; at < bytes.size(); at += bytes.size() / 40) {
    std::string broken = bytes;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    std::ofstream(directory / "broken.parquet", std::ios::binary) << broken;
    drain(open_table(directory / "broken.parquet", {}));
  }
}

}  // namespace
}  // namespace minglu::table
