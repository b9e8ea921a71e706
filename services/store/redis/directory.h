// DirectoryStore over Redis: a hash of places and one of practitioners per department. Steps: scripts/put_places.lua, put_practitioners.lua.
#pragma once

#include <string>
#include <vector>

#include "store/redis/client.h"
#include "store/registry_store.h"

namespace snp::store::redis {

// Thread-safe. A Put is one step, all or nothing, with one event per item; what is put replaces what was there. An item of another department than
// `department` is FIELD_INVALID. Cost: a batch holds Redis up for about 10 us per item, so keep to some hundreds.
class RedisDirectoryStore final : public DirectoryStore {
 public:
  // `client` must outlive it. `log_length`: events that the department's log keeps, as the other writers of the log say.
  RedisDirectoryStore(Client& client, int64_t log_length) : client_(client), log_length_(log_length) {}

  Task<absl::Status> PutPlaces(Request request, domain::Department department, std::vector<domain::Place> places) override;
  Task<absl::Status> PutPractitioners(Request request, domain::Department department, std::vector<domain::Practitioner> practitioners) override;
  Task<absl::StatusOr<domain::Place>> GetPlace(domain::PlaceName name, absl::Time deadline) override;
  Task<absl::StatusOr<domain::Practitioner>> GetPractitioner(domain::PractitionerName name, absl::Time deadline) override;
  // By id.
  Task<absl::StatusOr<Page<domain::Place>>> ListPlaces(domain::Department department, int page_size, std::string token, absl::Time deadline) override;

 private:
  Task<absl::Status> Put(const char* script, Request request, domain::Department department, std::vector<std::string> items);

  Client& client_;
  int64_t log_length_;
};

}  // namespace snp::store::redis
