// Analytic hierarchy process (层次分析法, Saaty 1980): weights from a matrix of paired comparisons.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "activity/weights/complete_rows.hpp"
#include "activity/weights/eigen.hpp"

namespace minglu::activity {
namespace {

constexpr std::array kParameters{
    ParameterDoc{"matrix", ParameterKind::kAny, "null",
                 "Square list of rows; cell (i, j) says how much more i matters than j; numbers or \"1/3\"; required"},
    ParameterDoc{"order", ParameterKind::kAny, "null", "Members in order of the rows; not set: order of the model"},
    ParameterDoc{"vector", ParameterKind::kChoice, "\"eigenvector\"", "eigenvector | geometric_mean | column_mean",
                 "eigenvector|geometric_mean|column_mean"},
    ParameterDoc{"consistency_max", ParameterKind::kNumber, "0.1", "A consistency ratio above it gives a note"},
};

// Mean consistency index of random matrices of order 1, 2, ... (Saaty; the table of the OECD/JRC Handbook).
constexpr std::array kRandomIndex{0.0,  0.0,  0.58, 0.9,  1.12, 1.24, 1.32, 1.41,
                                  1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59};
// Printed matrices round reciprocals: 3 beside 0.33.
constexpr double kReciprocalTolerance = 0.06;

/// 3, "3" or "1/3"; 0 for anything else.
double cell_of(const Json& cell) {
  if (cell.is_number()) return cell.get<double>();
  if (!cell.is_string()) return 0;
  const std::string text = cell.get<std::string>();
  const size_t slash = text.find('/');
  const double numerator = std::strtod(text.c_str(), nullptr);
  const double denominator = slash == std::string::npos ? 1.0 : std::strtod(text.c_str() + slash + 1, nullptr);
  return denominator > 0 ? numerator / denominator : 0.0;
}

Result<Matrix> matrix_of(const Json& json, const WeighInput& input) {
  const size_t order = input.members.size();
  const Error shape = model_error(
      "组 " + input.group + " 的判断矩阵应为 " + std::to_string(order) + " 阶、全部为正数",
      "group " + input.group + ": the matrix must be square of order " + std::to_string(order) + ", all above 0");
  if (!json.is_array() || json.size() != order) return shape;
  Matrix matrix;
  for (const Json& row : json) {
    if (!row.is_array() || row.size() != order) return shape;
    matrix.emplace_back();
    for (const Json& cell : row) matrix.back().push_back(cell_of(cell));
  }
  for (size_t i = 0; i < order; ++i) {
    for (size_t j = 0; j < order; ++j) {
      if (!(matrix[i][j] > 0) || !std::isfinite(matrix[i][j])) return shape;
      if (std::fabs(matrix[i][j] * matrix[j][i] - 1) <= kReciprocalTolerance) continue;
      const std::string at = "(" + std::to_string(i + 1) + "," + std::to_string(j + 1) + ")";
      return model_error("组 " + input.group + " 的判断矩阵在 " + at + " 处与其倒数不符",
                         "group " + input.group + ": cell " + at + " is not the reciprocal of its mirror");
    }
  }
  return matrix;
}

std::vector<double> times(const Matrix& matrix, const std::vector<double>& vector) {
  std::vector<double> product(vector.size(), 0.0);
  for (size_t i = 0; i < vector.size(); ++i) {
    for (size_t j = 0; j < vector.size(); ++j) product[i] += matrix[i][j] * vector[j];
  }
  return product;
}

std::vector<double> normed(std::vector<double> vector) {
  const double sum = std::accumulate(vector.begin(), vector.end(), 0.0);
  for (double& value : vector) value /= sum;
  return vector;
}

/// Power iteration; a positive matrix has one largest eigenvalue, so it converges.
std::vector<double> eigenvector(const Matrix& matrix) {
  std::vector<double> vector(matrix.size(), 1.0 / static_cast<double>(matrix.size()));
  for (int round = 0; round < 10000; ++round) {
    std::vector<double> next = normed(times(matrix, vector));
    double change = 0;
    for (size_t i = 0; i < next.size(); ++i) change = std::max(change, std::fabs(next[i] - vector[i]));
    vector = std::move(next);
    if (change < 1e-15) break;
  }
  return vector;
}

std::vector<double> mean_vector(const Matrix& matrix, bool geometric) {
  std::vector<double> vector(matrix.size(), 0.0);
  for (size_t j = 0; j < matrix.size(); ++j) {
    double column = 0;
    for (const std::vector<double>& row : matrix) column += row[j];
    for (size_t i = 0; i < matrix.size(); ++i) vector[i] += geometric ? std::log(matrix[i][j]) : matrix[i][j] / column;
  }
  if (geometric) {
    for (double& value : vector) value = std::exp(value / static_cast<double>(matrix.size()));
  }
  return normed(std::move(vector));
}

/// Place of every member in the rows of the matrix.
Result<std::vector<size_t>> places_of(const Json& order, const WeighInput& input) {
  std::vector<size_t> places(input.members.size());
  std::iota(places.begin(), places.end(), size_t{0});
  if (order.is_null()) return places;
  for (size_t at = 0; at < input.members.size(); ++at) {
    const auto found = std::find(order.begin(), order.end(), Json(input.members[at]));
    if (!order.is_array() || order.size() != places.size() || found == order.end()) {
      return model_error("组 " + input.group + " 的 order 应恰好列出全部成员，缺少 " + input.members[at],
                         "group " + input.group + ": order must list every member once; missing " + input.members[at]);
    }
    places[at] = static_cast<size_t>(found - order.begin());
  }
  return places;
}

Result<Weighing> weigh(const WeighInput& input, const Parameters& parameters, Notes& notes) {
  MINGLU_TRY(const Matrix matrix, matrix_of(parameters.any("matrix"), input));
  MINGLU_TRY(const std::vector<size_t> places, places_of(parameters.any("order"), input));
  const std::string kind = parameters.text("vector");
  const std::vector<double> vector =
      kind == "eigenvector" ? eigenvector(matrix) : mean_vector(matrix, kind == "geometric_mean");
  const std::vector<double> product = times(matrix, vector);
  const size_t order = matrix.size();
  double lambda = 0;
  for (size_t i = 0; i < order; ++i) lambda += product[i] / vector[i] / static_cast<double>(order);
  const double index = order < 2 ? 0.0 : (lambda - static_cast<double>(order)) / static_cast<double>(order - 1);
  const double random = kRandomIndex[std::min(order, kRandomIndex.size()) - 1];
  const double ratio = random > 0 ? index / random : 0.0;
  Weighing weighing;
  for (const size_t place : places) weighing.weights.push_back(vector[place]);
  const bool consistent = ratio <= parameters.number("consistency_max");
  weighing.details = {
      {"lambda_max", lambda}, {"consistency_index", index}, {"consistency_ratio", ratio}, {"consistent", consistent}};
  if (!consistent) {
    notes.push_back("组 " + input.group + " 的判断矩阵一致性比率 " + std::to_string(ratio) + " 过大，请复核 / group " +
                    input.group + ": consistency ratio " + std::to_string(ratio) + " is too large; review the matrix");
  }
  return weighing;
}

}  // namespace

const Weigher kAhp{{.name = "ahp",
                    .aliases = "saaty analytichierarchyprocess",
                    .title_zh = "层次分析法",
                    .summary = "Principal eigenvector of a matrix of paired comparisons, with its consistency ratio.",
                    .parameters = kParameters,
                    .example = R"({"method": "ahp", "order": ["a", "b"], "matrix": [[1, 3], ["1/3", 1]]})"},
                   false,
                   weigh};

}  // namespace minglu::activity
