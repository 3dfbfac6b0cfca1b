// Reads the columns that a model of activity names out of any table file. Used by activity_flow; kept apart because it
// knows cells and files, and the flow does not.
// Errors: kInvalidArgument for a missing column (with the names that exist), an id that is empty or occurs twice.
// Memory: the columns of the model. Thread-safety: one call, one thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "activity/score.hpp"
#include "table/finding.hpp"

namespace minglu::flows {

struct ActivityTable {
  activity::ActivityData data;
  std::vector<table::Finding> findings;  // the first hundred
  uint64_t finding_count = 0;
};

/// `id_column` empty: the model's, else the first column of the file.
Result<ActivityTable> read_activity_table(const std::filesystem::path& path, const activity::Model& model,
                                          const std::string& id_column);

}  // namespace minglu::flows
