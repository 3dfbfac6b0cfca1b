#include <gtest/gtest.h>
#include <unicode/ucnv.h>

#include <fstream>

#include "table/table_support.hpp"

namespace minglu::table {
namespace {

using testing_support::Cells;
using testing_support::drain;
using testing_support::read_csv;
using testing_support::ReadOutcome;

std::string to_encoding(const std::string& utf8, const char* encoding) {
  UErrorCode code = U_ZERO_ERROR;
  std::string out(utf8.size() * 4 + 16, '\0');
  const int32_t size = ucnv_convert(encoding, "UTF-8", out.data(), static_cast<int32_t>(out.size()), utf8.data(),
                                    static_cast<int32_t>(utf8.size()), &code);
  EXPECT_TRUE(U_SUCCESS(code));
  out.resize(static_cast<size_t>(size));
  return out;
}

bool noted(const ReadOutcome& out, const std::string& words) {
  for (const std::string& note : out.notes) {
    if (note.find(words) != std::string::npos) return true;
  }
  return false;
}

const std::string kPlain = "企业名称,统一社会信用代码\n深圳市鑫淼科技有限公司,914403001234567890\n腾讯，控股,\n";
const std::vector<Cells> kPlainRows = {{"深圳市鑫淼科技有限公司", "914403001234567890"}, {"腾讯，控股", ""}};

TEST(Csv, ReadsUtf8WithAndWithoutMark) {
  for (const std::string& text : {kPlain, "\xEF\xBB\xBF" + kPlain}) {
    const ReadOutcome out = read_csv(text);
    EXPECT_EQ(out.names, (std::vector<std::string>{"企业名称", "统一社会信用代码"}));
    EXPECT_EQ(out.rows, kPlainRows);
    EXPECT_EQ(out.codes(), "");
    EXPECT_TRUE(noted(out, "UTF-8"));
  }
}

TEST(Csv, ReadsOtherEncodings) {
  for (const char* encoding : {"GB18030", "GBK", "UTF-16LE", "UTF-16BE", "UTF-16"}) {
    for (const size_t read_bytes : {size_t{1}, size_t{3}, size_t{7}, size_t{1} << 20}) {
      const ReadOutcome out = read_csv(to_encoding(kPlain, encoding), {.read_buffer_bytes = read_bytes});
      ASSERT_FALSE(out.open_error) << encoding << out.open_error->message;
      EXPECT_EQ(out.rows, kPlainRows) << encoding;
    }
  }
}

TEST(Csv, RareCharactersOfGb18030AndPairsOfUtf16Survive) {
  const std::string text = "名称,代码\n𠀀𪚥公司,€1\n";
  for (const char* encoding : {"GB18030", "UTF-16LE"}) {
    const ReadOutcome out = read_csv(to_encoding(text, encoding), {.read_buffer_bytes = 1});
    EXPECT_EQ(out.rows, (std::vector<Cells>{{"𠀀𪚥公司", "€1"}})) << encoding;
  }
}

TEST(Csv, Gb18030AfterMegabytesOfAsciiIsFound) {
  std::string text = "name,code\n";
  for (int i = 0; i < 200000; ++i) text += "plain ascii," + std::to_string(i) + "\n";
  text += to_encoding("深圳市龙岗区,1\n", "GB18030");
  const ReadOutcome out = read_csv(text);
  EXPECT_TRUE(noted(out, "GB18030"));
  ASSERT_EQ(out.rows.size(), 200001u);
  EXPECT_EQ(out.rows.back(), (Cells{"深圳市龙岗区", "1"}));
}

TEST(Csv, AFewBadBytesSpoilTheirRowsOnly) {
  std::string text = "名称,代码\n";
  for (int i = 0; i < 100; ++i) text += "深圳市第" + std::to_string(i) + "公司,1\n";
  text += "坏\xB9\xFF,2\n好,3\n";
  const ReadOutcome utf8 = read_csv(text);
  EXPECT_EQ(utf8.codes(), "101:bad_encoding!");
  EXPECT_EQ(utf8.rows[100], (Cells{std::nullopt, std::nullopt}));
  EXPECT_EQ(utf8.rows[101], (Cells{"好", "3"}));

  std::string gbk =
      to_encoding("名称,代码\n深圳市公司,1\n", "GBK") + "\xFF\xFF,2\n\xB9\n" + to_encoding("好,3\n", "GBK");
  const ReadOutcome out = read_csv(gbk);
  EXPECT_TRUE(noted(out, "GB18030"));
  EXPECT_EQ(out.codes(), "2:bad_encoding! 3:bad_encoding!");
  ASSERT_EQ(out.rows.size(), 4u);
  EXPECT_EQ(out.rows[3], (Cells{"好", "3"}));
}

TEST(Csv, TextInNoKnownEncodingIsRefused) {
  std::string text = "a,b\n";
  for (int i = 0; i < 100; ++i) text += "\x80\x80\xFF,\xFF\xFE\x80\n";
  const ReadOutcome out = read_csv(text);
  ASSERT_TRUE(out.open_error);
  EXPECT_EQ(out.open_error->code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(read_csv(kPlain, {.encoding = "klingon"}).open_error->code, ErrorCode::kInvalidArgument);
}

TEST(Csv, SniffsTheDelimiter) {
  for (const char delimiter : {',', ';', '\t', '|'}) {
    std::string text = "名称@代码@地址\n一公司@1@北环; 大道\n二公司@2@福田区, 1号 | 2号\n三@3@x\n";
    std::replace(text.begin(), text.end(), '@', delimiter);
    const ReadOutcome out = read_csv(text);
    EXPECT_EQ(out.names.size(), 3u) << delimiter;
  }
  EXPECT_EQ(read_csv("a;b\n1;2\n", {.delimiter = ','}).names.size(), 1u);
  EXPECT_TRUE(read_csv("a;b\n", {.delimiter = '"'}).open_error);
}

TEST(Csv, QuotesNewlinesAndDoubledQuotes) {
  const ReadOutcome out = read_csv("a,b\r\n\"x,\"\"y\"\"\r\nz\",\"\"\r\n1,\"q\"tail\r\nq\"q,2");
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"x,\"y\"\r\nz", ""}, {"1", "qtail"}, {"q\"q", "2"}}));
  EXPECT_EQ(out.codes(), "2:stray_quote");
}

