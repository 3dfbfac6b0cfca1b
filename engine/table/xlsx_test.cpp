#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>
#include <map>

#include "base/file.hpp"
#include "table/internal/spill.hpp"
#include "table/internal/xlsx_value.hpp"
#include "table/table_support.hpp"
#include "table/writer.hpp"

namespace minglu::table {
namespace {

using testing_support::Cells;
using testing_support::drain;
using testing_support::fresh_directory;
using testing_support::ReadOutcome;

ReadOutcome read_xlsx(const std::string& bytes, ReadSpec spec = {}) {
  return drain(internal::open_xlsx(internal::ByteSource::from_memory(bytes), spec));
}

std::string make_zip(const std::map<std::string, std::string>& parts) {
  const auto path = fresh_directory("zip") / "x.zip";
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : parts) {
    zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    EXPECT_GE(zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8), 0);
  }
  EXPECT_EQ(zip_close(zip), 0);
  return base::read_file(path).value();
}

std::map<std::string, std::string> book_parts(const std::string& rows, bool date1904 = false) {
  const std::string main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
  return {
      {"xl/workbook.xml", "<workbook " + main + " xmlns:r=\"r\"><workbookPr date1904=\"" + (date1904 ? "1" : "0") +
                              "\"/><sheets><sheet name=\"名录\" sheetId=\"1\" r:id=\"rId1\"/>"
                              "<sheet name=\"第二\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       "<Relationships><Relationship Id=\"rId1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
       "<Relationship Id=\"rId2\" Type=\"x/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>"},
      {"xl/styles.xml",
       "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d\"/>"
       "<numFmt numFmtId=\"165\" formatCode=\"[Red]0.00&quot;day&quot;\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"
       "</cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
       "<xf numFmtId=\"165\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"},
      {"xl/sharedStrings.xml",
       "<sst><si><t>名称</t></si><si><t>代码</t></si><si><r><t>深圳</t></r><r><t xml:space=\"preserve\"> 甲"
       "</t></r><rPh sb=\"0\" eb=\"1\"><t>shenzhen</t></rPh></si><si><t/></si><si><t>a_x000D_b</t></si></sst>"},
      {"xl/worksheets/sheet1.xml", "<worksheet " + main + "><sheetData>" + rows + "</sheetData></worksheet>"},
      {"xl/worksheets/sheet2.xml",
       "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>x</t></is></c></row>"
       "<row><c><v>1</v></c></row></sheetData></worksheet>"},
  };
}

std::string make_book(const std::string& rows, bool date1904 = false) { return make_zip(book_parts(rows, date1904)); }

const std::string kHeader =
    "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" "
    "t=\"str\"><v>C</v></c></row>";

TEST(Xlsx, EveryKindOfCell) {
  const ReadOutcome out = read_xlsx(make_book(
      kHeader +
      "<row r=\"3\"><c r=\"A3\" t=\"s\"><v>2</v></c><c r=\"C3\" t=\"str\"><f>A1</f><v>算</v></c></row>"
      "<row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"B4\" t=\"e\"><v>#N/A</v></c><c r=\"C4\"><f>1+1</f></c></row>"
      "<row r=\"5\"><c r=\"A5\" t=\"inlineStr\"><is><r><t>甲</t></r><t>乙</t></is></c><c r=\"B5\" "
      "t=\"s\"><v>4</v></c><c r=\"C5\" s=\"1\"/></row>"
      "<row r=\"6\" spans=\"1:3\"><c s=\"1\"/></row>"
      "<row><c><v>1.5E3</v></c><c><v>0.10000000000000001</v></c><c t=\"d\"><v>2019-07-14</v></c></row>"
      "<row><c t=\"s\"><v>3</v></c><c><v>abc</v></c><c><f>1</f><v>7</v></c></row>"));
  ASSERT_FALSE(out.open_error) << out.open_error->message;
  const auto null = std::nullopt;
  EXPECT_EQ(out.names, (std::vector<std::string>{"名称", "代码", "C"}));
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"深圳 甲", null, "算"},
                                          {"true", null, null},
                                          {"甲乙", "a\rb", null},
                                          {"1500", "0.1", "2019-07-14"},
                                          {"", "abc", "7"}}));
  EXPECT_EQ(out.codes(), "2:cell_error 2:formula_without_value 5:bad_number");
}

TEST(Xlsx, DatesByStyleAndEpoch) {
  const std::string rows =
      kHeader +
      "<row><c s=\"1\"><v>43660</v></c><c s=\"2\"><v>43660.354166666664</v></c><c s=\"3\"><v>43660</v></c></row>"
      "<row><c s=\"4\"><v>0.5</v></c><c s=\"1\"><v>2958465</v></c><c s=\"1\"><v>-1</v></c></row>";
  const ReadOutcome out = read_xlsx(make_book(rows));
  EXPECT_EQ(out.rows,
            (std::vector<Cells>{{"2019-07-14", "2019-07-14 08:30:00", "43660"}, {"12:00:00", "9999-12-31", "-1"}}));
  EXPECT_EQ(out.codes(), "2:bad_date");
  EXPECT_EQ(read_xlsx(make_book(rows, true)).rows[0][0], "2023-07-15");
  EXPECT_EQ(internal::format_serial(1, false), "1900-01-01");
  EXPECT_EQ(internal::format_serial(59, false), "1900-02-28");
  EXPECT_EQ(internal::format_serial(60, false), std::nullopt);
  EXPECT_EQ(internal::format_serial(61, false), "1900-03-01");
}

