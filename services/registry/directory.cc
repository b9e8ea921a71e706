#include "registry/directory.h"

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/fingerprint.h"
#include "platform/status_macros.h"
#include "registry/active_departments.h"
#include "registry/convert.h"
#include "registry/validate.h"
#include "snp/registry/v1/registry_service.pb.h"

namespace snp::registry {
namespace {

using platform::Caller;

// By department, each group in the order of the request: a group is one atomic step.
template <typename Item>
std::map<domain::Department, std::vector<Item>> ByDepartment(std::vector<Item> items) {
  std::map<domain::Department, std::vector<Item>> groups;
  for (Item& item : items) groups[item.name.department].push_back(std::move(item));
  return groups;
}

template <typename Item>
void CheckDistinct(absl::string_view list, const std::vector<Item>& items, Violations* violations) {
  std::set<decltype(Item::name)> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    if (!seen.insert(items[i].name).second) violations->Add(absl::StrCat(list, "[", i, "].name"), "stands twice in the request");
  }
}

}  // namespace

DirectoryVerbs::Task<v1::PutPlacesResponse> DirectoryVerbs::PutPlaces(Caller caller, const v1::PutPlacesRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckCount("places", request.places_size(), kMaxPutItems, &violations);
  std::vector<domain::Place> places;
  for (int i = 0; i < std::min(request.places_size(), kMaxPutItems); ++i) {
    auto place = ReadPlace(absl::StrCat("places[", i, "]"), request.places(i), ports_.communes, &violations);
    if (place) places.push_back(*std::move(place));
  }
  if (violations.empty()) CheckDistinct("places", places, &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  const store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  auto groups = ByDepartment(std::move(places));
  for (auto& [department, group] : groups) {
    CO_RETURN_IF_ERROR(co_await ports_.directory.PutPlaces(key, department, std::move(group)));
    ports_.active.Touch(department);
  }
  co_return v1::PutPlacesResponse();
}

DirectoryVerbs::Task<v1::PutPractitionersResponse> DirectoryVerbs::PutPractitioners(Caller caller, const v1::PutPractitionersRequest& request) {
  Violations violations;
  CheckRequestId(request.request_id(), &violations);
  CheckCount("practitioners", request.practitioners_size(), kMaxPutItems, &violations);
  std::vector<domain::Practitioner> practitioners;
  for (int i = 0; i < std::min(request.practitioners_size(), kMaxPutItems); ++i) {
    auto practitioner = ReadPractitioner(absl::StrCat("practitioners[", i, "]"), request.practitioners(i), &violations);
    if (practitioner) practitioners.push_back(*std::move(practitioner));
  }
  if (violations.empty()) CheckDistinct("practitioners", practitioners, &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  const store::Request key{request.request_id(), platform::Fingerprint(request), ports_.clock.Now(), caller.deadline};
  auto groups = ByDepartment(std::move(practitioners));
  for (auto& [department, group] : groups) {
    CO_RETURN_IF_ERROR(co_await ports_.directory.PutPractitioners(key, department, std::move(group)));
    ports_.active.Touch(department);
  }
  co_return v1::PutPractitionersResponse();
}

DirectoryVerbs::Task<v1::GetPlaceResponse> DirectoryVerbs::GetPlace(Caller caller, const v1::GetPlaceRequest& request) {
  Violations violations;
  const auto name = ReadName("name", domain::ParsePlaceName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_ASSIGN_OR_RETURN(const domain::Place place, co_await ports_.directory.GetPlace(*name, caller.deadline));
  v1::GetPlaceResponse response;
  ToProto(place, response.mutable_place());
  co_return response;
}

DirectoryVerbs::Task<v1::ListPlacesResponse> DirectoryVerbs::ListPlaces(Caller caller, const v1::ListPlacesRequest& request) {
  Violations violations;
  const auto department = ReadName("parent", domain::ParseDepartmentName(request.parent()), &violations);
  const int page_size = ReadPageSize(request.page_size(), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_ASSIGN_OR_RETURN(store::Page<domain::Place> page,
                      co_await ports_.directory.ListPlaces(*department, page_size, request.page_token(), caller.deadline));
  v1::ListPlacesResponse response;
  for (const domain::Place& place : page.items) ToProto(place, response.add_places());
  response.set_next_page_token(std::move(page.next_token));
  co_return response;
}

DirectoryVerbs::Task<v1::GetPractitionerResponse> DirectoryVerbs::GetPractitioner(Caller caller, const v1::GetPractitionerRequest& request) {
  Violations violations;
  const auto name = ReadName("name", domain::ParsePractitionerName(request.name()), &violations);
  CO_RETURN_IF_ERROR(violations.ToStatus());
  CO_ASSIGN_OR_RETURN(const domain::Practitioner practitioner, co_await ports_.directory.GetPractitioner(*name, caller.deadline));
  v1::GetPractitionerResponse response;
  ToProto(practitioner, response.mutable_practitioner());
  co_return response;
}

}  // namespace snp::registry
