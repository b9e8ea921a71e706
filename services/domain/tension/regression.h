// The two regressions that detectors are built on. Linear algebra is Eigen's; the quasi-Poisson fit is ours, since no packaged C++ library has one.
#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace snp::domain {

// A design matrix, row after row. Invariant: values.size() is a multiple of columns.
struct Design {
  int columns = 1;
  std::vector<double> values;
  int rows() const { return static_cast<int>(values.size()) / columns; }
  void Add(absl::Span<const double> row) { values.insert(values.end(), row.begin(), row.end()); }
};

// Of a linear predictor x'b at one point.
struct Prediction {
  double value = 0;
  double se = 0;  // Standard error of `value`, dispersion included.
};

struct LeastSquaresFit {
  std::vector<double> coefficients;
  double residual_sd = 0;  // n - p degrees of freedom.
  double At(absl::Span<const double> row) const;
};

// Ordinary least squares. nullopt when there are no more rows than columns or the columns depend on each other.
std::optional<LeastSquaresFit> FitLeastSquares(const Design& design, absl::Span<const double> response);

// Quasi-Poisson generalised linear model, log link: log E(y) = x'b, Var(y) = dispersion x E(y).
struct PoissonFit {
  std::vector<double> coefficients;
  std::vector<double> fitted;    // E(y) of each row.
  std::vector<double> leverage;  // Diagonal of the hat matrix.
  // Pearson's chi-square over n - p (rows of weight 0 not counted).
  double dispersion = 1;
  // (X'WX)^-1, row after row: times dispersion, the covariance of the coefficients.
  std::vector<double> unscaled_covariance;

  // Of log E(y).
  Prediction LogAt(absl::Span<const double> row) const;
  // Standard error of one coefficient.
  double SeOf(int column) const;
};

// Iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5) with R's start (y + 0.1) and rule of convergence: 25 rounds, a relative
// change of the deviance below 1e-8. `weights`: prior weights, empty for all 1. nullopt when it does not converge, when there are no more rows than
// columns, or when the columns depend on each other. Precondition: responses and weights are finite and not negative.
std::optional<PoissonFit> FitPoisson(const Design& design, absl::Span<const double> response, absl::Span<const double> weights = {});

}  // namespace snp::domain
