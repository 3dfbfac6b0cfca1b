#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <vector>

#include "base/clock.hpp"
#include "base/date.hpp"
#include "base/file.hpp"
#include "base/hash.hpp"
#include "base/pipeline.hpp"
#include "base/rng.hpp"
#include "base/utf8.hpp"

namespace minglu::base {
namespace {

TEST(Date, RoundTripsAndRefusesImpossibleDays) {
  EXPECT_EQ(format_iso_date(*parse_iso_date("2019-07-14")), "2019-07-14");
  EXPECT_EQ(parse_iso_date("1970-01-02")->days, 1);
  EXPECT_FALSE(parse_iso_date("2023-02-29"));
  EXPECT_FALSE(parse_iso_date("2023-2-09"));
  EXPECT_TRUE(parse_iso_date("2024-02-29"));
}

TEST(Period, AddsMonthsAcrossYears) {
  EXPECT_EQ(add_months(Period{202512}, 1).yyyymm, 202601);
  EXPECT_EQ(add_months(Period{202601}, -1).yyyymm, 202512);
  EXPECT_EQ(format_iso_date(last_day_of(*parse_period("2024-02"))), "2024-02-29");
  EXPECT_FALSE(parse_period("202613"));
}

TEST(Utf8, DecodesHanAndRefusesBadBytes) {
  EXPECT_EQ(decode_utf8("深圳A"), U"深圳A");
  EXPECT_EQ(encode_utf8(U"深圳𠮷"), "深圳𠮷");
  EXPECT_FALSE(is_valid_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));
  EXPECT_EQ(decode_utf8("a\xFFz"), U"a\uFFFDz");
  EXPECT_EQ(count_code_points("深圳"), 2U);
}

TEST(Hash, Sha256KnownAnswer) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(hash64("a"), hash64("a", 1));
}

TEST(File, DurableWriteReadsBackAndLeavesNoPart) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("minglu_file_test_" + std::to_string(::getpid()));
  ASSERT_TRUE(write_file_durably(path, "甲").ok());
  EXPECT_EQ(*read_file(path), "甲");
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".part"));
  EXPECT_EQ(MappedFile::open(path)->bytes(), "甲");
  std::filesystem::remove(path);
  EXPECT_EQ(read_file(path).error().code, ErrorCode::kNotFound);
}

TEST(Pipeline, OrderIsThatOfProductionAtAnyWorkerCount) {
  for (size_t workers : {0U, 1U, 2U, 4U}) {
    int next = 0;
    std::vector<int> seen;
    const Status status = ordered_pipeline<int, int>(
        {.workers = workers, .in_flight_max = 3},
        [&]() -> Result<std::optional<int>> { return next < 200 ? std::optional<int>(next++) : std::nullopt; },
        [](int x) -> Result<int> { return x * 2; },
        [&](int x) -> Status {
          seen.push_back(x);
          return ok_status();
        });
    ASSERT_TRUE(status.ok());
    ASSERT_EQ(seen.size(), 200U);
    for (int i = 0; i < 200; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i * 2);
  }
}

TEST(Pipeline, FirstErrorStopsAndIsReturned) {
  int next = 0;
  const Status status = ordered_pipeline<int, int>(
      {.workers = 2, .in_flight_max = 3}, [&]() -> Result<std::optional<int>> { return std::optional<int>(next++); },
      [](int x) -> Result<int> { return x == 17 ? Result<int>(invalid_argument("17")) : Result<int>(x); },
      [](int) -> Status { return ok_status(); });
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "17");
}

TEST(Rng, SameSeedSameStream) {
  Rng a(7);
  Rng b(7);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(a.next(), b.next());
  for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(10), 10U);
}

TEST(Clock, FindsTheNextTimeOfDay) {
  const int64_t now = 1'700'000'000'000'000;
  for (const int minute : {0, 150, 1439}) {
    const int64_t next = next_local_time_us(now, minute);
    EXPECT_GT(next, now);
    EXPECT_LE(next - now, int64_t{25} * 3600 * 1'000'000);
    const std::time_t seconds = next / 1'000'000;
    std::tm local{};
    ::localtime_r(&seconds, &local);
    EXPECT_EQ(local.tm_hour * 60 + local.tm_min, minute);
    EXPECT_GT(next_local_time_us(next, minute), next);
  }
}

TEST(Hash128, SumsCarryAndComeBack) {
  const Hash128 big{UINT64_MAX, 7};
  const Hash128 one{1, 0};
  EXPECT_EQ(big + one, (Hash128{0, 8}));
  EXPECT_EQ(big + one - one, big);
  EXPECT_EQ(Hash128{} - one + one, Hash128{});
  EXPECT_EQ(parse_hash128(to_hex(big)), big);
  EXPECT_EQ(parse_hash128("0123456789abcdef0123456789abcdeg"), std::nullopt);
  EXPECT_EQ(parse_hash128("12"), std::nullopt);
}

}  // namespace
}  // namespace minglu::base
