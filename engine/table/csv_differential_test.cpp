// The CSV reader against its slow twin, on generated files and at every read size.
#include <gtest/gtest.h>

#include "base/rng.hpp"
#include "reference/table/slow_csv.hpp"
#include "table/table_support.hpp"

namespace minglu::table {
namespace {

using testing_support::read_csv;
using testing_support::ReadOutcome;

std::string random_file(base::Rng& rng) {
  static const std::vector<std::string> parts = {"\"",   "\"\"", ",",   ",",      ",",      "\n", "\r\n", "\r", "a",
                                                 "深圳", " ",    "b\"", "\"x\",", ",\"y\n", "1",  "\n\n", "列", ";"};
  std::string out = "a,b,c" + std::string(rng.chance(0.5) ? "\n" : "\r\n");
  if (rng.chance(0.05)) out = "a,b,c\r";
  const bool cr_only = out.back() == '\r';
  const uint64_t count = rng.below(60);
  for (uint64_t i = 0; i < count; ++i) {
    std::string part = parts[rng.below(parts.size())];
    if (cr_only) std::replace(part.begin(), part.end(), '\n', 'n');
    out += part;
  }
  if (rng.chance(0.2)) out += cr_only ? "a,b,c\r" : "\na,b,c\n1,2,3";
  return out;
}

void expect_same(const std::string& text, size_t read_bytes) {
  ReadSpec spec{.encoding = "utf-8", .delimiter = ',', .header_row = 1, .read_buffer_bytes = read_bytes};
  const ReadOutcome fast = read_csv(text, spec);
  ASSERT_FALSE(fast.open_error) << fast.open_error->message << "\n" << ::testing::PrintToString(text);
  const auto slow = reference::SlowCsv(text, ',').rows({"a", "b", "c"});
  std::string codes;
  const auto add = [&](size_t row, const std::string& code) {
    codes += (codes.empty() ? "" : " ") + std::to_string(row) + ":" + code;
  };
  for (size_t i = 0; i < slow.size(); ++i) {
    if (!slow[i].fatal.empty()) {
      add(i + 1, slow[i].fatal + "!");
      continue;
    }
    if (slow[i].stray_quote) add(i + 1, "stray_quote");
    if (slow[i].short_row) add(i + 1, "ragged_row");
  }
  ASSERT_EQ(fast.codes(), codes) << "read_bytes " << read_bytes << "\n" << ::testing::PrintToString(text);
  ASSERT_EQ(fast.rows.size(), slow.size()) << ::testing::PrintToString(text);
  for (size_t i = 0; i < slow.size(); ++i) {
    ASSERT_EQ(fast.rows[i], slow[i].cells) << "row " << i + 1 << "\n" << ::testing::PrintToString(text);
    ASSERT_EQ(fast.row_numbers[i], i + 1);
  }
}

TEST(CsvDifferential, AgreesWithTheSlowTwinOnGeneratedFiles) {
  base::Rng rng(20261125);
  for (int i = 0; i < 30000; ++i) {
    expect_same(random_file(rng), 1 + rng.below(200));
    if (HasFatalFailure()) return;
  }
}

TEST(CsvDifferential, EveryReadSizeGivesTheSame) {
  base::Rng rng(7);
  for (int i = 0; i < 60; ++i) {
    const std::string text = random_file(rng);
    for (size_t read_bytes = 1; read_bytes <= 64; ++read_bytes) {
      expect_same(text, read_bytes);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace minglu::table