TEST(Xlsx, CodesStoredAsNumbersAreFlagged) {
  const ReadOutcome out = read_xlsx(make_book(
      kHeader +
      "<row><c><v>9.1440300123456794E+17</v></c><c><v>914403001234567890</v></c><c><v>123456789012345</v></c></row>"));
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"914403001234567936", "914403001234567890", "123456789012345"}}));
  EXPECT_EQ(out.codes(), "1:number_precision 1:number_precision");
}

TEST(Xlsx, ShapeProblems) {
  const ReadOutcome out = read_xlsx(make_book(
      "<row><c t=\"inlineStr\"><is><t>标题</t></is></c></row>" + kHeader +
      "<row><c r=\"D9\"><v>1</v></c></row>"
      "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"str\"><v>C</v></c></row>"
      "<row><c "
      "t=\"s\"><v>99</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>1</v></c><c><v>2</v></c></row>"
      "<row><c><v>1</v></c><c><v>2</v></c><c><v>1</v></c></row><row><c><v>1</v></c><c><v>2</v></c><c><v>1</v></c></"
      "row>"));
  EXPECT_EQ(out.codes(), "1:ragged_row! 2:repeated_header! 3:bad_shared_string!");
  EXPECT_EQ(out.names[0], "名称");
  EXPECT_EQ(out.rows.size(), 7u);
  const std::string book = make_book(kHeader + "<row r=\"5\"><c><v>1</v></c></row>");
  EXPECT_EQ(read_xlsx(book, {.sheet = "第二"}).rows, (std::vector<Cells>{{"1"}}));
  EXPECT_NE(read_xlsx(book, {.sheet = "无"}).open_error->message.find("第二"), std::string::npos);
  EXPECT_EQ(read_xlsx(book, {.header_row = 5}).names, (std::vector<std::string>{"1"}));
  EXPECT_TRUE(read_xlsx(book, {.header_row = 3}).open_error);
  EXPECT_TRUE(read_xlsx(make_book("")).open_error);
  EXPECT_EQ(read_xlsx(make_book(kHeader)).rows.size(), 0u);
}

TEST(Xlsx, BombsAndLongCellsAreStopped) {
  const std::string blanks(60'000'000, ' ');
  const ReadOutcome bomb = read_xlsx(make_book(kHeader + "<row><c><v>1</v></c></row>" + blanks));
  EXPECT_TRUE(bomb.open_error || bomb.read_error);
  const std::string one =
      kHeader + "<row><c t=\"str\"><v>" + std::string(2000, 'x') + "</v></c></row><row><c t=\"s\"><v>2</v></c></row>";
  EXPECT_EQ(read_xlsx(make_book(one), {.limits = {.cell_bytes_max = 1000}}).codes(), "1:cell_too_long!");
  EXPECT_EQ(read_xlsx(make_book(one), {.limits = {.cell_bytes_max = 8}}).codes(), "1:cell_too_long! 2:cell_too_long!");
  EXPECT_EQ(read_xlsx(make_book(one), {.limits = {.row_bytes_max = 1000}}).codes(), "1:row_too_long!");
  const ReadOutcome small = read_xlsx(make_book(one), {.limits = {.unzipped_bytes_max = 100}});
  EXPECT_EQ(small.open_error->code, ErrorCode::kInvalidArgument);
}

TEST(Xlsx, DamagedFilesAreRefusedInWords) {
  const std::string book = make_book(kHeader + "<row><c><v>1</v></c></row>");
  for (size_t size = 0; size < book.size(); size += 97) {
    const ReadOutcome out = read_xlsx(book.substr(0, size));
    ASSERT_TRUE(out.open_error);
    EXPECT_EQ(out.open_error->code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(read_xlsx("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old").open_error);
  EXPECT_TRUE(read_xlsx(make_zip({{"a.txt", "x"}})).open_error);
  for (size_t at = 0; at < book.size(); at += 13) {  // any byte may be wrong; nothing may crash
    std::string broken = book;
    broken[at] = static_cast<char>(broken[at] ^ 0x55);
    read_xlsx(broken);
  }
  auto parts = book_parts(kHeader);
  parts["xl/worksheets/sheet1.xml"] = "<!DOCTYPE w [<!ENTITY a \"b\">]><worksheet/>";
  EXPECT_TRUE(read_xlsx(make_zip(parts)).open_error);
  parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>" + kHeader + "<row><c><v>1</v></c></row><row>";
  const ReadOutcome cut = read_xlsx(make_zip(parts));
  EXPECT_EQ(cut.rows.size(), 1u);
  ASSERT_TRUE(cut.read_error);
  EXPECT_EQ(cut.read_error->code, ErrorCode::kDataLoss);
}

TEST(Xlsx, SharedStringsBeyondMemorySpill) {
  internal::StringPool pool(100);
  for (int i = 0; i < 20000; ++i) ASSERT_TRUE(pool.append("字符串" + std::to_string(i)).ok());
  ASSERT_TRUE(pool.finish().ok());
  EXPECT_EQ(pool.size(), 20000u);
  for (int i = 0; i < 20000; ++i) ASSERT_EQ(pool.at(static_cast<uint64_t>(i)), "字符串" + std::to_string(i));
}

}  // namespace
}  // namespace minglu::table
