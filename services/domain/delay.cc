#include "domain/delay.h"

#include "absl/status/status.h"

namespace snp::domain {
namespace {

struct Limit {
  absl::string_view code;
  int minutes;
};
constexpr Limit kLimits[] = {{"DEL0", 30}, {"30M", 30}, {"45M", 45}, {"ASAP", 60}, {"1H", 60},
                             {"2H", 120},  {"4H", 240}, {"8H", 480}, {"12H", 720}, {"24H", 1440}};

}  // namespace

absl::StatusOr<absl::Time> ClinicalDeadline(absl::string_view delay, absl::Time qualified, std::optional<absl::Time> appointment) {
  if (delay == "RDV") {
    if (!appointment) return absl::InvalidArgumentError("delay RDV needs latest_time");
    if (*appointment <= qualified) return absl::InvalidArgumentError("latest_time is not after the qualification");
    if (*appointment > qualified + kLongestAppointment) return absl::InvalidArgumentError("latest_time is more than 7 days ahead");
    return *appointment;
  }
  for (const Limit& limit : kLimits) {
    if (limit.code != delay) continue;
    if (appointment) return absl::InvalidArgumentError("latest_time goes with delay RDV only");
    return qualified + absl::Minutes(limit.minutes);
  }
  return absl::InvalidArgumentError("unknown delay code: one of DEL0, ASAP, 30M, 45M, 1H, 2H, 4H, 8H, 12H, 24H, RDV");
}

}  // namespace snp::domain
