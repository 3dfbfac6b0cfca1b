// The data that objective weight methods share: the rows where every member has a value, column by column, and their
// min-max scores with the direction taken into account. Nulls are gone afterwards.
// Errors: kInvalidArgument when fewer than two such rows are left. Cost: a copy of the rows. Thread-safety: pure.
#pragma once

#include <vector>

#include "activity/weights/weigher.hpp"

namespace minglu::activity {

using Columns = std::vector<std::vector<double>>;

Result<Columns> complete_rows(const WeighInput& input);
/// 0..1 with 1 the better end; a column of equal values becomes 0.5 throughout.
Columns minmax_scores(const Columns& columns, const std::vector<int>& directions);
/// Pearson correlations; 0 beside a column of equal values, 1 on the diagonal.
std::vector<std::vector<double>> correlations(const Columns& columns);
/// Divides by the sum. kInvalidArgument, naming the group, when that is 0: no member tells units apart.
Result<std::vector<double>> shares(std::vector<double> values, const std::string& group);

}  // namespace minglu::activity
