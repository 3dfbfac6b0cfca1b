#include "store/packed_rows.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/rng.hpp"

namespace minglu::store {
namespace {

namespace fs = std::filesystem;

class PackedRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              (std::string("minglu_rows_") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Writes the rows, opens the file and reads every one of them back.
  void expect_round_trip(const std::vector<std::string>& rows) {
    const fs::path path = folder_ / "rows.seg";
    auto file = SectionFileWriter::create(path);
    ASSERT_TRUE(file.ok());
    auto writer = PackedRowsWriter::create(*file, "row");
    ASSERT_TRUE(writer.ok());
    for (const std::string& row : rows) ASSERT_TRUE(writer->add(row).ok());
    EXPECT_EQ(writer->row_count(), rows.size());
    ASSERT_TRUE(writer->finish().ok());
    ASSERT_TRUE(file->finish().ok());
    file_ = std::move(SectionFile::open(path)).value();
    ASSERT_TRUE(file_.verify().ok());
    packed_ = std::move(PackedRows::open(file_, "row")).value();
    std::string buffer;
    uint64_t at = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(writer->offset(i), at);
      const auto read = packed_.read(at, buffer);
      ASSERT_TRUE(read.ok());
      EXPECT_EQ(*read, rows[i]) << "row " << i;
      at = packed_.next(at).value();
      EXPECT_EQ(at, writer->offset(i) + writer->size(i));
    }
    EXPECT_EQ(at, packed_.byte_count());
  }

  fs::path folder_;
  SectionFile file_;
  PackedRows packed_;
};

std::vector<std::string> company_rows(size_t count) {
  base::Rng rng(7);
  const std::vector<std::string> places{"南山区", "福田区", "宝安区", "龙岗区"};
  std::vector<std::string> rows;
  for (size_t i = 0; i < count; ++i) {
    rows.push_back("91440300MA5" + std::to_string(rng.next() % 100'000'000) + "深圳市" +
                   std::to_string(rng.next() % 100'000) + "科技有限公司广东省深圳市" + places[rng.next() % 4] +
                   "粤海街道科苑路" + std::to_string(rng.next() % 300) + "号");
  }
  return rows;
}

TEST_F(PackedRowsTest, RowsComeBackAndTakeLessThanHalf) {
  const std::vector<std::string> rows = company_rows(30'000);
  expect_round_trip(rows);
  size_t bytes = 0;
  for (const std::string& row : rows) bytes += row.size();
  EXPECT_LT(packed_.byte_count(), bytes / 2);
}

TEST_F(PackedRowsTest, FewRowsAreKeptAsTheyAre) {
  expect_round_trip({"one", "", std::string(300, 'x'), std::string("\0\xFF", 2)});
  EXPECT_LT(file_.section("row_dict").value().size(), 8U);
  expect_round_trip({});
}

TEST_F(PackedRowsTest, EmptyLongAndAlienRowsAmongMany) {
  std::vector<std::string> rows = company_rows(20'000);
  rows.front() = "";
  rows.back() = "";
  base::Rng rng(11);
  std::string noise(200'000, ' ');
  for (char& byte : noise) byte = static_cast<char>(rng.next());
  rows[5'000] = noise;
  rows[19'000] = std::string(3'000'000, 'a');
  expect_round_trip(rows);
}

TEST_F(PackedRowsTest, RowsThatTeachNothingAreKept) {
  expect_round_trip(std::vector<std::string>(200'000, "a"));
  expect_round_trip(std::vector<std::string>(70'000, ""));
}

TEST_F(PackedRowsTest, WordsAreLearnedAnewWhereOtherRowsCome) {
  std::vector<std::string> rows = company_rows(1'100'000);
  for (size_t i = 0; i < 300'000; ++i) {
    rows.push_back("{\"record_number\": " + std::to_string(i * 7919) +
                   ", \"kind_of_record\": \"insured persons\", \"remark_of_the_clerk\": \"nothing was found\"}");
  }
  size_t bytes = 0;
  for (const std::string& row : rows) bytes += row.size();
  ASSERT_GT(bytes, size_t{130} << 20);
  expect_round_trip(rows);
  EXPECT_GT(file_.section("row_dict").value().size(), size_t{33} << 10);
}

TEST_F(PackedRowsTest, SameRowsGiveTheSameBytes) {
  const auto bytes_of = [&] {
    expect_round_trip(company_rows(20'000));
    return std::string(file_.section("row").value()) + std::string(file_.section("row_dict").value());
  };
  const std::string first = bytes_of();
  EXPECT_EQ(first, bytes_of());
}

TEST_F(PackedRowsTest, DamageIsSaid) {
  expect_round_trip(company_rows(20'000));
  std::string buffer;
  EXPECT_EQ(packed_.read(packed_.byte_count(), buffer).error().code, ErrorCode::kDataLoss);
  EXPECT_EQ(packed_.read(UINT64_MAX, buffer).error().code, ErrorCode::kDataLoss);
  size_t refused = 0;
  for (uint64_t offset = 1; offset < 2'000; ++offset) refused += packed_.read(offset, buffer).ok() ? 0 : 1;
  EXPECT_GT(refused, 1'500U);  // some offsets are those of rows
}

TEST_F(PackedRowsTest, ManyThreadsReadAtOnce) {
  const std::vector<std::string> rows = company_rows(20'000);
  expect_round_trip(rows);
  std::vector<uint64_t> offsets;
  for (uint64_t at = 0; at < packed_.byte_count(); at = packed_.next(at).value()) offsets.push_back(at);
  std::vector<std::thread> threads;
  std::vector<size_t> wrong(4, 0);
  for (size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      std::string buffer;
      for (size_t i = t; i < rows.size(); i += 3) wrong[t] += *packed_.read(offsets[i], buffer) == rows[i] ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const size_t count : wrong) EXPECT_EQ(count, 0U);
}

TEST(Varint, ComesBack) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{127}, uint64_t{128}, uint64_t{300}, UINT64_MAX}) {
    std::string text;
    append_varint(text, value);
    std::string_view rest = text;
    uint64_t back = 0;
    EXPECT_TRUE(take_varint(rest, back));
    EXPECT_EQ(back, value);
    EXPECT_TRUE(rest.empty());
    std::string_view cut = std::string_view(text).substr(0, text.size() - 1);
    EXPECT_FALSE(take_varint(cut, back));
  }
}

}  // namespace
}  // namespace minglu::store
