#include "domain/tension/farrington.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "domain/tension/regression.h"
#include "domain/tension/summary.h"

namespace snp::domain {
namespace {

// Of the past points that teach: their index and seasonal block (0: the window around the same week as t).
struct Taught {
  std::vector<int> points;
  std::vector<int> blocks;
};

// The window of each year is block 0; what lies between two windows is cut into noPeriods - 1 blocks, the earlier ones longer by one where it does
// not divide.
Taught PointsBefore(const FarringtonParams& params, int t) {
  constexpr int kUnused = -1;
  std::vector<int> block(static_cast<size_t>(t) + 1, kUnused);
  const int others = params.noPeriods - 1;
  for (int year = 1; year <= params.b; ++year) {
    const int centre = t - year * params.freq;
    for (int i = centre - params.w; i <= centre + params.w; ++i) block[static_cast<size_t>(i)] = 0;
    if (others == 0) continue;
    const int between = params.freq - 2 * params.w - 1;
    int i = centre + params.w + 1;
    for (int j = 0; j < others; ++j) {
      const int length = between / others + (j < between % others ? 1 : 0);
      for (int k = 0; k < length; ++k) block[static_cast<size_t>(i++)] = j + 1;
    }
  }
  for (int i = std::max(0, t - params.w); i <= t; ++i) block[static_cast<size_t>(i)] = 0;
  Taught taught;
  for (int i = 0; i < t - params.pastWeeksNotIncluded; ++i) {
    if (block[static_cast<size_t>(i)] == kUnused) continue;
    taught.points.push_back(i);
    taught.blocks.push_back(block[static_cast<size_t>(i)]);
  }
  return taught;
}

std::vector<double> Row(const FarringtonParams& params, bool trend, int years_from_t_in_points, int block) {
  std::vector<double> row{1};
  // Time in years, from t.
  if (trend) row.push_back(static_cast<double>(years_from_t_in_points) / params.freq);
  for (int j = 1; j < params.noPeriods; ++j) row.push_back(block == j ? 1 : 0);
  return row;
}

// Past outbreaks weigh less: points whose scaled Anscombe residual passes the threshold, by its inverse square.
std::vector<double> WeightsOf(const PoissonFit& fit, Series response, double phi, double threshold) {
  std::vector<double> weights;
  for (size_t i = 0; i < response.size(); ++i) {
    const double residual = 1.5 * (std::pow(response[i], 2.0 / 3) * std::pow(fit.fitted[i], -1.0 / 6) - std::sqrt(fit.fitted[i]));
    const double scaled = residual / std::sqrt(phi * std::max(1e-9, 1 - fit.leverage[i]));
    weights.push_back(scaled > threshold ? 1 / (scaled * scaled) : 1);
  }
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight *= static_cast<double>(weights.size()) / total;
  return weights;
}

struct Model {
  PoissonFit fit;
  double phi;
  bool trend;
};

std::optional<Model> FitModel(const FarringtonParams& params, const Taught& taught, Series response, int t, bool trend) {
  Design design;
  for (size_t i = 0; i < taught.points.size(); ++i) {
    const std::vector<double> row = Row(params, trend, taught.points[i] - t, taught.blocks[i]);
    design.columns = static_cast<int>(row.size());
    design.Add(row);
  }
  std::optional<PoissonFit> fit = FitPoisson(design, response);
  if (!fit) return trend ? FitModel(params, taught, response, t, false) : std::nullopt;
  const std::vector<double> weights = WeightsOf(*fit, response, std::max(1.0, fit->dispersion), params.weightsThreshold);
  fit = FitPoisson(design, response, weights);
  if (!fit) return trend ? FitModel(params, taught, response, t, false) : std::nullopt;
  const double phi = std::max(1.0, fit->dispersion);
  return Model{*std::move(fit), phi, trend};
}

Detection Judge(const FarringtonParams& params, Series counts, int t) {
  const auto recent = counts.subspan(static_cast<size_t>(t - params.min_cases_points + 1), static_cast<size_t>(params.min_cases_points));
  if (std::accumulate(recent.begin(), recent.end(), 0.0) < params.min_cases) return {};
  const Taught taught = PointsBefore(params, t);
  std::vector<double> response;
  for (const int i : taught.points) response.push_back(counts[static_cast<size_t>(i)]);
  std::optional<Model> model = FitModel(params, taught, response, t, params.trend);
  if (!model) return {};
  if (model->trend) {
    const double degrees = static_cast<double>(response.size() - model->fit.coefficients.size());
    const double p = StudentTwoSided(model->fit.coefficients[1] / model->fit.SeOf(1), degrees);
    const double mu = std::exp(model->fit.LogAt(Row(params, true, 0, 0)).value);
    const bool significant = params.pThresholdTrend >= 1 || p < params.pThresholdTrend;
    if (params.b < 3 || !significant || mu > *std::max_element(response.begin(), response.end())) {
      model = FitModel(params, taught, response, t, false);
      if (!model) return {};
    }
  }
  const Prediction log_mu = model->fit.LogAt(Row(params, model->trend, 0, 0));
  const double mu = std::exp(log_mu.value);
  const double se = mu * log_mu.se;  // Of mu, to first order.
  const double z = NormalQuantile(1 - params.alpha);
  const double upper = mu * std::pow(1 + 2.0 / 3 * z * std::sqrt(model->phi * mu + se * se) / mu, 1.5);
  if (!std::isfinite(upper) || !(upper > mu)) return {};
  const double y = counts[static_cast<size_t>(t)];
  const double score = (y - mu) / (upper - mu);
  return {mu, upper, score, score >= 1 && y > 0};
}

}  // namespace

absl::Status Validate(const FarringtonParams& params) {
  if (params.freq < 4 || params.freq > 366) return absl::InvalidArgumentError("freq: 4 to 366 points a year");
  if (params.b < 1 || params.b > 20) return absl::InvalidArgumentError("b: 1 to 20 years");
  if (params.w < 0 || params.w > (params.freq - 2) / 2)
    return absl::InvalidArgumentError("w: 0, or more as long as the window is shorter than a year");
  if (params.noPeriods < 1 || params.noPeriods - 1 > params.freq - 2 * params.w - 1) {
    return absl::InvalidArgumentError("noPeriods: 1, or up to one block a point outside of the window");
  }
  if (params.pastWeeksNotIncluded < params.w || params.pastWeeksNotIncluded >= params.freq) {
    return absl::InvalidArgumentError("pastWeeksNotIncluded: from w to below freq");
  }
  if (!(params.weightsThreshold > 0)) return absl::InvalidArgumentError("weightsThreshold: above 0");
  if (!(params.pThresholdTrend >= 0 && params.pThresholdTrend <= 1)) return absl::InvalidArgumentError("pThresholdTrend: 0 to 1");
  if (!(params.alpha > 0 && params.alpha < 0.5)) return absl::InvalidArgumentError("alpha: above 0, below 0.5");
  if (params.min_cases < 0) return absl::InvalidArgumentError("min_cases: not below 0");
  if (params.min_cases_points < 1 || params.min_cases_points > params.freq) return absl::InvalidArgumentError("min_cases_points: 1 to freq");
  return absl::OkStatus();
}

int HistoryOf(const FarringtonParams& params) { return params.b * params.freq + params.w; }

std::vector<Detection> FarringtonFlexible(const FarringtonParams& params, Series counts) {
  std::vector<Detection> detections(counts.size());
  for (size_t t = static_cast<size_t>(HistoryOf(params)); t < counts.size(); ++t) detections[t] = Judge(params, counts, static_cast<int>(t));
  return detections;
}

Detection FarringtonFlexibleLast(const FarringtonParams& params, Series counts) {
  if (counts.size() <= static_cast<size_t>(HistoryOf(params))) return {};
  return Judge(params, counts, static_cast<int>(counts.size()) - 1);
}

}  // namespace snp::domain
