// The detectors by name: what a settings file or a command line chooses from.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "domain/tension/cusum.h"
#include "domain/tension/detector.h"
#include "domain/tension/ears.h"
#include "domain/tension/farrington.h"
#include "domain/tension/mem.h"
#include "domain/tension/serfling.h"

namespace snp::domain {

using DetectorParams = std::variant<EarsParams, CusumParams, SerflingParams, FarringtonParams, MemParams>;

// "ears-c1", "ears-c2", "ears-c3", "cusum", "serfling", "farrington-flexible", "mem".
const std::vector<absl::string_view>& DetectorNames();
// The parameters of a method as its own header gives them; nullopt: no such method.
std::optional<DetectorParams> DetectorNamed(absl::string_view name);

absl::Status Validate(const DetectorParams& params);
// Precondition: valid.
std::vector<Detection> Detect(const DetectorParams& params, Series counts);

}  // namespace snp::domain
