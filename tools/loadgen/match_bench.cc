#include "loadgen/match_bench.h"

#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "domain/commune.h"
#include "domain/names.h"
#include "loadgen/blocks.h"
#include "loadgen/child.h"
#include "loadgen/fleet.h"
#include "loadgen/match_files.h"
#include "loadgen/work_dir.h"
#include "platform/app/app.h"
#include "platform/async/sync_wait.h"
#include "platform/ids.h"
#include "platform/status_macros.h"
#include "scenario/scenario.h"
#include "snp/matcher/v1/matcher_service.grpc.pb.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "store/redis/client.h"
#include "store/redis/directory.h"
#include "store/redis/registry_store.h"

namespace snp::loadgen {
namespace {

namespace rpb = snp::registry::v1;
namespace mpb = snp::matcher::v1;

constexpr int kBatch = 500;
constexpr int kCandidates = 8;
// A request that loses every candidate this often meets a defect, not a race.
constexpr int kMaxRounds = 1000;
// A slot that has started can be neither published nor held: minute 0 is set this far ahead, so that none starts while the bench runs (decision 8).
constexpr absl::Duration kLead = absl::Minutes(60);

std::shared_ptr<grpc::Channel> OwnChannel(const std::string& address, int number) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt("snp.channel", number);
  arguments.SetInt("grpc.http2.bdp_probe", 0);  // As the services do.
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void Prepare(grpc::ClientContext& context, const std::string& token, absl::Duration timeout) {
  context.AddMetadata("authorization", "Bearer " + token);
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

absl::Status FromGrpc(absl::string_view what, const grpc::Status& status) {
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), absl::StrCat(what, ": ", status.error_message()));
}

void SetTime(absl::Time t, google::protobuf::Timestamp* out) {
  const int64_t us = absl::ToUnixMicros(t);
  out->set_seconds(us / 1000000);
  out->set_nanos(static_cast<int32_t>(us % 1000000) * 1000);
}

snp::type::v1::PlaceKind KindOf(const std::string& site_type) {
  static const std::map<std::string, snp::type::v1::PlaceKind> kinds = {
      {"msp", snp::type::v1::PLACE_KIND_MSP},
      {"cds", snp::type::v1::PLACE_KIND_CENTRE_DE_SANTE},
      {"mmg", snp::type::v1::PLACE_KIND_MMG},
  };
  const auto it = kinds.find(site_type);
  return it == kinds.end() ? snp::type::v1::PLACE_KIND_CABINET : it->second;
}

// Slots and places as the registry wants them, and the way back from names to ids.
struct World {
  std::map<std::string, std::vector<rpb::Place>> places;  // By department.
  std::map<std::string, std::vector<rpb::Slot>> slots;
  std::set<std::string> departments;
};

World BuildWorld(const std::vector<MatchSlot>& slots, const domain::CommuneTable& communes, absl::Time minute0) {
  World world;
  struct Site {
    std::string name, department;
  };
  std::map<std::pair<double, double>, Site> sites;
  for (const MatchSlot& slot : slots) {
    auto [it, fresh] = sites.try_emplace({slot.position.lat, slot.position.lon});
    if (fresh) {
      const domain::Commune& commune = *communes.Nearest(slot.position);
      it->second.department = commune.department.value();
      it->second.name = absl::StrFormat("departments/%s/places/site-%d", it->second.department, sites.size());
      rpb::Place& place = world.places[it->second.department].emplace_back();
      place.set_name(it->second.name);
      place.set_kind(KindOf(slot.site_type));
      place.set_display_name(absl::StrCat("Site ", sites.size()));
      place.mutable_location()->set_commune(commune.insee);
      place.mutable_location()->set_latitude(slot.position.lat);
      place.mutable_location()->set_longitude(slot.position.lon);
    }
    rpb::Slot& out = world.slots[it->second.department].emplace_back();
    out.set_name(absl::StrFormat("departments/%s/slots/%d", it->second.department, slot.id));
    out.set_place(it->second.name);
    const absl::Time start = minute0 + absl::Minutes(slot.start_min);
    SetTime(start, out.mutable_start_time());
    SetTime(start + absl::Minutes(15), out.mutable_end_time());
    out.set_capacity(1);
    out.set_mode(snp::type::v1::SLOT_MODE_ROUTINE);
    out.set_modality(snp::type::v1::MODALITY_CABINET);
    out.add_visibility(snp::type::v1::VISIBILITY_SNP);
    for (std::string& code : CapabilityCodes(slot.caps)) out.add_capabilities(std::move(code));
    out.set_source("bench");
    world.departments.insert(it->second.department);
  }
  return world;
}

absl::Status Publish(Fleet& fleet, const World& world) {
  const std::string token = fleet.Token(platform::Role::kAdmin, "bench-admin");
  auto stub = rpb::RegistryService::NewStub(OwnChannel(fleet.Address("registry"), 1000));
  int request = 0;
  for (const auto& [department, places] : world.places) {
    for (size_t i = 0; i < places.size(); i += kBatch) {
      rpb::PutPlacesRequest batch;
      batch.set_request_id(absl::StrCat("places-", ++request));
      for (size_t j = i; j < std::min(places.size(), i + kBatch); ++j) *batch.add_places() = places[j];
      grpc::ClientContext context;
      Prepare(context, token, absl::Seconds(30));
      rpb::PutPlacesResponse response;
      if (auto status = stub->PutPlaces(&context, batch, &response); !status.ok()) return FromGrpc("PutPlaces", status);
    }
  }
  grpc::ClientContext context;
  Prepare(context, token, absl::Minutes(10));
  rpb::StreamPublishSlotsResponse response;
  auto writer = stub->StreamPublishSlots(&context, &response);
  for (const auto& [department, slots] : world.slots) {
    for (size_t i = 0; i < slots.size(); i += kBatch) {
      rpb::StreamPublishSlotsRequest batch;
      batch.set_request_id(absl::StrCat("slots-", ++request));
      for (size_t j = i; j < std::min(slots.size(), i + kBatch); ++j) *batch.add_slots() = slots[j];
      if (!writer->Write(batch)) break;
    }
  }
  writer->WritesDone();
  if (auto status = writer->Finish(); !status.ok()) return FromGrpc("StreamPublishSlots", status);
  if (response.refused_count() > 0) {
    return absl::InvalidArgumentError(absl::StrCat(response.refused_count(), " slots refused, the first: ", response.results(0).slot(), " ",
                                                   response.results(0).field(), ": ", response.results(0).description()));
  }
  return absl::OkStatus();
}

absl::Status WaitIndexed(Fleet& fleet, int64_t slots) {
  const std::string token = fleet.Token(platform::Role::kAdmin, "bench-admin");
  auto stub = mpb::MatcherService::NewStub(OwnChannel(fleet.Address("matcher"), 1001));
  for (const absl::Time give_up = absl::Now() + absl::Minutes(2); absl::Now() < give_up; absl::SleepFor(absl::Milliseconds(50))) {
    grpc::ClientContext context;
    Prepare(context, token, absl::Seconds(5));
    mpb::GetIndexStatusResponse response;
    if (!stub->GetIndexStatus(&context, {}, &response).ok()) continue;
    int64_t open = 0;
    for (const auto& department : response.departments()) open += department.open_slots();
    if (open == slots) return absl::OkStatus();
  }
  return absl::DeadlineExceededError("the matcher's index did not see every slot within 2 minutes");
}

struct Assignment {
  std::string slot_id;  // Empty: none.
  double cost = 0;
  double latency_us = 0;  // From the request to its slot, or to knowing that there is none: lost rounds included.
};

// One client: Rank, then Hold with a service token (a place is taken by regulation, never by a person), on connections of its own.
class DispatchClient {
 public:
  DispatchClient(const Fleet& fleet, int number, std::string policy, std::string run)
      : ranker_(mpb::MatcherService::NewStub(OwnChannel(fleet.Address("matcher"), number))),
        registry_(rpb::RegistryService::NewStub(OwnChannel(fleet.Address("registry"), number))),
        token_(fleet.Token(platform::Role::kService, absl::StrCat("bench-", number))),
        policy_(std::move(policy)),
        run_(std::move(run)) {}

