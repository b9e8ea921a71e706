#include "tension/detector_file.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "platform/config/yaml.h"
#include "platform/status_macros.h"

namespace snp::tension {
namespace {

using platform::yaml::At;
using platform::yaml::Flag;
using platform::yaml::Integer;
using platform::yaml::Key;
using platform::yaml::Number;

// A level between 0 and 1, three of them.
platform::yaml::Reader ThreeNumbers(std::array<double, 3>* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    if (!node.IsSequence() || node.size() != out->size()) return At(node.Mark(), "expected three numbers");
    std::array<double, 3> values{};
    for (size_t i = 0; i < values.size(); ++i) RETURN_IF_ERROR(platform::yaml::ReadNumber(node[i], &values[i]));
    *out = values;
    return absl::OkStatus();
  };
}

struct KeysOf {
  std::vector<Key> operator()(domain::EarsParams& p) const {
    return {{"baseline", Integer(&p.baseline)}, {"guard", Integer(&p.guard)}, {"threshold", Number(&p.threshold)}, {"sd_min", Number(&p.sd_min)}};
  }
  std::vector<Key> operator()(domain::CusumParams& p) const {
    return {{"k", Number(&p.k)}, {"h", Number(&p.h)}, {"train", Integer(&p.train)}, {"period", Number(&p.period)}, {"mean", Number(&p.mean)}};
  }
  std::vector<Key> operator()(domain::SerflingParams& p) const {
    return {{"period", Number(&p.period)},
            {"z", Number(&p.z)},
            {"consecutive", Integer(&p.consecutive)},
            {"min_points", Integer(&p.min_points)},
            {"max_points", Integer(&p.max_points)},
            {"outlier_sd", Number(&p.outlier_sd)}};
  }
  std::vector<Key> operator()(domain::FarringtonParams& p) const {
    return {{"freq", Integer(&p.freq)},
            {"b", Integer(&p.b)},
            {"w", Integer(&p.w)},
            {"noPeriods", Integer(&p.noPeriods)},
            {"pastWeeksNotIncluded", Integer(&p.pastWeeksNotIncluded)},
            {"weightsThreshold", Number(&p.weightsThreshold)},
            {"trend", Flag(&p.trend)},
            {"pThresholdTrend", Number(&p.pThresholdTrend)},
            {"alpha", Number(&p.alpha)},
            {"min_cases", Integer(&p.min_cases)},
            {"min_cases_points", Integer(&p.min_cases_points)}};
  }
  std::vector<Key> operator()(domain::MemParams& p) const {
    return {{"season_points", Integer(&p.season_points)},
            {"season_start", Integer(&p.season_start)},
            {"min_seasons", Integer(&p.min_seasons)},
            {"max_seasons", Integer(&p.max_seasons)},
            {"delta", Number(&p.delta)},
            {"values", Integer(&p.values)},
            {"level", Number(&p.level)},
            {"intensity", ThreeNumbers(&p.intensity)}};
  }
};

absl::StatusOr<DetectorFile> ReadFile(absl::string_view method, const YAML::Node& root) {
  if (!root.IsMap()) return At(root.Mark(), "expected keys and values");
  DetectorFile file;
  file.method = std::string(method);
  const YAML::Node named = root["method"];
  if (named.IsDefined()) {
    if (!named.IsScalar() || (!method.empty() && named.Scalar() != method)) {
      return At(named.Mark(), absl::StrCat("these are not the settings of ", method.empty() ? "a method" : method));
    }
    file.method = named.Scalar();
  }
  if (file.method.empty()) return At(root.Mark(), "key \"method\" is missing");
  const auto params = domain::DetectorNamed(file.method);
  if (!params) {
    const std::string message = absl::StrCat("no method of this name; there are ", absl::StrJoin(domain::DetectorNames(), ", "));
    return named.IsDefined() ? At(named.Mark(), message) : absl::InvalidArgumentError(message);
  }
  file.params = *params;
  std::vector<Key> keys = std::visit(KeysOf(), file.params);
  std::string ignored;
  Range range;
  keys.push_back({"method", platform::yaml::Text(&ignored)});
  keys.push_back({"false_alarms", [&](const YAML::Node& node) -> absl::Status {
                    RETURN_IF_ERROR(platform::yaml::ReadMap(node, {{"from", Number(&range.from), true}, {"to", Number(&range.to), true}}));
                    if (range.from < 0 || range.to < range.from || range.to > 1) return At(node.Mark(), "expected shares, 0 <= from <= to <= 1");
                    file.false_alarms = range;
                    return absl::OkStatus();
                  }});
  DetectorFile::Step step;
  keys.push_back({"step_of_4_sd", [&](const YAML::Node& node) -> absl::Status {
                    RETURN_IF_ERROR(platform::yaml::ReadMap(node, {{"within", Integer(&step.within), true}, {"found", Number(&step.found), true}}));
                    if (step.within < 1 || step.found < 0 || step.found > 1) return At(node.Mark(), "expected points from 1 and a share");
                    file.step_of_4_sd = step;
                    return absl::OkStatus();
                  }});
  RETURN_IF_ERROR(platform::yaml::ReadMap(root, keys));
  RETURN_IF_ERROR(domain::Validate(file.params));
  return file;
}

}  // namespace

absl::StatusOr<DetectorFile> ParseDetector(absl::string_view method, const std::string& yaml) {
  DetectorFile file;
  RETURN_IF_ERROR(platform::yaml::Read(yaml, [&](const YAML::Node& root) -> absl::Status {
    ASSIGN_OR_RETURN(file, ReadFile(method, root));
    return absl::OkStatus();
  }));
  return file;
}

}  // namespace snp::tension
