// What the tests of explanations share: a few records of phone and text, and a model that has learned round figures.
// For tests only. Thread-safety: none needed.
// Rows are id, source, phone, note; the source "clean" names every unit once.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "match/records.hpp"
#include "match/wording.hpp"

namespace minglu::match::testing_support {

inline std::filesystem::path catalog() { return std::filesystem::path(MINGLU_SOURCE_DIR) / "catalog"; }

using Row = std::array<std::string, 4>;

inline table::RawBatch batch_of(const std::vector<Row>& rows) {
  table::RawBatch batch;
  batch.names = {"id", "source", "phone", "note"};
  batch.columns.resize(4);
  for (const Row& row : rows) {
    batch.row_numbers.push_back(batch.row_numbers.size() + 1);
    for (size_t at = 0; at < row.size(); ++at) batch.columns[at].append(row[at]);
  }
  return batch;
}

inline LearnedLevels levels_of(size_t count) {
  LearnedLevels levels;
  const auto rest = static_cast<double>(count - 1);
  for (size_t level = 0; level < count; ++level) {
    levels.m.push_back(level + 1 == count ? 0.7 : 0.3 / rest);
    levels.u.push_back(level == 0 ? 0.97 : 0.03 / rest);
    levels.rarity.push_back({});
  }
  return levels;
}

inline LinkModel model_of() {
  const auto model =
      parse_link_model(R"({"name": "测试 <1>", "id": "id", "source": "source", "clean_sources": ["clean"],
    "comparisons": [{"name": "电话", "kind": "phone", "columns": ["phone"]},
                    {"name": "说明", "kind": "text", "columns": ["note"]}]})");
  EXPECT_TRUE(model.ok());
  LinkModel out = *model;
  out.learned = LearnedModel{.prior = 0.01, .comparisons = {levels_of(4), levels_of(7)}, .dependences = {}};
  return out;
}

inline LanguageTables tables_of() {
  LanguageTables tables;
  auto chars = text::CharTables::load(catalog());
  EXPECT_TRUE(chars.ok());
  tables.chars = *chars;
  return tables;
}

/// `model` outlives the records.
inline Records records_of(const LinkModel& model, const std::vector<Row>& rows, const std::vector<Row>& rights = {}) {
  Records records(model, tables_of(), 1);
  EXPECT_TRUE(records.append(batch_of(rows), Side::kLeft).ok());
  if (!rights.empty()) { EXPECT_TRUE(records.append(batch_of(rights), Side::kRight).ok()); }
  records.finish();
  return records;
}

inline Wording wording_of(Language language) {
  auto wording = Wording::load(catalog(), language);
  EXPECT_TRUE(wording.ok());
  return *wording;
}

}  // namespace minglu::match::testing_support