  absl::StatusOr<Assignment> Dispatch(const MatchRequest& request, absl::Time minute0) {
    mpb::RankRequest rank;
    mpb::Demand& demand = *rank.mutable_demand();
    demand.mutable_location()->set_latitude(request.position.lat);
    demand.mutable_location()->set_longitude(request.position.lon);
    SetTime(minute0 + absl::Minutes(request.earliest_min), demand.mutable_earliest_time());
    SetTime(minute0 + absl::Minutes(request.latest_min), demand.mutable_latest_time());
    const double travel_s = request.max_travel_min * 60;
    demand.mutable_max_travel()->set_seconds(static_cast<int64_t>(travel_s));
    demand.mutable_max_travel()->set_nanos(static_cast<int32_t>(std::lround((travel_s - std::floor(travel_s)) * 1e9)));
    for (std::string& code : CapabilityCodes(request.need)) demand.add_capabilities(std::move(code));
    rank.set_limit(kCandidates);
    rank.set_policy(policy_);
    for (int round = 0; round < kMaxRounds; ++round) {
      mpb::RankResponse ranked;
      {
        grpc::ClientContext context;
        Prepare(context, token_, absl::Seconds(10));
        if (auto status = ranker_->Rank(&context, rank, &ranked); !status.ok()) return FromGrpc("Rank", status);
      }
      if (ranked.candidates().empty()) return Assignment{};
      rpb::HoldSlotRequest hold;
      hold.set_request_id(absl::StrCat(run_, "-", request.id, "-", round));
      for (const auto& candidate : ranked.candidates()) {
        auto* one = hold.add_candidates();
        one->set_slot(candidate.slot());
        one->set_revision(candidate.revision());
      }
      hold.mutable_hold_duration()->set_seconds(1800);
      rpb::HoldSlotResponse held;
      grpc::ClientContext context;
      Prepare(context, token_, absl::Seconds(10));
      const auto status = registry_->HoldSlot(&context, hold, &held);
      if (status.ok()) {
        const auto& taken = ranked.candidates(held.candidate_index());
        const std::string& name = taken.slot();
        return Assignment{name.substr(name.rfind('/') + 1), taken.cost()};
      }
      if (status.error_code() != grpc::StatusCode::ABORTED) return FromGrpc("HoldSlot", status);
    }
    return absl::InternalError(absl::StrCat("request ", request.id, " lost every candidate ", kMaxRounds, " times"));
  }

