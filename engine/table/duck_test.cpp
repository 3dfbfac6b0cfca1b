#include "table/duck.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace minglu::table {
namespace {

std::filesystem::path fresh_directory(const std::string& name) {
  std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / ("minglu_duck_" + std::to_string(::getpid()) + "_" + name);
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

struct Memory {
  DuckDatabase database = DuckDatabase::open({}, {}).value();
  DuckConnection connection = database.connect().value();
  int64_t count(const std::string& sql) { return std::get<int64_t>(connection.query_value(sql).value()); }
};

TEST(Duck, BindsEveryKindOfValue) {
  Memory m;
  ASSERT_TRUE(m.connection.execute("CREATE TABLE t(b BOOLEAN, i BIGINT, d DOUBLE, s VARCHAR, day DATE)").ok());
  const Date day = base::date_from_civil({2019, 7, 14});
  auto insert = m.connection.query("INSERT INTO t VALUES (?,?,?,?,?), (NULL,NULL,NULL,NULL,NULL)",
                                   {true, int64_t{7}, 2.5, std::string("深圳市'\"企业"), day});
  ASSERT_TRUE(insert.ok()) << insert.error().message;
  auto result = m.connection.query("SELECT * FROM t ORDER BY i");
  ASSERT_TRUE(result.ok());
  DuckChunk chunk;
  ASSERT_TRUE(result.value().next(chunk).value());
  ASSERT_EQ(chunk.row_count(), 2u);
  EXPECT_TRUE(chunk.bools(0)[0]);
  EXPECT_EQ(chunk.int64s(1)[0], 7);
  EXPECT_EQ(chunk.doubles(2)[0], 2.5);
  EXPECT_EQ(chunk.text(3, 0), "深圳市'\"企业");
  EXPECT_EQ(chunk.dates(4)[0], day);
  for (size_t c = 0; c < 5; ++c) EXPECT_TRUE(chunk.is_null(c, 1));
  EXPECT_FALSE(result.value().next(chunk).value());
}

TEST(Duck, ReportsEveryFailure) {
  Memory m;
  EXPECT_EQ(m.connection.execute("SELEC 1").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(m.connection.query("SELECT * FROM absent").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(m.connection.query("SELECT ?", {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(m.connection.query("SELECT ?", {std::string("\xff")}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(m.connection.query_value("SELECT CAST('x' AS INTEGER)").error().code, ErrorCode::kInvalidArgument);
}

TEST(Duck, StreamsAResultLargerThanItsMemory) {
  auto database = DuckDatabase::open({}, {.threads = 1, .memory_limit = "64MB"}).value();
  auto connection = database.connect().value();
  auto result = connection.query("SELECT i, repeat('x', 200) FROM range(2000000) t(i)").value();
  DuckChunk chunk;
  size_t rows = 0;
  for (;;) {
    auto more = result.next(chunk);
    ASSERT_TRUE(more.ok()) << more.error().message;
    if (!more.value()) break;
    rows += chunk.row_count();
  }
  EXPECT_EQ(rows, 2000000u);
  EXPECT_FALSE(result.next(chunk).value());  // and again
}

TEST(Duck, NothingOutsideIsReachable) {
  const auto inside = fresh_directory("inside");
  const auto outside = fresh_directory("outside");
  std::ofstream(outside / "x.csv") << "a\n1\n";
  auto database = DuckDatabase::open(inside / "r.duckdb", {.allowed_directories = {inside}}).value();
  auto connection = database.connect().value();
  EXPECT_TRUE(connection.execute("CREATE TABLE t AS SELECT 1 AS a; CHECKPOINT").ok());
  EXPECT_TRUE(connection.execute("COPY t TO " + duck_quote_text((inside / "t.parquet").string())).ok());
  const std::string out = duck_quote_text((outside / "x.csv").string());
  EXPECT_EQ(connection.execute("SELECT * FROM read_csv(" + out + ")").error().code, ErrorCode::kPermissionDenied);
  EXPECT_FALSE(connection.execute("COPY t TO " + out).ok());
  EXPECT_FALSE(connection.execute("INSTALL excel").ok());
  EXPECT_FALSE(connection.execute("ATTACH " + duck_quote_text((outside / "o.duckdb").string())).ok());
  EXPECT_FALSE(connection.execute("SET memory_limit='20GB'").ok());
}

TEST(Duck, RefusesADamagedFileAndALockedOne) {
  const auto directory = fresh_directory("damaged");
  std::ofstream(directory / "bad.duckdb") << std::string(100000, 'x');
  EXPECT_EQ(DuckDatabase::open(directory / "bad.duckdb", {}).error().code, ErrorCode::kDataLoss);
  EXPECT_FALSE(DuckDatabase::open(directory / "absent" / "r.duckdb", {}).ok());
}

TEST(DuckAppender, AppendsRowsWithNulls) {
  Memory m;
  ASSERT_TRUE(
      m.connection.execute("CREATE TABLE t(i INTEGER, l BIGINT, d DOUBLE, s VARCHAR, day DATE, b BOOLEAN)").ok());
  auto appender = DuckAppender::create(m.connection, "t").value();
  for (int i = 0; i < 5000; ++i) {
    if (i % 3 != 0) { ASSERT_TRUE(appender.set_int32(0, i).ok()); }
    ASSERT_TRUE(appender.set_int64(1, int64_t{i} * 1000000007).ok());
    ASSERT_TRUE(appender.set_double(2, i / 4.0).ok());
    if (i % 2 == 0) { ASSERT_TRUE(appender.set_text(3, "企业名称第" + std::to_string(i) + "号").ok()); }
    ASSERT_TRUE(appender.set_date(4, Date{i}).ok());
    ASSERT_TRUE(appender.set_bool(5, i % 5 == 0).ok());
    ASSERT_TRUE(appender.end_row().ok());
  }
  ASSERT_TRUE(appender.finish().ok());
  EXPECT_EQ(m.count("SELECT count(*) FROM t"), 5000);
  EXPECT_EQ(m.count("SELECT count(i) FROM t"), 3333);
  EXPECT_EQ(m.count("SELECT count(s) FROM t WHERE s = '企业名称第' || (l // 1000000007) || '号'"), 2500);
  EXPECT_EQ(m.count("SELECT count(*) FROM t WHERE day = DATE '1970-01-01' + CAST(l // 1000000007 AS INTEGER)"), 5000);
  EXPECT_EQ(m.count("SELECT count(*) FROM t WHERE b"), 1000);
}

TEST(DuckAppender, AppendsColumnsInBulk) {
  Memory m;
  ASSERT_TRUE(m.connection.execute("CREATE TABLE t(i INTEGER, s VARCHAR, u VARCHAR)").ok());
  std::vector<int32_t> numbers;
  std::vector<uint8_t> valid;
  TextColumn texts;
  std::vector<std::string> more;
  for (int i = 0; i < 10001; ++i) {
    numbers.push_back(i);
    valid.push_back(i % 10 != 0);
    if (i % 7 == 0)
      texts.append_null();
    else
      texts.append("名录" + std::to_string(i));
    more.push_back(std::to_string(i));
  }
  auto appender = DuckAppender::create(m.connection, "t").value();
  const std::vector<DuckColumnView> views = {
      {std::span<const int32_t>(numbers), valid}, {&texts, {}}, {std::span<const std::string>(more), {}}};
  ASSERT_TRUE(appender.append_columns(views, 10001).ok());
  ASSERT_TRUE(appender.append_columns(views, 10).ok());
  ASSERT_TRUE(appender.finish().ok());
  EXPECT_EQ(m.count("SELECT count(*) FROM t"), 10011);
  EXPECT_EQ(m.count("SELECT count(i) FROM t"), 9000 + 9);
  EXPECT_EQ(m.count("SELECT count(*) FROM t WHERE s = '名录' || u"), 10001 - 1429 + 8);
}

TEST(DuckAppender, RefusesBadTextBeforeAnyRowIsLost) {
  Memory m;
  ASSERT_TRUE(m.connection.execute("CREATE TABLE t(s VARCHAR)").ok());
  auto appender = DuckAppender::create(m.connection, "t").value();
  ASSERT_TRUE(appender.set_text(0, "好").ok());
  ASSERT_TRUE(appender.end_row().ok());
  EXPECT_EQ(appender.set_text(0, "\xb9\xab").error().code, ErrorCode::kInvalidArgument);
  TextColumn bad;
  bad.append("a");
  bad.append("\xff");
  const std::vector<DuckColumnView> views = {{&bad, {}}};
  EXPECT_EQ(appender.append_columns(views, 2).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(appender.append_columns(views, 3).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(appender.set_int32(0, 1).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(appender.set_text(1, "x").error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(appender.finish().ok());
  EXPECT_EQ(m.count("SELECT count(*) FROM t"), 1);
  EXPECT_EQ(appender.end_row().error().code, ErrorCode::kFailedPrecondition);
}

TEST(DuckAppender, RefusesAnAbsentTableAndAForeignType) {
  Memory m;
  EXPECT_EQ(DuckAppender::create(m.connection, "absent").error().code, ErrorCode::kInvalidArgument);
  ASSERT_TRUE(m.connection.execute("CREATE TABLE t(l INTEGER[])").ok());
  EXPECT_EQ(DuckAppender::create(m.connection, "t").error().code, ErrorCode::kInvalidArgument);
}

TEST(DuckAppender, RolledBackLeavesNothing) {
  Memory m;
  ASSERT_TRUE(m.connection.execute("CREATE TABLE t(s VARCHAR); BEGIN").ok());
  {
    auto appender = DuckAppender::create(m.connection, "t").value();
    for (int i = 0; i < 3000; ++i) {
      ASSERT_TRUE(appender.set_text(0, "x").ok());
      ASSERT_TRUE(appender.end_row().ok());
    }
  }
  ASSERT_TRUE(m.connection.execute("ROLLBACK").ok());
  EXPECT_EQ(m.count("SELECT count(*) FROM t"), 0);
}

}  // namespace
}  // namespace minglu::table