TEST(Csv, TitleLinesAboveTheHeaderAreSkipped) {
  const ReadOutcome out = read_csv("深圳市企业名录,,\n统计时间：2026年,,\n\n名称,代码,地址\n甲,1,福田\n乙,2,\n");
  EXPECT_EQ(out.names, (std::vector<std::string>{"名称", "代码", "地址"}));
  EXPECT_EQ(out.rows.size(), 2u);
  EXPECT_TRUE(noted(out, "2 行标题"));
  const ReadOutcome bare = read_csv("深圳市企业名录\n名称,代码\n甲,1\n乙,2\n");
  EXPECT_EQ(bare.names, (std::vector<std::string>{"名称", "代码"}));
  const ReadOutcome told = read_csv("1,2\n\n名称,代码\n甲,1\n", {.header_row = 3});
  EXPECT_EQ(told.names, (std::vector<std::string>{"名称", "代码"}));
  EXPECT_EQ(told.rows.size(), 1u);
  EXPECT_TRUE(read_csv("a,b\n", {.header_row = 9}).open_error);
  EXPECT_TRUE(read_csv("a,b\n\n", {.header_row = 2}).open_error);
}

TEST(Csv, RepeatedHeaderLinesAreNotData) {
  const ReadOutcome out = read_csv("名称,代码\n甲,1\n名称 ,代码\n乙,2\n");
  EXPECT_EQ(out.codes(), "2:repeated_header!");
  EXPECT_EQ(out.rows[2], (Cells{"乙", "2"}));
}

TEST(Csv, RaggedRows) {
  const ReadOutcome out = read_csv("a,b,c\n1,2\n1,2,3,, \n1,2,3,4\n1,2,3\n");
  EXPECT_EQ(out.codes(), "1:ragged_row 3:ragged_row!");
  EXPECT_EQ(
      out.rows,
      (std::vector<Cells>{
          {"1", "2", std::nullopt}, {"1", "2", "3"}, {std::nullopt, std::nullopt, std::nullopt}, {"1", "2", "3"}}));
}

TEST(Csv, AnUnclosedQuoteCostsOneLine) {
  const ReadOutcome end = read_csv("a,b\n1,2\n3,\"four\n5,6\n7,8\n");
  EXPECT_EQ(end.codes(), "2:unclosed_quote!");
  EXPECT_EQ(end.rows.size(), 4u);
  EXPECT_EQ(end.rows[3], (Cells{"7", "8"}));
  // A later quote must not close it: the text behind that quote tells.
  const ReadOutcome middle = read_csv("a,b\n3,\"four\n5,\"six\"\n7,8\n");
  EXPECT_EQ(middle.codes(), "1:unclosed_quote!");
  EXPECT_EQ(middle.rows[1], (Cells{"5", "six"}));
  // Nothing closes it within the limit of a row.
  std::string text = "a,b\n3,\"four\n";
  for (int i = 0; i < 5000; ++i) text += "5,6\n";
  text += "7,\"8\"\n";
  for (const size_t read_bytes : {size_t{64}, size_t{5000}, size_t{1} << 20}) {
    const ReadOutcome limit = read_csv(text, {.read_buffer_bytes = read_bytes, .limits = {.row_bytes_max = 1000}});
    EXPECT_EQ(limit.codes(), "1:unclosed_quote!");
    ASSERT_EQ(limit.rows.size(), 5002u);
    EXPECT_EQ(limit.rows.back(), (Cells{"7", "8"}));
  }
}