 private:
  std::unique_ptr<mpb::MatcherService::Stub> ranker_;
  std::unique_ptr<rpb::RegistryService::Stub> registry_;
  std::string token_, policy_, run_;
};

// The floor: a department of its own that no index follows, fresh slots for each block.
class Floor {
 public:
  static absl::StatusOr<std::unique_ptr<Floor>> Start(const Fleet& fleet, int clients) {
    auto floor = std::unique_ptr<Floor>(new Floor(fleet));
    ASSIGN_OR_RETURN(const int port, FreePort());
    const std::string address = absl::StrCat("127.0.0.1:", port);
    ASSIGN_OR_RETURN(floor->server_, Child::Start({"/proc/self/exe", "floor-server", "--listen", address, "--redis", fleet.Address("redis")},
                                                  fleet.options().work_dir + "/floor.log"));
    for (int c = 0; c < clients; ++c) {
      auto channel = OwnChannel(address, c);
      if (!channel->WaitForConnected(absl::ToChronoTime(absl::Now() + absl::Seconds(10))))
        return absl::UnavailableError("the floor server does not start");
      floor->stubs_.push_back(rpb::RegistryService::NewStub(channel));
    }
    domain::Place place;
    place.name = {domain::Department(kDepartment), domain::PlaceId("floor")};
    place.display_name = "Floor";
    place.commune = "97601";
    place.position = {-12.8, 45.2};
    store::redis::RedisDirectoryStore directory(floor->client_, store::redis::kDefaultLogLength);
    RETURN_IF_ERROR(platform::SyncWait(directory.PutPlaces(floor->NextRequest(), place.name.department, {place})));
    return floor;
  }

