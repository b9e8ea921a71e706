#include "store/redis/directory.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "platform/status_macros.h"
#include "store/redis/keys.h"
#include "store/redis/page.h"
#include "store/redis/place_codec.h"
#include "store/redis/script.h"

namespace snp::store::redis {
namespace {

absl::Status Elsewhere(absl::string_view list, size_t index) {
  return platform::MakeFieldError(absl::StrCat(list, "[", index, "].name"), "is of another department than the batch");
}

template <typename Name>
absl::Status Unknown(const Name& name) {
  return platform::MakeError(platform::Reason::kNotFound, absl::StrCat("no ", domain::ToString(name)));
}

}  // namespace

Task<absl::Status> RedisDirectoryStore::Put(const char* script, Request request, domain::Department department, std::vector<std::string> items) {
  std::vector<std::string> keys = {Keys(department).root()};
  std::vector<std::string> args = {absl::StrCat(absl::ToUnixMillis(request.now)), absl::StrCat(log_length_), request.id, request.fingerprint};
  for (std::string& item : items) args.push_back(std::move(item));
  const auto answer = PayloadOf(co_await Script::Named(script).Run(client_, std::move(keys), std::move(args), request.deadline));
  co_return answer.status();
}

Task<absl::Status> RedisDirectoryStore::PutPlaces(Request request, domain::Department department, std::vector<domain::Place> places) {
  std::vector<std::string> items;
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i].name.department != department) co_return Elsewhere("places", i);
    items.push_back(places[i].name.id.value());
    items.push_back(EncodePlace(places[i]));
  }
  co_return co_await Put("put_places", std::move(request), std::move(department), std::move(items));
}

Task<absl::Status> RedisDirectoryStore::PutPractitioners(Request request, domain::Department department,
                                                         std::vector<domain::Practitioner> practitioners) {
  std::vector<std::string> items;
  for (size_t i = 0; i < practitioners.size(); ++i) {
    if (practitioners[i].name.department != department) co_return Elsewhere("practitioners", i);
    items.push_back(practitioners[i].name.id.value());
    items.push_back(EncodePractitioner(practitioners[i]));
  }
  co_return co_await Put("put_practitioners", std::move(request), std::move(department), std::move(items));
}

Task<absl::StatusOr<domain::Place>> RedisDirectoryStore::GetPlace(domain::PlaceName name, absl::Time deadline) {
  std::vector<std::string> command = {"HGET", Keys(name.department).Places(), name.id.value()};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  if (reply.is_nil()) co_return Unknown(name);
  co_return DecodePlace(std::move(name), reply.text);
}

Task<absl::StatusOr<domain::Practitioner>> RedisDirectoryStore::GetPractitioner(domain::PractitionerName name, absl::Time deadline) {
  std::vector<std::string> command = {"HGET", Keys(name.department).Practitioners(), name.id.value()};
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  if (reply.is_nil()) co_return Unknown(name);
  co_return DecodePractitioner(std::move(name), reply.text);
}

Task<absl::StatusOr<Page<domain::Place>>> RedisDirectoryStore::ListPlaces(domain::Department department, int page_size, std::string token,
                                                                          absl::Time deadline) {
  const Keys keys(department);
  CO_ASSIGN_OR_RETURN(IdPage ids, co_await ReadNamedPage(client_, keys.PlaceIds(), page_size, std::move(token), deadline));
  Page<domain::Place> page;
  page.next_token = std::move(ids.next_token);
  if (ids.ids.empty()) co_return page;
  std::vector<std::string> command = {"HMGET", keys.Places()};
  command.insert(command.end(), ids.ids.begin(), ids.ids.end());
  CO_ASSIGN_OR_RETURN(Reply reply, co_await client_.Command(std::move(command), deadline));
  for (size_t i = 0; i < reply.items.size(); ++i) {
    if (reply.items[i].is_nil()) continue;
    CO_ASSIGN_OR_RETURN(domain::Place place, DecodePlace({department, domain::PlaceId(std::move(ids.ids[i]))}, reply.items[i].text));
    page.items.push_back(std::move(place));
  }
  co_return page;
}

}  // namespace snp::store::redis