TEST(Csv, NulBytesAreTakenOutAndReported) {
  const ReadOutcome out = read_csv(std::string("a,b\n1\0x,2\n3,\0\n", 14));
  EXPECT_EQ(out.codes(), "1:nul_byte 2:nul_byte");
  EXPECT_EQ(out.rows, (std::vector<Cells>{{"1x", "2"}, {"3", ""}}));
}

TEST(Csv, BareCarriageReturns) {
  EXPECT_EQ(read_csv("a,b\r1,2\r3,4\r").rows, (std::vector<Cells>{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(read_csv("a,b\n1\r,2\n3,4\r\n").rows, (std::vector<Cells>{{"1\r", "2"}, {"3", "4"}}));
}

TEST(Csv, LinesOfAHundredMegabytesAreSkippedInBoundedMemory) {
  const std::string text =
      "a,b\n1,2\n" + std::string(100'000'000, 'x') + ",5\n3,4\n\"" + std::string(9'000'000, 'y') + "\n\",1\n5,6\n";
  const ReadOutcome out = read_csv(text);
  EXPECT_EQ(out.codes(), "2:row_too_long! 4:row_too_long! 5:unclosed_quote!");
}

TEST(Csv, LongCellsAreRefusedByTheirLimit) {
  const std::string text = "a,b\n" + std::string(101, 'x') + ",1\n" + std::string(100, 'x') + ",1\n";
  EXPECT_EQ(read_csv(text, {.limits = {.cell_bytes_max = 100}}).codes(), "1:cell_too_long!");
}

TEST(Csv, EmptyAndHeaderOnlyFiles) {
  for (const std::string& text :
       {std::string(), std::string("\n\r\n\n"), std::string("\xEF\xBB\xBF"), std::string(",,\n")}) {
    const ReadOutcome out = read_csv(text);
    ASSERT_TRUE(out.open_error);
    EXPECT_EQ(out.open_error->code, ErrorCode::kInvalidArgument);
  }
  for (const std::string& text : {std::string("a,b"), std::string("a,b\n"), std::string("a,b\r\n\r\n")}) {
    const ReadOutcome out = read_csv(text);
    EXPECT_FALSE(out.open_error);
    EXPECT_EQ(out.rows.size(), 0u);
  }
}

TEST(Csv, NamesAreTrimmedAndMadeUnique) {
  const ReadOutcome out = read_csv("　名称 ,名称,,名称\n1,2,3,4\n");
  EXPECT_EQ(out.names, (std::vector<std::string>{"名称", "名称#2", "column_3", "名称#3"}));
  EXPECT_TRUE(noted(out, "名称#2"));
  EXPECT_TRUE(read_csv("a,b,c\n", {.limits = {.columns_max = 2}}).open_error);
}

TEST(Csv, LastLineNeedsNoLineEnd) {
  EXPECT_EQ(read_csv("a,b\n1,2").rows, (std::vector<Cells>{{"1", "2"}}));
  EXPECT_EQ(read_csv("a,b\n1,").rows, (std::vector<Cells>{{"1", ""}}));
  EXPECT_EQ(read_csv("a\n1\n\n\"\"\n").rows, (std::vector<Cells>{{"1"}, {""}}));
}

TEST(Csv, BatchesAreBoundedByRowsAndBytes) {
  std::string text = "a\n";
  for (int i = 0; i < 100; ++i) text += std::string(1'000'000, 'x') + "\n";
  auto reader = internal::open_csv(internal::ByteSource::from_memory(text), {}).value();
  RawBatch batch;
  ASSERT_TRUE(reader->next(batch).value());
  EXPECT_LT(batch.row_count(), 40u);
  EXPECT_EQ(read_csv(text, {.rows_per_batch = 3}).rows.size(), 100u);
}

TEST(OpenTable, FindsTheFormatByContentThenName) {
  const auto directory = testing_support::fresh_directory("format");
  std::ofstream(directory / "a.dat") << "a,b\n1,2\n";
  EXPECT_EQ(drain(open_table(directory / "a.dat", {})).rows.size(), 1u);
  std::ofstream(directory / "old.csv") << "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
  const ReadOutcome old = drain(open_table(directory / "old.csv", {}));
  ASSERT_TRUE(old.open_error);
  EXPECT_NE(old.open_error->message.find(".xlsx"), std::string::npos);
  EXPECT_EQ(drain(open_table(directory / "absent.csv", {})).open_error->code, ErrorCode::kNotFound);
  EXPECT_EQ(drain(open_table(directory, {})).open_error->code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace minglu::table
