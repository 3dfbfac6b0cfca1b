#include "activity/weights/eigen.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assert.hpp"

namespace minglu::activity {
namespace {

constexpr int kSweepsMax = 100;
constexpr int kRotationsMax = 1000;
constexpr double kConverged = 1e-15;

/// Turns rows and columns p, q so that matrix[p][q] becomes 0.
void rotate(Matrix& matrix, Matrix& vectors, size_t p, size_t q) {
  if (matrix[p][q] == 0) return;
  const double theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q]);
  const double t = (theta >= 0 ? 1.0 : -1.0) / (std::fabs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  const double s = t * c;
  for (size_t k = 0; k < matrix.size(); ++k) {
    const double kp = matrix[k][p];
    const double kq = matrix[k][q];
    matrix[k][p] = c * kp - s * kq;
    matrix[k][q] = s * kp + c * kq;
  }
  for (size_t k = 0; k < matrix.size(); ++k) {
    const double pk = matrix[p][k];
    const double qk = matrix[q][k];
    matrix[p][k] = c * pk - s * qk;
    matrix[q][k] = s * pk + c * qk;
    const double vp = vectors[k][p];
    const double vq = vectors[k][q];
    vectors[k][p] = c * vp - s * vq;
    vectors[k][q] = s * vp + c * vq;
  }
}

double off_diagonal(const Matrix& matrix) {
  double sum = 0;
  for (size_t i = 0; i < matrix.size(); ++i) {
    for (size_t j = 0; j < i; ++j) sum += matrix[i][j] * matrix[i][j];
  }
  return sum;
}

/// Turns two factors by the angle that makes their squared loadings most uneven; true when that was no turn at all.
bool turn(Matrix& loadings, size_t a, size_t b) {
  const auto rows = static_cast<double>(loadings.size());
  double sum_u = 0;
  double sum_v = 0;
  double numerator = 0;
  double denominator = 0;
  for (const std::vector<double>& row : loadings) {
    const double u = row[a] * row[a] - row[b] * row[b];
    const double v = 2 * row[a] * row[b];
    sum_u += u;
    sum_v += v;
    numerator += 2 * u * v;
    denominator += u * u - v * v;
  }
  numerator -= 2 * sum_u * sum_v / rows;
  denominator -= (sum_u * sum_u - sum_v * sum_v) / rows;
  const double angle = std::atan2(numerator, denominator) / 4;
  if (std::fabs(angle) < 1e-12) return true;
  for (std::vector<double>& row : loadings) {
    const double x = row[a];
    const double y = row[b];
    row[a] = x * std::cos(angle) + y * std::sin(angle);
    row[b] = y * std::cos(angle) - x * std::sin(angle);
  }
  return false;
}

}  // namespace

Eigen symmetric_eigen(Matrix matrix) {
  const size_t n = matrix.size();
  Matrix vectors(n, std::vector<double>(n, 0.0));
  for (size_t i = 0; i < n; ++i) {
    MINGLU_ASSERT(matrix[i].size() == n);
    vectors[i][i] = 1;
  }
  for (int sweep = 0; sweep < kSweepsMax && off_diagonal(matrix) > kConverged * kConverged; ++sweep) {
    for (size_t p = 0; p < n; ++p) {
      for (size_t q = p + 1; q < n; ++q) rotate(matrix, vectors, p, q);
    }
  }
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return matrix[a][a] > matrix[b][b]; });
  Eigen eigen{.values = {}, .vectors = vectors};
  for (size_t k = 0; k < n; ++k) {
    eigen.values.push_back(matrix[order[k]][order[k]]);
    double largest = 0;
    for (size_t i = 0; i < n; ++i) {
      if (std::fabs(vectors[i][order[k]]) > std::fabs(largest)) largest = vectors[i][order[k]];
    }
    for (size_t i = 0; i < n; ++i) eigen.vectors[i][k] = vectors[i][order[k]] * (largest < 0 ? -1.0 : 1.0);
  }
  return eigen;
}

Matrix varimax(Matrix loadings) {
  std::vector<double> lengths;
  for (std::vector<double>& row : loadings) {
    double square = 0;
    for (const double value : row) square += value * value;
    lengths.push_back(square > 0 ? std::sqrt(square) : 1.0);
    for (double& value : row) value /= lengths.back();
  }
  bool settled = false;
  for (int round = 0; round < kRotationsMax && !settled; ++round) {
    settled = true;
    for (size_t a = 0; a + 1 < loadings.front().size(); ++a) {
      for (size_t b = a + 1; b < loadings.front().size(); ++b) settled = turn(loadings, a, b) && settled;
    }
  }
  for (size_t row = 0; row < loadings.size(); ++row) {
    for (double& value : loadings[row]) value *= lengths[row];
  }
  return loadings;
}

}  // namespace minglu::activity
