// The tables and views themselves, on rows written by hand.
#include "store/warehouse.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "store/warehouse_test_support.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

const codes::Fields& fields() {
  static const auto loaded = codes::Fields::load(fs::path(MINGLU_SOURCE_DIR) / "catalog");
  EXPECT_TRUE(loaded.ok());
  return *loaded;
}

uint16_t id(std::string_view code) { return fields().require(code).value; }

class WarehouseTables : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("minglu_warehouse_tables_" + std::to_string(::getpid()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    open();
  }
  void TearDown() override {
    warehouse_.reset();
    fs::remove_all(folder_);
  }
  void open() {
    warehouse_.reset();
    auto opened = Warehouse::open({folder_ / "warehouse.duckdb", fields(), "digest", "1", 2});
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    warehouse_ = std::make_unique<Warehouse>(std::move(opened).value());
  }
  std::vector<std::string> query(const std::string& table, const std::string& columns = "*") {
    return testing_support::rows_of(*warehouse_, table, columns);
  }
  struct Unit : UnitRow {
    Unit(uint64_t number, std::vector<UnitField> values) {
      head.unit = number;
      head.minted_seq = 1;
      fields = std::move(values);
      members.resize(1);
    }
  };
  struct Figure {
    uint64_t entity;
    uint64_t content;
    int32_t period;
    int32_t days;
    std::vector<int64_t> values;
    std::vector<uint8_t> valid;
  };
  RecordSegment segment(uint64_t seq, std::vector<std::string> names, const std::vector<Figure>& figures) {
    const fs::path path = folder_ / (std::to_string(seq) + ".seg");
    auto writer = RecordSegmentWriter::create(path, {seq, "tax", Date{0}, false, std::move(names), 0, 0});
    EXPECT_TRUE(writer.ok());
    for (const Figure& f : figures) writer->add_indicator({f.entity, f.content, f.period, f.days}, f.values, f.valid);
    EXPECT_TRUE(writer->finish().ok());
    auto opened = RecordSegment::open(path);
    EXPECT_TRUE(opened.ok());
    return std::move(opened).value();
  }
  fs::path folder_;
  std::unique_ptr<Warehouse> warehouse_;
};

Result<std::string_view> key_of(uint64_t entity) {
  if (entity == 1) return std::string_view("甲");
  if (entity == 2) return std::string_view("乙");
  return base::data_loss("no such entity");
}

const std::vector<WarehouseMember> kFirst{{"tax", "甲", Date{10}, Date{20}, std::nullopt}};
const std::vector<WarehouseMember> kSecond{{"tax", "乙", Date{11}, Date{21}, Date{30}}};

TEST_F(WarehouseTables, FieldsAreTypedAndWhatIsNotOfItsTypeIsKeptAsWritten) {
  auto tx = warehouse_->begin();
  ASSERT_TRUE(tx.ok());
  const Unit row(1, {{id("uscc"), 0, 1, false, false, "９１ＸＸ"},
                     {id("name"), 0, 1, true, false, "深圳市甲乙\"有限\"公司"},
                     {id("founded"), 0, 1, true, false, "2019-07-14"},
                     {id("capital"), 0, 1, true, false, "-9223372036854775808"},
                     {id("employees"), 0, 1, false, false, "十二人"},
                     {id("revenue"), 0, 1, false, false, "9223372036854775808"}});
  ASSERT_TRUE(tx->add_unit(3, row, kFirst).ok());
  EXPECT_EQ(tx->added(), (WarehouseRows{{"unit_member", 1}, {"unit_untrusted", 3}, {"unit_version", 1}}));
  ASSERT_TRUE(tx->commit({3, "hash"}).ok());
  EXPECT_EQ(
      query("unit", "unit_id, seq, minted_seq, sources, uscc, name, founded, capital, employees, revenue"),
      std::vector<std::string>{"(1, 3, 1, 1, ９１ＸＸ, '深圳市甲乙\"有限\"公司', 2019-07-14, -9223372036854775808, "
                               "NULL, NULL)"});
  EXPECT_EQ(query("unit_untrusted", "field, value"),
            (std::vector<std::string>{"(employees, 十二人)", "(revenue, 9223372036854775808)", "(uscc, ９１ＸＸ)"}));
  open();
  EXPECT_EQ(warehouse_->mark().applied_seq, 3U);
  EXPECT_EQ(warehouse_->mark().applied_hash, "hash");
  EXPECT_TRUE(warehouse_->remade_because().empty());
}

TEST_F(WarehouseTables, AFieldBeyondTheCatalogIsRefused) {
  auto tx = warehouse_->begin();
  ASSERT_TRUE(tx.ok());
  const Status status = tx->add_unit(1, Unit(1, {{9999, 0, 1, true, false, "x"}}), kFirst);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kFailedPrecondition);
}

