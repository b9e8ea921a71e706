// Verbs on the directory: PutPlaces, PutPractitioners, GetPlace, ListPlaces, GetPractitioner.
#pragma once

#include "absl/status/statusor.h"
#include "platform/async/task.h"
#include "platform/auth/caller.h"
#include "registry/ports.h"

namespace snp::registry {

namespace v1 {
class GetPlaceRequest;
class GetPlaceResponse;
class GetPractitionerRequest;
class GetPractitionerResponse;
class ListPlacesRequest;
class ListPlacesResponse;
class PutPlacesRequest;
class PutPlacesResponse;
class PutPractitionersRequest;
class PutPractitionersResponse;
}  // namespace v1

// Promises: registry_service.proto.
class DirectoryVerbs {
 public:
  explicit DirectoryVerbs(const Ports& ports) : ports_(ports) {}

  template <typename T>
  using Task = platform::Task<absl::StatusOr<T>>;
  Task<v1::PutPlacesResponse> PutPlaces(platform::Caller caller, const v1::PutPlacesRequest& request);
  Task<v1::PutPractitionersResponse> PutPractitioners(platform::Caller caller, const v1::PutPractitionersRequest& request);
  Task<v1::GetPlaceResponse> GetPlace(platform::Caller caller, const v1::GetPlaceRequest& request);
  Task<v1::ListPlacesResponse> ListPlaces(platform::Caller caller, const v1::ListPlacesRequest& request);
  Task<v1::GetPractitionerResponse> GetPractitioner(platform::Caller caller, const v1::GetPractitionerRequest& request);

 private:
  const Ports ports_;
};

}  // namespace snp::registry
