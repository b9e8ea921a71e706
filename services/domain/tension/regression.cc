#include "domain/tension/regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

namespace snp::domain {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

constexpr int kMaxRounds = 25;
constexpr double kTolerance = 1e-8;

Eigen::Map<const Matrix> View(const Design& design) { return {design.values.data(), design.rows(), design.columns}; }
Eigen::Map<const Vector> View(absl::Span<const double> values) { return {values.data(), static_cast<Eigen::Index>(values.size())}; }

std::vector<double> Values(const Vector& v) { return std::vector<double>(v.data(), v.data() + v.size()); }

double Deviance(const Vector& y, const Vector& mu, const Vector& w) {
  double sum = 0;
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    const double log_term = y[i] > 0 ? y[i] * std::log(y[i] / mu[i]) : 0;
    sum += 2 * w[i] * (log_term - (y[i] - mu[i]));
  }
  return sum;
}

}  // namespace

double LeastSquaresFit::At(absl::Span<const double> row) const { return View(row).dot(View(absl::MakeConstSpan(coefficients))); }

std::optional<LeastSquaresFit> FitLeastSquares(const Design& design, absl::Span<const double> response) {
  if (design.rows() <= design.columns) return std::nullopt;
  const auto x = View(design);
  const auto y = View(response);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(x);
  if (qr.rank() < design.columns) return std::nullopt;
  const Vector b = qr.solve(y);
  LeastSquaresFit fit;
  fit.coefficients = Values(b);
  fit.residual_sd = std::sqrt((y - x * b).squaredNorm() / static_cast<double>(design.rows() - design.columns));
  return fit;
}

Prediction PoissonFit::LogAt(absl::Span<const double> row) const {
  const auto n = static_cast<Eigen::Index>(coefficients.size());
  const auto x = View(row);
  const Eigen::Map<const Matrix> covariance(unscaled_covariance.data(), n, n);
  return {x.dot(View(absl::MakeConstSpan(coefficients))), std::sqrt(std::max(0.0, dispersion * x.dot(covariance * x)))};
}

double PoissonFit::SeOf(int column) const {
  const size_t n = coefficients.size();
  return std::sqrt(std::max(0.0, dispersion * unscaled_covariance[static_cast<size_t>(column) * (n + 1)]));
}

std::optional<PoissonFit> FitPoisson(const Design& design, absl::Span<const double> response, absl::Span<const double> weights) {
  const auto x = View(design);
  const Vector y = View(response);
  const Vector w = weights.empty() ? Vector::Ones(y.size()).eval() : Vector(View(weights));
  const auto used = (w.array() > 0).count();
  if (used <= design.columns) return std::nullopt;

  Vector mu = y.array() + 0.1;
  Vector eta = mu.array().log();
  Vector b;
  Matrix weighted;
  Eigen::MatrixXd normal;
  double deviance = Deviance(y, mu, w);
  bool converged = false;
  for (int round = 0; round < kMaxRounds && !converged; ++round) {
    const Vector root = (w.array() * mu.array()).sqrt();
    const Vector working = eta.array() + (y - mu).array() / mu.array();
    weighted = root.asDiagonal() * x;
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(weighted);
    if (qr.rank() < design.columns) return std::nullopt;
    b = qr.solve(Vector(root.asDiagonal() * working));
    // Where every response of a group is 0 the best predictor is minus infinity: stay where exp is a number.
    eta = (x * b).cwiseMax(-30.0).cwiseMin(30.0);
    mu = eta.array().exp();
    const double now = Deviance(y, mu, w);
    converged = std::abs(now - deviance) / (std::abs(now) + 0.1) < kTolerance;
    deviance = now;
  }
  if (!converged) return std::nullopt;

  const Vector last = (w.array() * mu.array()).sqrt();
  weighted = last.asDiagonal() * x;
  normal = (weighted.transpose() * weighted).inverse();
  if (!normal.allFinite() || !b.allFinite()) return std::nullopt;
  PoissonFit fit;
  fit.coefficients = Values(b);
  fit.fitted = Values(mu);
  fit.leverage = Values((weighted * normal).cwiseProduct(weighted).rowwise().sum());
  const double pearson = (w.array() * (y - mu).array().square() / mu.array()).sum();
  fit.dispersion = pearson / static_cast<double>(used - design.columns);
  const Matrix rows = normal;
  fit.unscaled_covariance.assign(rows.data(), rows.data() + rows.size());
  return fit;
}

}  // namespace snp::domain
