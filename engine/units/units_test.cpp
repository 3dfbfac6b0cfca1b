// The cleaners on the real registers beside the project (skipped when they are absent). Counts only; no row is printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>

#include "base/file.hpp"
#include "codes/catalog.hpp"
#include "units/dates.hpp"
#include "units/identifiers.hpp"
#include "units/internal/currency_names.hpp"
#include "units/money.hpp"

namespace minglu::units {
namespace {

namespace fs = std::filesystem;

std::vector<std::vector<std::string>> parse_csv(const std::string& bytes) {
  std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
  bool quoted = false;
  for (size_t i = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '"') {
      if (quoted && i + 1 < bytes.size() && bytes[i + 1] == '"')
        rows.back().back().push_back(bytes[++i]);
      else
        quoted = !quoted;
    } else if (!quoted && c == ',') {
      rows.back().emplace_back();
    } else if (!quoted && c == '\n') {
      rows.emplace_back(1);
    } else if (quoted || c != '\r') {
      rows.back().back().push_back(c);
    }
  }
  if (rows.back().size() == 1 && rows.back()[0].empty()) rows.pop_back();
  return rows;
}

using Counts = std::map<std::string, size_t>;  // flag code -> cells; "" = cells; "null", "untrusted"

Counts clean_column(const std::string& file, const std::string& column,
                    const std::function<Cleaned(std::string_view)>& clean) {
  Counts counts;
  const fs::path path = fs::path(MINGLU_SOURCE_DIR) / "../shared/data/registers" / file;
  const Result<std::string> bytes = base::read_file(path);
  if (!bytes.ok()) return counts;
  const auto rows = parse_csv(*bytes);
  const auto at = static_cast<size_t>(std::find(rows[0].begin(), rows[0].end(), column) - rows[0].begin());
  for (size_t i = 1; i < rows.size(); ++i) {
    if (at >= rows[i].size()) continue;
    const Cleaned cleaned = clean(rows[i][at]);
    ++counts[""];
    if (!cleaned.value) ++counts["null"];
    if (!cleaned.trusted) ++counts["untrusted"];
    for (const Flag& flag : cleaned.flags) ++counts[flag.code];
  }
  return counts;
}

class Registers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(fs::path(MINGLU_SOURCE_DIR) / "../shared/data/registers")) {
      GTEST_SKIP() << "the real registers (../shared/data/registers) are absent";
    }
  }
  static void print(const std::string& title, const Counts& counts) {
    std::string line = title + ":";
    for (const auto& [code, n] : counts) line += " " + (code.empty() ? "cells" : code) + "=" + std::to_string(n);
    RecordProperty(title, line);
    std::printf("%s\n", line.c_str());
  }
};

TEST_F(Registers, UsccsAreValidButForTheKnownTwo) {
  const Counts other = clean_column("reg_imh_gd_other.csv", "统一社会信用代码", clean_uscc);
  print("gd_other uscc", other);
  EXPECT_EQ(other.at("uscc_check_digit"), 2U);
  for (const char* file : {"reg_imh_sz.csv", "reg_new_sz_2019_0708.csv"}) {
    const Counts counts = clean_column(file, file[4] == 'i' ? "统一社会信用代码" : "uscc", clean_uscc);
    print(std::string(file) + " uscc", counts);
    EXPECT_EQ(counts.count("uscc_check_digit"), 0U);
    EXPECT_EQ(counts.count("untrusted"), 0U);
  }
}

TEST_F(Registers, RegistrationNumbersPassTheirCheck) {
  const Counts counts = clean_column("reg_new_sz_2019_0708.csv", "reg_no", clean_reg_no);
  print("new_sz reg_no", counts);
  EXPECT_EQ(counts.count("reg_no_format"), 0U);
}

TEST_F(Registers, EveryDateIsRead) {
  for (const char* file : {"reg_imh_sz.csv", "reg_imh_gd_other.csv"}) {
    const Counts counts = clean_column(file, "注册日期", clean_date);
    print(std::string(file) + " date", counts);
    EXPECT_EQ(counts.count("null"), 0U);
  }
}

TEST_F(Registers, CapitalIsReadUnlessItIsNoAmount) {
  const auto clean = [](std::string_view text) { return clean_money(text, MoneyUnit::kWanYuan); };
  const std::tuple<const char*, const char*, size_t> columns[] = {{"reg_imh_sz.csv", "注册资金", 2},
                                                                  {"reg_imh_gd_other.csv", "注册资金", 3},
                                                                  {"reg_new_sz_2019_0708.csv", "reg_capital", 0}};
  for (const auto& [file, column, unreadable] : columns) {
    const Counts counts = clean_column(file, column, clean);
    print(std::string(file) + " capital", counts);
    EXPECT_EQ(counts.contains("money_format") ? counts.at("money_format") : 0U, unreadable) << file;
  }
}

TEST(CompiledTables, EqualTheCatalog) {
  const Result<codes::Catalog> catalog = codes::Catalog::load(fs::path(MINGLU_SOURCE_DIR) / "catalog");
  ASSERT_TRUE(catalog.ok()) << catalog.error().message;
  const codes::CodeList& currencies = *catalog->list("currency");
  for (const internal::CurrencyName& word : internal::kCurrencyNames) {
    EXPECT_EQ(currencies.code_of_name_or_alias(word.name), word.code) << word.name;
  }
  for (const codes::CodeEntry& entry : currencies.entries()) {
    EXPECT_EQ(currency_code_of(entry.name), entry.code);
    for (const std::string& alias : entry.aliases) EXPECT_EQ(currency_code_of(alias), entry.code) << alias;
  }
  const codes::CodeList& categories = *catalog->list("uscc_category");
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  for (const char first : kAlphabet) {
    for (const char second : kAlphabet) {
      // The last character is found by trial, so that only the category can be wrong.
      const std::string pair = {first, second};
      for (const char check : kAlphabet) {
        const std::string uscc = pair + "440300192203821" + check;
        if (!is_valid_uscc(uscc)) continue;
        EXPECT_EQ(has_flag(clean_uscc(uscc), "uscc_category"), !categories.contains(pair)) << pair;
      }
    }
  }
}

}  // namespace
}  // namespace minglu::units
