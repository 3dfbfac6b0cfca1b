// What tests of scoring share: a table of columns by name, and scoring it with a model text and the catalog's presets.
// Nulls are NaN. A column whose name ends in "_base" holds the values of the base period of the indicator before the
// ending. Failures are Result errors, as in the library. Thread-safety: tests only.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "activity/score.hpp"

namespace minglu::activity {

using Columns = std::vector<std::vector<double>>;
using Table = std::map<std::string, std::vector<double>>;

/// catalog/activity/presets.json; defined in score_test.cpp.
std::string presets_text();

inline Result<Model> model_of(const std::string& text) { return parse_model(text, presets_text()); }

inline ActivityData data_of(const Model& model, const Table& table) {
  ActivityData data;
  data.rows = table.begin()->second.size();
  for (const Indicator& indicator : model.indicators) {
    IndicatorData column{.values = table.at(indicator.column)};
    if (!indicator.base_column.empty()) column.base = table.at(indicator.base_column);
    data.indicators.push_back(std::move(column));
  }
  data.capped.assign(model.caps.size(), std::vector<uint8_t>(data.rows, 0));
  return data;
}

inline Result<Scores> score_text(const std::string& text, const Table& table, const ScoreSpec& spec = {}) {
  MINGLU_TRY(const Model model, model_of(text));
  return score(model, data_of(model, table), spec);
}

/// Scores of a model with the one indicator x.
inline std::vector<double> normalised(const std::string& method, const Table& table, int direction = 1,
                                      const std::string& preset = "rulebook") {
  const std::string text = R"({"preset": ")" + preset + R"(", "indicators": [{"code": "x", "base_column": ")" +
                           (table.contains("x_base") ? "x_base" : "") + R"(", "direction": )" +
                           std::to_string(direction) + R"(, "normalise": )" + method + "}]}";
  const auto scores = score_text(text, table);
  EXPECT_TRUE(scores.ok()) << scores.error().message;
  return scores.ok() ? scores->normalised.front() : std::vector<double>();
}

inline void expect_near(const std::vector<double>& got, const std::vector<double>& wanted, double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (is_null(wanted[i])) {
      EXPECT_TRUE(is_null(got[i])) << i;
    } else {
      EXPECT_NEAR(got[i], wanted[i], tolerance) << i;
    }
  }
}

}  // namespace minglu::activity