  // Makes sure that `count` fresh slots are there; outside any timing.
  absl::Status Prepare(int64_t count) {
    while (published_ - next_.load() < count) {
      std::vector<store::PublishItem> items;
      for (int i = 0; i < kBatch; ++i) {
        store::PublishItem item;
        item.name = {domain::Department(kDepartment), domain::SlotId(absl::StrCat("f", published_ + i))};
        item.definition.place = domain::PlaceId("floor");
        item.definition.start = absl::Now() + absl::Hours(24);
        item.definition.end = item.definition.start + absl::Minutes(15);
        item.definition.visibility.Add(domain::Visibility::kSnp);
        item.definition.source = "bench";
        items.push_back(std::move(item));
      }
      store::RegistryStore& store = store_;
      auto done = platform::SyncWait(store.Publish(NextRequest(), domain::Department(kDepartment), std::move(items), false));
      if (!done.ok()) return done.status();
      for (const auto& one : *done) RETURN_IF_ERROR(one.status());
      published_ += kBatch;
    }
    return absl::OkStatus();
  }

  bool Sequence(int client) {
    const int64_t n = next_.fetch_add(1);
    if (n >= published_) return false;
    rpb::HoldSlotRequest request;
    request.set_request_id(absl::StrCat("floor-", n));
    request.set_motive(Reference(n));
    auto* candidate = request.add_candidates();
    candidate->set_slot(absl::StrCat("departments/", kDepartment, "/slots/f", n));
    candidate->set_revision(1);
    grpc::ClientContext context;
    rpb::HoldSlotResponse response;
    return Check(stubs_[static_cast<size_t>(client)]->HoldSlot(&context, request, &response));
  }
  bool SetNx(int client) {
    rpb::BookSlotRequest request;
    request.set_request_id(absl::StrCat("nx", next_nx_.fetch_add(1)));
    grpc::ClientContext context;
    rpb::BookSlotResponse response;
    return Check(stubs_[static_cast<size_t>(client)]->BookSlot(&context, request, &response));
  }
  bool Empty(int client) {
    grpc::ClientContext context;
    rpb::GetSlotResponse response;
    return Check(stubs_[static_cast<size_t>(client)]->GetSlot(&context, {}, &response));
  }
  bool Script(int) {
    const int64_t n = next_.fetch_add(1);
    if (n >= published_) return false;
    store::HoldArgs args;
    args.home = domain::Department(kDepartment);
    args.candidates.push_back({{args.home, domain::SlotId(absl::StrCat("f", n))}, 1});
    args.hold_deadline = absl::Now() + absl::Minutes(30);
    args.reference = Reference(n);
    const absl::Time now = absl::Now();
    auto held = platform::SyncWait(store_.Hold({absl::StrCat("floor-", n), "floor", now, now + absl::Seconds(5)}, std::move(args)));
    if (!held.ok()) failed_ = true;
    return held.ok();
  }
  bool failed() const { return failed_; }

 private:
  // Mayotte: a valid department that no service of the bench is configured for.
  static constexpr char kDepartment[] = "976";

  explicit Floor(const Fleet& fleet) : client_({.address = fleet.Address("redis")}), store_(client_, ids_) {
    client_.WaitConnected(absl::Seconds(5));
  }
  bool Check(const grpc::Status& status) {
    if (!status.ok()) failed_ = true;
    return status.ok();
  }
  store::Request NextRequest() { return {absl::StrCat("prepare-", ++requests_), "bench", absl::Now(), absl::Now() + absl::Seconds(30)}; }
  static std::string Reference(int64_t n) {
    static constexpr char kAlphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    std::string reference(6, '2');
    for (int i = 5; i >= 0; --i, n /= 31) reference[static_cast<size_t>(i)] = kAlphabet[n % 31];
    return reference;
  }

