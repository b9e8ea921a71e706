// Summaries of a sample, and the two distributions that thresholds are read from.
#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"

namespace snp::domain {

// nullopt for an empty sample.
std::optional<double> Mean(absl::Span<const double> sample);
// Sample standard deviation (n - 1); nullopt below two values.
std::optional<double> SampleSd(absl::Span<const double> sample);
// The middle value, or the mean of the two middle ones; nullopt for an empty sample.
std::optional<double> Median(std::vector<double> sample);
// 1.4826 x median of |x - median|: the SD of a normal sample, unmoved by less than half of it (Hampel 1974). nullopt for an empty sample.
std::optional<double> RobustSd(const std::vector<double>& sample);

// The value that a standard normal variable stays below with `probability`. Precondition: 0 < probability < 1.
double NormalQuantile(double probability);
// P(|T| > |t|) for Student's T with `degrees` of freedom. Precondition: degrees > 0, t a number (it may be infinite).
double StudentTwoSided(double t, double degrees);

}  // namespace snp::domain