TEST_F(WarehouseTables, ADroppedTransactionLeavesNothing) {
  {
    auto tx = warehouse_->begin();
    ASSERT_TRUE(tx.ok());
    for (uint64_t u = 1; u <= 5000; ++u) ASSERT_TRUE(tx->add_unit(1, Unit(u, {}), kFirst).ok());
    const RecordSegment figures = segment(1, {"tax_sales"}, {{1, 5, 202401, 100, {7}, {1}}});
    ASSERT_TRUE(tx->add_indicators(figures, key_of).ok());
  }
  open();
  EXPECT_EQ(warehouse_->mark().applied_seq, 0U);
  const auto rows = warehouse_->row_counts();
  ASSERT_TRUE(rows.ok());
  EXPECT_FALSE(rows->contains("indicator_tax"));
  for (const auto& [table, count] : *rows) EXPECT_EQ(count, 0U) << table;
}

TEST_F(WarehouseTables, AMergeMovesFiguresWithoutRewritingThem) {
  const RecordSegment figures =
      segment(1, {"tax_sales"}, {{1, 5, 202401, 100, {7}, {1}}, {2, 6, 202401, 100, {8}, {1}}});
  {
    auto tx = warehouse_->begin();
    ASSERT_TRUE(tx.ok());
    ASSERT_TRUE(tx->add_unit(2, Unit(1, {}), kFirst).ok());
    ASSERT_TRUE(tx->add_unit(2, Unit(2, {}), kSecond).ok());
    ASSERT_TRUE(tx->add_indicators(figures, key_of).ok());
    ASSERT_TRUE(tx->commit({2, "a"}).ok());
  }
  EXPECT_EQ(query("figure_tax", "unit_id, tax_sales"), (std::vector<std::string>{"(1, 7)", "(2, 8)"}));
  {
    auto tx = warehouse_->begin();
    ASSERT_TRUE(tx.ok());
    ASSERT_TRUE(tx->add_unit(3, Unit(1, {}), std::vector{kFirst[0], kSecond[0]}).ok());
    ASSERT_TRUE(tx->add_tombstone(3, {2, 1}).ok());
    ASSERT_TRUE(tx->commit({3, "b"}).ok());
  }
  EXPECT_EQ(query("figure_tax", "unit_id, tax_sales"), (std::vector<std::string>{"(1, 7)", "(1, 8)"}));
  EXPECT_EQ(query("unit", "unit_id, seq"), std::vector<std::string>{"(1, 3)"});
  EXPECT_EQ(query("member", "unit_id, key, last_seen, not_seen_since"),
            (std::vector<std::string>{"(1, 乙, 1970-01-22, 1970-01-31)", "(1, 甲, 1970-01-21, NULL)"}));
  EXPECT_EQ(query("indicator_tax").size(), 2U);
}

TEST_F(WarehouseTables, TheLastStatementOfAPeriodIsInForceAndNewFiguresGetColumns) {
  constexpr uint64_t kHigh = uint64_t{1} << 63;  // contents rank as unsigned numbers
  const RecordSegment first =
      segment(1, {"tax_sales"},
              {{1, 5, 202401, 100, {7}, {1}}, {1, kHigh, 202401, 100, {8}, {1}}, {1, 9, 202402, 100, {1}, {1}}});
  const RecordSegment second =
      segment(2, {"tax_paid", "tax_sales"}, {{1, 1, 202402, 101, {0, 2}, {0, 1}}, {1, 9, 202403, 101, {3, 0}, {1, 0}}});
  auto tx = warehouse_->begin();
  ASSERT_TRUE(tx.ok());
  ASSERT_TRUE(tx->add_unit(1, Unit(1, {}), kFirst).ok());
  ASSERT_TRUE(tx->add_indicators(first, key_of).ok());
  const Status added = tx->add_indicators(second, key_of);
  ASSERT_TRUE(added.ok()) << added.error().message;
  ASSERT_TRUE(tx->commit({2, "a"}).ok());
  EXPECT_EQ(query("figure_tax", "period, source_date, tax_sales, tax_paid"),
            (std::vector<std::string>{"(202401, 1970-04-11, 8, NULL)", "(202402, 1970-04-12, 2, NULL)",
                                      "(202403, 1970-04-12, NULL, 3)"}));
}

TEST_F(WarehouseTables, FiguresOfAnUnknownRecordStopTheTransaction) {
  auto tx = warehouse_->begin();
  ASSERT_TRUE(tx.ok());
  const Status status = tx->add_indicators(segment(1, {"tax_sales"}, {{3, 5, 202401, 100, {7}, {1}}}), key_of);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kDataLoss);
}

TEST_F(WarehouseTables, AnEmptyTransactionMovesTheMark) {
  auto tx = warehouse_->begin();
  ASSERT_TRUE(tx.ok());
  ASSERT_TRUE(tx->commit({7, "x"}).ok());
  EXPECT_FALSE(tx->commit({8, "y"}).ok());
  open();
  EXPECT_EQ(warehouse_->mark().applied_seq, 7U);
}

TEST_F(WarehouseTables, RemoveOfNothingIsFine) { EXPECT_TRUE(Warehouse::remove(folder_ / "none.duckdb").ok()); }

}  // namespace
}  // namespace minglu::store
