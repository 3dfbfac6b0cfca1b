// Results as a plain table: one row for every row of the data, in its order, and counts by library and reason.
// Column names are stable (docs/guide/cli.md) and the table is what --previous of the next period reads.
//
//   for (const std::string& name : result_columns()) ...
//   cells = result_cells(row, assessment, {wording, settings, period});
//
// Amounts are 万元, exact; ratios have four decimals, cut and never rounded up, so that 0.9999 is below the line.
// Pure, thread-safe. Cost: some ten microseconds a row, most of it words.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tiers/classify.hpp"
#include "tiers/unit_table.hpp"
#include "tiers/wording.hpp"

namespace minglu::tiers {

struct ResultContext {
  const Wording& wording;
  const Settings& settings;
  Period assessed;
};

const std::vector<std::string>& result_columns();
/// As many cells as result_columns(). A row with problems gives library REJECTED and its problems as reasons.
std::vector<std::string> result_cells(const UnitRow& row, const Assessment& assessment, const ResultContext& context);

/// The assessment of a row that cannot be used.
Assessment rejected(const UnitRow& row);

/// How many units; every map is by stable code, and absent codes were not met.
struct Summary {
  uint64_t rows = 0;
  uint64_t moved = 0;  // among rows with a previous result
  std::map<std::string, uint64_t> libraries;
  std::map<std::string, uint64_t> bands;
  std::map<std::string, uint64_t> sub_states;
  std::map<std::string, uint64_t> comparisons;
  std::map<std::string, uint64_t> proposals;
  std::map<std::string, uint64_t> lines;                              // by rule id, eligible or not
  std::map<std::string, uint64_t> reasons;                            // a unit counts once for each of its reasons
  std::map<std::string, std::map<std::string, uint64_t>> categories;  // 专业 -> library -> units
  void add(const UnitRow& row, const Assessment& assessment);
};

}  // namespace minglu::tiers
