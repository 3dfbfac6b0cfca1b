// What the tests of linkage share: tables of the language, one pair of texts compared, records out of rows of text.
//
//   linkage_test::expect_levels(Kind::kDate, {{"1990-03-05", "1990-05-03", "one slip"}});
//
// For tests only; names in their rows are invented. Thread-safety: none needed.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codes/catalog_file.hpp"
#include "match/comparison.hpp"
#include "match/link_model.hpp"
#include "match/records.hpp"

namespace minglu::match::linkage_test {

inline const LanguageTables& tables() {
  static const LanguageTables loaded = LanguageTables::load(codes::catalog_directory()).value();
  return loaded;
}

/// Outcome for two texts, both ways; `background` gives words their rarity. Level "missing" when nothing is left of
/// one.
struct Compared {
  std::string_view forth = "missing";
  std::string_view back = "missing";
  Verdict verdict = Verdict::kNone;
  Verdict verdict_back = Verdict::kNone;
};

inline Outcome compare_one(const Comparison& comparison, uint32_t left, uint32_t right) {
  CompareScratch scratch;
  Outcome outcome;
  comparison.compare(left, std::span(&right, 1), std::span(&outcome, 1), scratch);
  return outcome;
}

inline Compared compare_texts(Kind kind, std::string_view left, std::string_view right,
                              const std::vector<std::string_view>& background = {}) {
  const auto comparison = make_comparison(kind, tables());
  for (const std::string_view text : background) comparison->add(text);
  const uint32_t a = comparison->add(left);
  const uint32_t b = comparison->add(right);
  comparison->freeze();
  if (a == 0 || b == 0) return {};
  const Outcome forth = compare_one(*comparison, a, b);
  const Outcome back = compare_one(*comparison, b, a);
  return {comparison->levels()[forth.level].name, comparison->levels()[back.level].name, forth.verdict, back.verdict};
}

/// A line of a table of pairs; level "missing" when nothing is left of either text.
struct PairCase {
  std::string_view left;
  std::string_view right;
  std::string_view level;
  Verdict verdict = Verdict::kNone;
};

inline void expect_levels(Kind kind, const std::vector<PairCase>& cases,
                          const std::vector<std::string_view>& background = {}) {
  for (const PairCase& c : cases) {
    const auto compared = compare_texts(kind, c.left, c.right, background);
    EXPECT_EQ(compared.forth, c.level) << c.left << " | " << c.right;
    EXPECT_EQ(compared.back, c.level) << c.right << " | " << c.left;
    EXPECT_EQ(compared.verdict, c.verdict) << c.left << " | " << c.right;
    EXPECT_EQ(compared.verdict_back, c.verdict) << c.right << " | " << c.left;
  }
}

using Rows = std::vector<std::vector<std::string>>;

/// A batch of rows with the given columns; the cells a short row lacks are null.
inline table::RawBatch batch_of(const std::vector<std::string>& names, const Rows& rows) {
  table::RawBatch batch;
  batch.names = names;
  batch.columns.resize(names.size());
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t at = 0; at < names.size(); ++at) {
      at < rows[row].size() ? batch.columns[at].append(rows[row][at]) : batch.columns[at].append_null();
    }
    batch.row_numbers.push_back(row + 1);
  }
  return batch;
}

/// Records of one file. `model` must outlive them.
inline Records records_of(const LinkModel& model, const std::vector<std::string>& names, const Rows& rows,
                          size_t threads = 1) {
  Records records(model, tables(), threads);
  EXPECT_TRUE(records.append(batch_of(names, rows), Side::kLeft).ok());
  records.finish();
  return records;
}

/// Records of two files with equal columns.
inline Records records_of_two(const LinkModel& model, const std::vector<std::string>& names, const Rows& left,
                              const Rows& right, size_t threads = 1) {
  Records records(model, tables(), threads);
  EXPECT_TRUE(records.append(batch_of(names, left), Side::kLeft).ok());
  EXPECT_TRUE(records.append(batch_of(names, right), Side::kRight).ok());
  records.finish();
  return records;
}

}  // namespace minglu::match::linkage_test
