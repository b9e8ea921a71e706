#include "domain/tension/detect.h"

namespace snp::domain {
namespace {

struct Run {
  Series counts;
  std::vector<Detection> operator()(const EarsParams& p) const { return Ears(p, counts); }
  std::vector<Detection> operator()(const CusumParams& p) const { return Cusum(p, counts); }
  std::vector<Detection> operator()(const SerflingParams& p) const { return Serfling(p, counts); }
  std::vector<Detection> operator()(const FarringtonParams& p) const { return FarringtonFlexible(p, counts); }
  std::vector<Detection> operator()(const MemParams& p) const { return Mem(p, counts); }
};

}  // namespace

const std::vector<absl::string_view>& DetectorNames() {
  static const auto* const kNames =
      new std::vector<absl::string_view>{"ears-c1", "ears-c2", "ears-c3", "cusum", "serfling", "farrington-flexible", "mem"};
  return *kNames;
}

std::optional<DetectorParams> DetectorNamed(absl::string_view name) {
  if (name == "ears-c1") return EarsParams::Of(EarsKind::kC1);
  if (name == "ears-c2") return EarsParams::Of(EarsKind::kC2);
  if (name == "ears-c3") return EarsParams::Of(EarsKind::kC3);
  if (name == "cusum") return CusumParams();
  if (name == "serfling") return SerflingParams();
  if (name == "farrington-flexible") return FarringtonParams();
  if (name == "mem") return MemParams();
  return std::nullopt;
}

absl::Status Validate(const DetectorParams& params) {
  return std::visit([](const auto& p) { return Validate(p); }, params);
}

std::vector<Detection> Detect(const DetectorParams& params, Series counts) { return std::visit(Run{counts}, params); }

}  // namespace snp::domain
