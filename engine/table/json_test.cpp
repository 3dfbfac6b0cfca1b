#include <gtest/gtest.h>

#include "table/table_support.hpp"

namespace minglu::table {
namespace {

using testing_support::Cells;
using testing_support::drain;
using testing_support::ReadOutcome;

ReadOutcome read_json(const std::string& text, ReadSpec spec = {}) {
  return drain(internal::open_json(internal::ByteSource::from_memory(text), spec, false));
}
ReadOutcome read_ndjson(const std::string& text, ReadSpec spec = {}) {
  return drain(internal::open_json(internal::ByteSource::from_memory(text), spec, true));
}

TEST(Json, EveryKindOfValue) {
  const ReadOutcome out = read_json(R"([
    {"名称":"深圳\u5e02\n\"甲\"","代码":914403001234567890,"a":{"b":1.50,"c":{"d":true}},"t":["x",2,null],"n":null},
    {"名称":"","t":[],"o":[{"k":1}, [2]],"e":{}, "代码":-0.5e+10}])");
  EXPECT_FALSE(out.open_error);
  EXPECT_EQ(out.names, (std::vector<std::string>{"名称", "代码", "a.b", "a.c.d", "t", "n", "o", "e"}));
  const auto null = std::nullopt;
  EXPECT_EQ(out.rows,
            (std::vector<Cells>{{"深圳市\n\"甲\"", "914403001234567890", "1.50", "true", "x|2|", null, null, null},
                                {"", "-0.5e+10", null, null, null, null, "[{\"k\":1}, [2]]", null}}));
  EXPECT_EQ(out.codes(), "");
}

TEST(Json, EveryReadSizeGivesTheSame) {
  const std::string text =
      R"({"meta":{"x":[1,2]},"data":{"rows":[{"a":"深\u5733 \"x\" ]}","b":[1,"|"]},{"a":null}]},"z":[{"q":1}]})";
  for (size_t read_bytes = 1; read_bytes <= 64; ++read_bytes) {
    const ReadOutcome out = read_json(text, {.record_path = "data/rows", .read_buffer_bytes = read_bytes});
    ASSERT_FALSE(out.open_error) << out.open_error->message;
    EXPECT_EQ(out.rows, (std::vector<Cells>{{"深圳 \"x\" ]}", "1||"}, {std::nullopt, std::nullopt}}));
    EXPECT_EQ(out.codes(), "1:array_separator");
    EXPECT_FALSE(out.read_error);
  }
}

TEST(Json, FindsTheRecordsByItself) {
  EXPECT_EQ(read_json(R"({"code":0,"tags":["x"],"data":{"total":1,"list":[{"a":1},{"a":2}]}})").rows.size(), 2u);
  EXPECT_EQ(read_json(R"({"a":{"b":1}})", {.record_path = "a"}).rows, (std::vector<Cells>{{"1"}}));
  EXPECT_TRUE(read_json(R"({"a":{"b":1}})").open_error);
  EXPECT_TRUE(read_json(R"({"a":[{"b":1}]})", {.record_path = "x"}).open_error);
  EXPECT_TRUE(read_json("[1,2]").open_error);
  EXPECT_TRUE(read_json("[]").open_error);
  EXPECT_TRUE(read_json("").open_error);
  EXPECT_TRUE(read_json("hello").open_error);
  EXPECT_TRUE(read_json("{").open_error);
  EXPECT_TRUE(read_json(R"({"a":})").open_error);
}

TEST(Json, ABadRecordCostsItselfOnly) {
  const ReadOutcome out = read_json(R"([{"a":1},{"a":tru},{"a":01},5,{"a":"\ud800x"},{"a":"x\u0000y"},{"a":2,"a":3}])");
  EXPECT_EQ(out.codes(), "2:bad_json! 3:bad_json! 4:bad_json! 5:bad_escape 6:nul_byte 7:duplicate_key");
  EXPECT_EQ(out.rows.size(), 7u);
  EXPECT_EQ(out.rows[5], (Cells{"xy"}));
  EXPECT_EQ(out.rows[6], (Cells{"2"}));
}

TEST(Json, ATruncatedFileGivesItsWholeRowsThenFails) {
  for (const std::string text :
       {R"([{"a":1},{"a":2},{"a":)", R"([{"a":1},{"a":2})", R"([{"a":1},{"a":2},)", R"({"d":[{"a":1},{"a":2}])",
        R"([{"a":1},{"a":2}] x)", R"([{"a":1},{"a":2} {"a":3}])"}) {
    const ReadOutcome out = read_json(text);
    EXPECT_EQ(out.rows.size(), 2u) << text;
    ASSERT_TRUE(out.read_error) << text;
    EXPECT_EQ(out.read_error->code, ErrorCode::kDataLoss);
    EXPECT_NE(out.read_error->message.find("record 2"), std::string::npos);
  }
}

TEST(Json, DepthAndLengthAreBounded) {
  const std::string deep = "[{\"a\":1},{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}]";
  EXPECT_EQ(read_json(deep).codes(), "2:too_deep!");
  std::string nest = "[{\"a\":1},";
  for (int i = 0; i < 100; ++i) nest += "{\"a\":";
  EXPECT_EQ(read_json(nest + "1" + std::string(100, '}') + "]").codes(), "2:too_deep!");
  EXPECT_TRUE(read_json(std::string(100000, '{')).open_error);
  std::string path;
  for (int i = 0; i < 100; ++i) path += "{\"a\":";
  EXPECT_TRUE(read_json(path).open_error);
  const std::string wide =
      "[{\"a\":1},{\"a\":\"" + std::string(5000, 'x') + "\"},{\"a\":\"" + std::string(500, 'x') + "\"}]";
  EXPECT_EQ(read_json(wide, {.limits = {.cell_bytes_max = 400, .row_bytes_max = 1000}}).codes(),
            "2:row_too_long! 3:cell_too_long!");
}

TEST(Json, KeysSeenLateAreReportedOnce) {
  std::string text = "[";
  for (int i = 0; i < 1000; ++i) text += "{\"a\":1},";
  text += R"({"a":1,"b":2},{"b":3}])";
  const ReadOutcome out = read_json(text);
  EXPECT_EQ(out.names.size(), 1u);
  EXPECT_EQ(out.codes(), "1001:unknown_key");
  EXPECT_EQ(out.rows.size(), 1002u);
}

TEST(Ndjson, ABadLineCostsItselfOnly) {
  const ReadOutcome out = read_ndjson(
      "{\"a\":1}\r\n\n{\"a\":\n{\"a\":\"\xB9\xFF深圳深圳\"}\n[1]\n{\"a\":2} x\n{\"a\":\"深圳市龙岗区龙城街道\"}");
  EXPECT_EQ(out.codes(), "2:bad_json! 3:bad_encoding! 4:bad_json! 5:bad_json!");
  ASSERT_EQ(out.rows.size(), 6u);
  EXPECT_EQ(out.rows[5], (Cells{"深圳市龙岗区龙城街道"}));
}

TEST(Ndjson, LongLinesAreSkipped) {
  const std::string text = "{\"a\":1}\n{\"a\":\"" + std::string(5000, 'x') + "\"}\n{\"a\":2}\n";
  for (const size_t read_bytes : {size_t{1}, size_t{100}, size_t{1} << 20}) {
    const ReadOutcome out = read_ndjson(text, {.read_buffer_bytes = read_bytes, .limits = {.row_bytes_max = 1000}});
    EXPECT_EQ(out.codes(), "2:row_too_long!");
    EXPECT_EQ(out.rows.size(), 3u);
  }
}

}  // namespace
}  // namespace minglu::table
