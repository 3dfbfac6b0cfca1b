// Eigenvalues of small symmetric matrices (Jacobi rotations) and varimax rotation of loadings, for weights by factors.
//
//   Eigen e = symmetric_eigen(correlations(columns));   // e.values descending; column k of vectors belongs to
//   values[k]
//
// Deterministic: rotations run in a fixed order; each vector's largest entry is positive. Cost: O(n^3) a sweep, some
// ten sweeps. Preconditions are asserted: square, symmetric. Thread-safety: pure.
#pragma once

#include <vector>

namespace minglu::activity {

using Matrix = std::vector<std::vector<double>>;

struct Eigen {
  std::vector<double> values;  // descending
  Matrix vectors;              // vectors[row][k]
};

Eigen symmetric_eigen(Matrix matrix);
/// Varimax with Kaiser's row normalisation: loadings[row][factor], rotated.
Matrix varimax(Matrix loadings);

}  // namespace minglu::activity
