// Scores a plain file with a model of activity, without a register: reads, scores, writes.
//
//   MINGLU_TRY(ActivityFlowReport r, score_file({.catalog = c, .model = "m.json", .data = "d.csv", .out = "s.csv"}));
//
// The data are any table file with a header; the model names the columns. A cell may hold a number ("1,234.5",
// full-width digits), or NOT_LINKED, ZERO, NOT_APPLICABLE; an empty cell, NA, N/A, NaN, null, "..", "-" or "—" means
// what the indicator's "missing" says (NOT_LINKED unless stated). Any other cell is a finding and counts as NOT_LINKED.
// Result columns: id, score, rank, grade, coverage, one "group:CODE" per group below the top, and with `detail` one
// "indicator:CODE" per indicator; in order of the data. A null is an empty cell.
// Errors: kInvalidArgument (model, missing column, an id that is empty or occurs twice, no rows, what scoring refuses),
// kNotFound for a file. Nothing is written then. Every row in is a row out. One call, one thread plus spec.threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "activity/score.hpp"
#include "table/finding.hpp"

namespace minglu::flows {

struct ActivityFlowSpec {
  std::filesystem::path catalog;
  std::filesystem::path model;
  std::filesystem::path data;
  std::filesystem::path out;
  std::filesystem::path statistics;      // frozen statistics to use; empty: compute new ones
  std::filesystem::path statistics_out;  // where to write what was computed; empty: not written
  std::string id_column;                 // wins over the model's; empty: the model's, else the first column
  bool detail = false;
  size_t threads = 1;
};

struct ActivityFlowReport {
  activity::Model model;
  activity::Scores scores;
  uint64_t rows = 0;
  uint64_t scored = 0;
  std::map<std::string, uint64_t> grades;
  std::vector<table::Finding> findings;  // the first hundred
  uint64_t finding_count = 0;
  double read_seconds = 0;
  double score_seconds = 0;
  double write_seconds = 0;
};

Result<ActivityFlowReport> score_file(const ActivityFlowSpec& spec);

}  // namespace minglu::flows