  Child server_;
  std::vector<std::unique_ptr<rpb::RegistryService::Stub>> stubs_;
  store::redis::Client client_;
  platform::RandomIdSource ids_;
  store::redis::RedisRegistryStore store_;
  std::atomic<int64_t> next_{0};
  std::atomic<int64_t> next_nx_{0};
  int64_t published_ = 0;
  int64_t requests_ = 0;
  std::atomic<bool> failed_{false};
};

struct FloorSamples {
  Samples sequence, unary, script, setnx;
};

// One turn of the floor: a sequence block of 1 s every time, and one of the three others in turn.
absl::Status FloorTurn(Floor& floor, int clients, int turn, FloorSamples& out) {
  const double rate = std::max(20000.0, out.sequence.PerSecond() * 1.5);
  RETURN_IF_ERROR(floor.Prepare(static_cast<int64_t>(rate)));
  out.sequence.Append(RunBlock(clients, absl::Seconds(1), [&](int c) { return floor.Sequence(c); }));
  if (turn % 3 == 0) out.unary.Append(RunBlock(clients, absl::Seconds(1), [&](int c) { return floor.Empty(c); }));
  if (turn % 3 == 1) {
    RETURN_IF_ERROR(floor.Prepare(std::max<int64_t>(40000, static_cast<int64_t>(out.script.PerSecond() * 1.5))));
    out.script.Append(RunBlock(clients, absl::Seconds(1), [&](int c) { return floor.Script(c); }));
  }
  if (turn % 3 == 2) out.setnx.Append(RunBlock(clients, absl::Seconds(1), [&](int c) { return floor.SetNx(c); }));
  return floor.failed() ? absl::InternalError("a call of the floor failed: see floor.log") : absl::OkStatus();
}

absl::Status WriteAssignments(const std::string& path, const std::vector<MatchRequest>& requests, const std::vector<Assignment>& assignments) {
  std::ofstream out(path);
  out << "request_id,slot_id,cost\n";
  for (size_t i = 0; i < requests.size(); ++i) {
    out << requests[i].id << ',' << assignments[i].slot_id << ',';
    if (!assignments[i].slot_id.empty()) out << absl::StrFormat("%.6f", assignments[i].cost);
    out << '\n';
  }
  out.close();
  return out ? absl::OkStatus() : absl::InternalError("cannot write " + path);
}

}  // namespace

