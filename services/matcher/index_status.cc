#include "matcher/index_status.h"

#include <algorithm>

#include "snp/matcher/v1/matcher_service.pb.h"

namespace snp::matcher {

platform::Task<absl::StatusOr<v1::GetIndexStatusResponse>> IndexStatusVerb::GetIndexStatus(platform::Caller, const v1::GetIndexStatusRequest&) const {
  v1::GetIndexStatusResponse response;
  for (const FollowStatus& status : departments_.statuses()) {
    auto* out = response.add_departments();
    const Index::Size size = index_.SizeOf(status.department);
    out->set_department(status.department.value());
    out->set_cursor(status.cursor);
    out->set_open_slots(size.open_slots);
    out->set_places(size.places);
    out->set_snapshots(status.snapshots);
    out->set_ready(status.ready);
    if (!status.ready) continue;
    const int64_t nanos = absl::ToInt64Nanoseconds(std::max(absl::ZeroDuration(), clock_.Now() - status.whole_at));
    out->mutable_age()->set_seconds(nanos / 1'000'000'000);
    out->mutable_age()->set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
  }
  co_return response;
}

}  // namespace snp::matcher