absl::StatusOr<std::string> RunMatchBench(const MatchBenchOptions& options) {
  platform::App::BlockSignals();
  ASSIGN_OR_RETURN(const std::vector<MatchSlot> slots, ReadMatchSlots(options.slots_csv));
  ASSIGN_OR_RETURN(const std::vector<MatchRequest> requests, ReadMatchRequests(options.requests_csv));
  ASSIGN_OR_RETURN(const domain::CommuneTable communes, scenario::LoadCommunes(options.source_dir + "/tools/scenario/data"));
  const absl::Time minute0 = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now() + kLead));
  const World world = BuildWorld(slots, communes, minute0);

  ASSIGN_OR_RETURN(const WorkDir work_dir, WorkDir::Make(options.work_dir));
  FleetOptions fleet_options;
  fleet_options.build_dir = options.build_dir;
  fleet_options.source_dir = options.source_dir;
  fleet_options.work_dir = work_dir.path();
  fleet_options.redis_socket = work_dir.Socket("redis.sock");
  fleet_options.departments.assign(world.departments.begin(), world.departments.end());
  fleet_options.regulation = false;
  ASSIGN_OR_RETURN(std::unique_ptr<Fleet> fleet, Fleet::Start(fleet_options));
  RETURN_IF_ERROR(fleet->WaitServing(absl::Seconds(30)));
  const absl::Time publish_begin = absl::Now();
  RETURN_IF_ERROR(Publish(*fleet, world));
  RETURN_IF_ERROR(WaitIndexed(*fleet, static_cast<int64_t>(slots.size())));
  std::fprintf(stderr, "bench: %zu slots in %zu departments published and indexed in %.1f s\n", slots.size(), world.departments.size(),
               absl::ToDoubleSeconds(absl::Now() - publish_begin));

  std::vector<std::unique_ptr<DispatchClient>> clients;
  for (int c = 0; c < options.clients; ++c) clients.push_back(std::make_unique<DispatchClient>(*fleet, c, options.policy, "bench"));
  std::unique_ptr<Floor> floor;
  if (options.floor) {
    ASSIGN_OR_RETURN(floor, Floor::Start(*fleet, options.clients));
  }

  std::vector<Assignment> assignments(requests.size());
  std::atomic<size_t> next{0};
  std::mutex error_mutex;
  absl::Status error;
  // A warm-up outside the samples: a Rank that finds nothing opens connections, caches tokens and pages in the index.
  MatchRequest nothing;
  nothing.position = slots.empty() ? domain::LatLon{48.9, 2.3} : slots.front().position;
  nothing.need = uint64_t{1} << 63;
  for (auto& client : clients) {
    auto warm = client->Dispatch(nothing, minute0);
    if (!warm.ok()) return warm.status();
  }
  auto work = [&](int c) {
    const size_t i = next.fetch_add(1);
    if (i >= requests.size()) return false;
    const absl::Time begin = absl::Now();
    auto got = clients[static_cast<size_t>(c)]->Dispatch(requests[i], minute0);
    if (!got.ok()) {
      std::lock_guard lock(error_mutex);
      error.Update(got.status());
      next = requests.size();
      return false;
    }
    assignments[i] = *std::move(got);
    assignments[i].latency_us = absl::ToDoubleMicroseconds(absl::Now() - begin);
    return true;
  };

  absl::Duration working;
  FloorSamples floor_samples;
  int turn = 0;
  while (next.load() < requests.size()) {
    working += RunBlock(options.clients, absl::Seconds(1), work).elapsed;
    RETURN_IF_ERROR(error);
    if (PendingSignal() != 0) return absl::CancelledError("interrupted");
    if (floor) RETURN_IF_ERROR(FloorTurn(*floor, options.clients, turn, floor_samples));
    ++turn;
    std::fprintf(stderr, "\rbench: %zu of %zu requests", std::min(next.load(), requests.size()), requests.size());
  }
  // Short runs end before every floor had its turn.
  for (; floor && turn < 3; ++turn) RETURN_IF_ERROR(FloorTurn(*floor, options.clients, turn, floor_samples));
  std::fprintf(stderr, "\n");

  std::map<std::string, int> taken;
  int64_t double_booked = 0;
  // A request that gets nothing is one Rank that comes back empty: among the dispatches it would only flatter them.
  Samples dispatch, unassigned;
  for (const Assignment& a : assignments) {
    (a.slot_id.empty() ? unassigned : dispatch).us.push_back(a.latency_us);
    if (!a.slot_id.empty() && ++taken[a.slot_id] > 1) ++double_booked;
  }
  // All the time of the work is charged to the dispatches: what the empty Ranks took of it is not given back.
  dispatch.elapsed = working;
  if (!options.out_csv.empty()) RETURN_IF_ERROR(WriteAssignments(options.out_csv, requests, assignments));

  std::string json = absl::StrFormat(
      "{\"requests\":%d,\"assigned\":%d,\"double_booked\":%d,\"minute0_lead_min\":%d,\"slots\":%d,\"clients\":%d,\"policy\":\"%s\",\"latency_us\":%s,"
      "\"throughput_per_s\":%.0f,\"unassigned\":%d,\"unassigned_latency_us\":%s",
      requests.size(), dispatch.us.size(), double_booked, absl::ToInt64Minutes(kLead), slots.size(), options.clients, options.policy, dispatch.Json(),
      dispatch.PerSecond(), unassigned.us.size(), unassigned.Json());
  if (options.floor) {
    absl::StrAppend(
        &json, ",\"floor\":{\"grpc_unary_us\":", floor_samples.unary.Json(), ",\"redis_script_us\":", floor_samples.script.Json(),
        ",\"sequence_us\":", floor_samples.sequence.Json(), ",\"setnx_us\":", floor_samples.setnx.Json(),
        absl::StrFormat(",\"throughput_per_s\":%.0f}", floor_samples.sequence.PerSecond()),
        absl::StrFormat(",\"p50_over_floor\":%.2f,\"p99_over_floor\":%.2f,\"throughput_over_floor\":%.2f",
                        dispatch.Quantile(0.5) / floor_samples.sequence.Quantile(0.5),
                        dispatch.Quantile(0.99) / floor_samples.sequence.Quantile(0.99), dispatch.PerSecond() / floor_samples.sequence.PerSecond()));
  }
  return json + "}";
}

}  // namespace snp::loadgen
