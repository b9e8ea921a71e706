// Whole command lines against scripted services: what is sent, what is printed, which exit status.
#include "snpctl/ctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "platform/auth/token.h"
#include "platform/error.h"
#include "platform/rpc/status_mapping.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snp/regulation/v1/regulation_service.grpc.pb.h"

namespace snp::ctl {
namespace {

using platform::Reason;
using ::testing::HasSubstr;
namespace registry = snp::registry::v1;
namespace regulation = snp::regulation::v1;

// Answers with what a test queued; keeps what it was asked.
class FakeRegistry final : public registry::RegistryService::Service {
 public:
  grpc::Status PutPlaces(grpc::ServerContext* context, const registry::PutPlacesRequest* request, registry::PutPlacesResponse*) override {
    puts.push_back(*request);
    const auto& metadata = context->client_metadata();
    if (const auto it = metadata.find("authorization"); it != metadata.end()) authorization = std::string(it->second.data(), it->second.size());
    return Next();
  }
  grpc::Status BatchPublishSlots(grpc::ServerContext*, const registry::BatchPublishSlotsRequest* request,
                                 registry::BatchPublishSlotsResponse* response) override {
    batches.push_back(*request);
    int published = 0;
    for (int i = 0; i < request->slots_size(); ++i) {
      if (request->slots(i).capacity() > 0) {
        ++published;
        continue;
      }
      if (unnamed || response->results_size() == 1000) continue;
      auto* refused = response->add_results();
      refused->set_index(i);
      refused->set_reason("FIELD_INVALID");
      refused->set_field("capacity");
      refused->set_description("must be 1 to 500");
    }
    response->set_published_count(published);
    return Next();
  }
  grpc::Status ListPlaces(grpc::ServerContext*, const registry::ListPlacesRequest* request, registry::ListPlacesResponse* response) override {
    // 2,500 places in pages.
    const int begin = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    const int end = std::min(2500, begin + request->page_size());
    for (int i = begin; i < end; ++i) response->add_places()->set_name(absl::StrCat("departments/95/places/p", i));
    if (end < 2500) response->set_next_page_token(absl::StrCat(end));
    return Next();
  }
  grpc::Status WithdrawSlot(grpc::ServerContext*, const registry::WithdrawSlotRequest* request, registry::WithdrawSlotResponse* response) override {
    withdrawals.push_back(*request);
    response->mutable_slot()->set_name(request->name());
    return Next();
  }
  grpc::Status WatchSlots(grpc::ServerContext*, const registry::WatchSlotsRequest* request,
                          grpc::ServerWriter<registry::WatchSlotsResponse>* writer) override {
    watches.push_back(*request);
    // Two events, then the service goes away.
    for (int i = 1; i <= 2; ++i) {
      registry::WatchSlotsResponse event;
      event.set_cursor(request->cursor() + i);
      event.set_kind(registry::CHANGE_KIND_HELD);
      event.set_slot("departments/95/slots/a");
      writer->Write(event);
    }
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "going down");
  }

  grpc::Status Next() {
    if (answers.empty()) return grpc::Status::OK;
    const grpc::Status status = answers.front();
    answers.pop_front();
    return status;
  }
  std::deque<grpc::Status> answers;  // Empty: OK.
  bool unnamed = false;              // Refuses slots without saying which.
  std::vector<registry::PutPlacesRequest> puts;
  std::vector<registry::BatchPublishSlotsRequest> batches;
  std::vector<registry::WithdrawSlotRequest> withdrawals;
  std::vector<registry::WatchSlotsRequest> watches;
  std::string authorization;
};

class FakeRegulation final : public regulation::RegulationService::Service {
 public:
  grpc::Status OpenCase(grpc::ServerContext*, const regulation::OpenCaseRequest* request, regulation::OpenCaseResponse* response) override {
    opened.push_back(*request);
    response->mutable_case_()->set_name(absl::StrCat("departments/95/cases/c", opened.size()));
    return grpc::Status::OK;
  }
  grpc::Status QualifyCase(grpc::ServerContext*, const regulation::QualifyCaseRequest* request, regulation::QualifyCaseResponse* response) override {
    qualified.push_back(*request);
    if (request->need().delay() == "BAD") return platform::ToGrpc(platform::MakeFieldError("need.delay", "unknown code"));
    response->mutable_case_()->set_name(request->name());
    response->mutable_case_()->set_instruction(request->care_level() == snp::type::v1::CARE_LEVEL_R1 ? "Envoyer le SMUR" : "");
    return grpc::Status::OK;
  }
  grpc::Status ProposePlaces(grpc::ServerContext*, const regulation::ProposePlacesRequest* request,
                             regulation::ProposePlacesResponse* response) override {
    proposed.push_back(*request);
    auto* c = response->add_candidates();
    c->set_slot("departments/95/slots/cab-0001-a");
    c->set_revision(3);
    c->set_place_display_name("Cabinet des Tilleuls, Cergy");
    c->set_circle(snp::matcher::v1::CIRCLE_OWN_GP);
    c->set_modality(snp::type::v1::MODALITY_CABINET);
    c->mutable_travel()->set_seconds(12 * 60);
    c->mutable_wait()->set_seconds(65 * 60);
    c->add_reasons("médecin traitant");
    c->add_reasons("12 min de trajet");
    auto* r = response->add_refusals();
    r->set_refusal(snp::matcher::v1::REFUSAL_TOO_FAR);
    r->set_slots(42);
    response->set_explain_scope("places à moins de 30 min plus 10 km");
    response->set_policy("graded@1");
    return grpc::Status::OK;
  }
  grpc::Status DispatchCase(grpc::ServerContext*, const regulation::DispatchCaseRequest* request, regulation::DispatchCaseResponse*) override {
    dispatched.push_back(*request);
    return platform::ToGrpc(platform::MakeError(Reason::kSafetyR2, "care level R2"));
  }
  std::vector<regulation::OpenCaseRequest> opened;
  std::vector<regulation::QualifyCaseRequest> qualified;
  std::vector<regulation::ProposePlacesRequest> proposed;
  std::vector<regulation::DispatchCaseRequest> dispatched;
};

struct Result {
  int status;
  std::string out, err;
  // The last line of standard output.
  nlohmann::json json() const {
    const std::string text = out.substr(0, out.find_last_not_of('\n') + 1);
    return nlohmann::json::parse(text.substr(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1));
  }
};

class CtlTest : public ::testing::Test {
 protected:
  CtlTest() : folder_(std::filesystem::temp_directory_path() / absl::StrCat("snp-ctl-test-", getpid(), "-", absl::GetCurrentTimeNanos())) {
    std::filesystem::create_directory(folder_);
    address_ = absl::StrCat("unix:", folder_.string(), "/s");
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address_, grpc::InsecureServerCredentials());
    builder.RegisterService(&registry_);
    builder.RegisterService(&regulation_);
    server_ = builder.BuildAndStart();
  }
  ~CtlTest() override {
    server_->Shutdown(absl::ToChronoTime(absl::Now()));
    std::filesystem::remove_all(folder_);
  }

  Result Run(std::vector<std::string> args) {
    std::ostringstream out, err;
    platform::SeededIdSource ids(1);
    World world{out,
                err,
                clock_,
                ids,
                [this](absl::Duration d) {
                  slept_.push_back(d);
                  clock_.Advance(d);
                },
                [this](const char* name) -> std::string {
                  const std::string n = name;
                  if (n == "SNP_TOKEN") return token_;
                  return n == "SNP_REGISTRY" || n == "SNP_REGULATION" ? address_ : "";
                },
                interrupted_};
    const int status = RunCtl(std::move(args), world);
    return {status, out.str(), err.str()};
  }
  std::string File(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path.string();
  }

  std::filesystem::path folder_;
  std::string address_;
  std::string token_ = "a-token";
  FakeRegistry registry_;
  FakeRegulation regulation_;
  std::unique_ptr<grpc::Server> server_;
  platform::FakeClock clock_{absl::FromUnixSeconds(1'768'219'200)};
  std::vector<absl::Duration> slept_;
  std::atomic<bool> interrupted_{false};
};

constexpr char kPlaces[] =
    "place,kind,display_name,commune,lat,lon\n"
    "a,CABINET,A,95127,49,2\n"
    "b,SHOP,B,95127,49,2\n"
    "c,MSP,C,95127,49,2\n"
    "d,MSP,D,99999,49,2\n";

TEST_F(CtlTest, ImportKeepsGoodRowsAndReportsBadOnesOfBothSides) {
  registry_.answers = {platform::ToGrpc(platform::MakeFieldError("places[2].location.commune", "unknown INSEE code")), grpc::Status::OK};
  const Result r = Run({"import", "places", File("p.csv", kPlaces), "--json"});
  EXPECT_EQ(r.status, 1) << r.err;
  ASSERT_EQ(registry_.puts.size(), 2u);
  EXPECT_EQ(registry_.puts[0].places_size(), 3);
  EXPECT_EQ(registry_.puts[1].places_size(), 2);
  EXPECT_NE(registry_.puts[0].request_id(), registry_.puts[1].request_id()) << "another body needs another id";
  EXPECT_EQ(registry_.authorization, "Bearer a-token");
  EXPECT_THAT(r.err, HasSubstr("line 3, column 2 (kind): expected one of"));
  EXPECT_THAT(r.err, HasSubstr("line 5, column 4 (commune): unknown INSEE code"));
  const auto json = r.json();
  EXPECT_EQ(json["imported"], 2);
  EXPECT_EQ(json["refused"], 2);
  EXPECT_EQ(json["rows"], 4);
  EXPECT_EQ(json["errors"][0]["line"], 3);
  EXPECT_EQ(json["errors"][0]["column"], 2);
  EXPECT_EQ(json["errors"][1]["name"], "commune");
}

TEST_F(CtlTest, ImportOfAnUnreadableFileOrABadHeaderSendsNothing) {
  for (const std::string& path : {std::string("/nonexistent.csv"), File("h.csv", "place,kind\na,MSP\n"), File("e.csv", ""), folder_.string()}) {
    const Result r = Run({"import", "places", path, "--json"});
    EXPECT_EQ(r.status, 1) << path;
    EXPECT_TRUE(r.json().contains("error")) << r.out;
  }
  EXPECT_TRUE(registry_.puts.empty());
}

TEST_F(CtlTest, ImportSaysHowToGoOnAfterAnErrorInTheMiddle) {
  std::string csv = "place,kind,display_name,commune,lat,lon\n";
  for (int i = 0; i < 600; ++i) absl::StrAppend(&csv, "p", i, ",MSP,X,95127,49,2\n");
  registry_.answers = {grpc::Status::OK, platform::ToGrpc(platform::MakeError(Reason::kStoreFull, "full"))};
  const Result r = Run({"import", "places", File("p.csv", csv), "--json", "--request-id", "mine"});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("500 rows were imported before this error; to go on, run the same command again with --request-id mine"));
  EXPECT_EQ(r.json()["error"]["reason"], "STORE_FULL");
}

// What was done before the error is told to a program as well.
TEST_F(CtlTest, ImportTellsInJsonWhatWasDoneBeforeAnError) {
  std::string csv = "slot,place,start,end,capacity,visibility\n";
  for (int i = 0; i < 250; ++i) absl::StrAppend(&csv, "s", i, ",p,14:00,14:15,", i == 7 ? 0 : 1, ",SNP\n");
  absl::StrAppend(&csv, "x,p,late,14:15,1,SNP\n");
  registry_.answers = {grpc::Status::OK, grpc::Status::OK, platform::ToGrpc(platform::MakeError(Reason::kStoreFull, "full"))};
  const Result r = Run({"import", "slots", File("s.csv", csv), "--json"});
  EXPECT_EQ(r.status, 1);
  const auto json = r.json();
  EXPECT_EQ(json["error"]["reason"], "STORE_FULL");
  EXPECT_EQ(json["rows"], 251);
  EXPECT_EQ(json["imported"], 199);
  EXPECT_EQ(json["refused"], 2);
  ASSERT_EQ(json["errors"].size(), 2u);
  EXPECT_EQ(json["errors"][0]["line"], 9);
  EXPECT_EQ(json["errors"][1]["name"], "start");
  EXPECT_FALSE(json["request_id"].get<std::string>().empty());
}

// Two rows with one name would overwrite each other when they are far apart, and be refused when they are near: always refused, before anything is
// sent.
TEST_F(CtlTest, ImportRefusesASecondRowOfTheSameNameWhereverItStands) {
  std::string csv = "slot,place,start,end,visibility\n";
  for (int i = 0; i < 150; ++i) absl::StrAppend(&csv, "s", i, ",p,14:00,14:15,SNP\n");
  absl::StrAppend(&csv, "s3,p,15:00,15:15,SNP\n");
  const Result r = Run({"import", "slots", File("s.csv", csv), "--json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.json()["rows"], 151);
  EXPECT_EQ(r.json()["imported"], 150);
  EXPECT_EQ(r.json()["refused"], 1);
  EXPECT_THAT(r.err, HasSubstr("line 152, column 1 (slot): already on line 5"));

  const Result places = Run({"import", "places",
                             File("p.csv",
                                  "place,kind,display_name,commune,lat,lon\n"
                                  "a,MSP,A,95127,49,2\n"
                                  "departments/95/places/a,MSP,B,95127,49,2\n"),
                             "--json"});
  EXPECT_EQ(places.json()["imported"], 1);
  EXPECT_THAT(places.err, HasSubstr("line 3, column 1 (place): already on line 2"));
}

// Every refused row is in the report, however many: 1,200 here, with a registry that names at most a thousand faults an answer.
TEST_F(CtlTest, ImportedAndRefusedRowsMakeUpTheFile) {
  std::string csv = "slot,place,start,end,capacity,visibility\n";
  for (int i = 0; i < 1300; ++i) absl::StrAppend(&csv, "s", i, ",p,14:00,14:15,", i % 13 == 0 ? 1 : 0, ",SNP\n");
  const Result r = Run({"import", "slots", File("s.csv", csv), "--json"});
  EXPECT_EQ(r.json()["rows"], 1300);
  EXPECT_EQ(r.json()["imported"], 100);
  EXPECT_EQ(r.json()["refused"], 1200);
  EXPECT_EQ(r.json()["errors"].size(), 1000u) << "the rest is counted";

  registry_.unnamed = true;
  const Result silent = Run({"import", "slots", File("s.csv", csv), "--json"});
  EXPECT_EQ(silent.status, 1);
  EXPECT_EQ(silent.json()["refused"], 1200);
  EXPECT_THAT(silent.err, HasSubstr("92 more of the 100 rows from here on were refused"));
}

TEST_F(CtlTest, ImportSlotsReportsWhatTheRegistryRefuses) {
  const Result r = Run({"import", "slots",
                        File("s.csv",
                             "slot,place,start,end,capacity,visibility\n"
                             "a,p,14:00,14:15,1,SNP\n"
                             "b,p,14:00,14:15,0,SNP\n"
                             "c,p,14:00,14:15,2,SNP\n"),
                        "--json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("line 3, column 5 (capacity): FIELD_INVALID: must be 1 to 500"));
  EXPECT_EQ(r.json()["imported"], 2);
  EXPECT_EQ(r.json()["refused"], 1);
}

TEST_F(CtlTest, ImportSlotsSendsThousandsInBatches) {
  std::string csv = "slot,place,start,end,visibility\n";
  for (int i = 0; i < 2345; ++i) absl::StrAppend(&csv, "s", i, ",p,14:00,14:15,SNP\n");
  const Result r = Run({"import", "slots", File("s.csv", csv), "--json"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.json()["imported"], 2345);
  ASSERT_EQ(registry_.batches.size(), 24u);
  EXPECT_EQ(registry_.batches[23].slots_size(), 45);
}

TEST_F(CtlTest, ImportCasesOpensAndQualifies) {
  const Result r = Run({"import", "cases",
                        File("c.csv",
                             "file_number,commune,care_level,delay\n"
                             "D-1,95127,R3,4H\n"
                             "D-2,95127,,\n"
                             "D-3,95127,R3,BAD\n"),
                        "--json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(regulation_.opened.size(), 3u);
  EXPECT_EQ(regulation_.qualified.size(), 2u);
  EXPECT_EQ(regulation_.qualified[0].name(), "departments/95/cases/c1");
  const auto json = r.json();
  EXPECT_EQ(json["imported"], 2);
  EXPECT_EQ(json["cases"].size(), 3u);
  EXPECT_THAT(r.err, HasSubstr("line 4, column 4 (delay): opened but not qualified: unknown code"));
}

TEST_F(CtlTest, RetriesUnavailableWithTheSameRequestId) {
  const auto gone = platform::ToGrpc(platform::MakeError(Reason::kStoreUnavailable, "down"));
  registry_.answers = {gone, gone, gone, grpc::Status::OK};
  const Result r = Run({"withdraw", "a", "--json"});
  EXPECT_EQ(r.status, 0) << r.err;
  ASSERT_EQ(registry_.withdrawals.size(), 4u);
  for (const auto& w : registry_.withdrawals) EXPECT_EQ(w.request_id(), registry_.withdrawals[0].request_id());
  EXPECT_FALSE(registry_.withdrawals[0].request_id().empty());
  EXPECT_EQ(registry_.withdrawals[0].name(), "departments/95/slots/a");
  EXPECT_EQ(slept_, (std::vector<absl::Duration>{absl::Milliseconds(50), absl::Milliseconds(100), absl::Milliseconds(200)}));
}

TEST_F(CtlTest, StopsRetryingAtTheDeadlineAndRetriesNothingElse) {
  const auto gone = platform::ToGrpc(platform::MakeError(Reason::kStoreUnavailable, "down"));
  registry_.answers.assign(100, gone);
  const Result r = Run({"withdraw", "a", "--json", "--deadline", "3s", "--request-id", "mine"});
  EXPECT_EQ(r.status, 1);
  absl::Duration all;
  for (absl::Duration d : slept_) all += d;
  EXPECT_LE(all, absl::Seconds(3));
  EXPECT_GT(all, absl::Seconds(1));
  EXPECT_EQ(r.json()["error"]["reason"], "STORE_UNAVAILABLE");
  EXPECT_EQ(r.json()["error"]["request_id"], "mine");

  slept_.clear();
  registry_.answers = {platform::ToGrpc(platform::MakeError(Reason::kOverloaded, "busy"))};
  EXPECT_EQ(Run({"withdraw", "a"}).status, 1);
  EXPECT_TRUE(slept_.empty());
}

TEST_F(CtlTest, ListsPageByPageUpToTheLimit) {
  const Result r = Run({"list", "places", "--limit", "1200", "--json"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.json()["places"].size(), 1200u);
  EXPECT_EQ(r.json()["next_page_token"], "1200");
  EXPECT_EQ(Run({"list", "places", "--limit", "9999", "--json"}).json()["places"].size(), 2500u);
}

TEST_F(CtlTest, ProposeShowsATableInFrench) {
  const Result r = Run({"propose", "c1", "--max-travel", "45m"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(regulation_.proposed[0].max_travel().seconds(), 45 * 60);
  for (const char* text : {"médecin traitant", "Cabinet des Tilleuls, Cergy", "12 min", "1 h 05", "cab-0001-a@3", "Pourquoi",
                           "médecin traitant ; 12 min de trajet", "42  trop loin", "places à moins de 30 min plus 10 km", "graded@1"}) {
    EXPECT_THAT(r.out, HasSubstr(text));
  }
}

TEST_F(CtlTest, ASafetyRefusalSaysWhatToDo) {
  const Result r = Run({"dispatch", "c1", "--candidate", "cab-0001-a@3", "--json"});
  EXPECT_EQ(r.status, 1);
  ASSERT_EQ(regulation_.dispatched.size(), 1u);
  EXPECT_EQ(regulation_.dispatched[0].candidates(0).slot(), "departments/95/slots/cab-0001-a");
  EXPECT_EQ(regulation_.dispatched[0].candidates(0).revision(), 3);
  EXPECT_EQ(r.json()["error"]["reason"], "SAFETY_R2");
  EXPECT_THAT(r.err, HasSubstr("no town place"));
}

TEST_F(CtlTest, QualifyToR1ShowsTheInstruction) {
  EXPECT_THAT(Run({"qualify", "c1", "--level", "R1"}).out, HasSubstr(">>> Envoyer le SMUR"));
  EXPECT_FALSE(regulation_.qualified[0].has_need());
}

TEST_F(CtlTest, OpenTakesAgesPlacesAndShortNames) {
  const Result r = Run({"open", "--at", "48.95,2.24", "--age", "8m", "--sex", "female", "--priority", "p1", "--no-car"});
  EXPECT_EQ(r.status, 0) << r.err;
  const auto& request = regulation_.opened.at(0);
  EXPECT_EQ(request.parent(), "departments/95");
  EXPECT_EQ(request.patient().age_months(), 8);
  EXPECT_DOUBLE_EQ(request.patient().location().longitude(), 2.24);
  EXPECT_EQ(request.priority(), snp::type::v1::CALL_PRIORITY_P1);
  EXPECT_TRUE(request.patient().no_car());
}

TEST_F(CtlTest, WatchGoesOnFromItsCursorAfterARestart) {
  const Result r = Run({"watch", "slots", "--cursor", "100", "--count", "5", "--json"});
  EXPECT_EQ(r.status, 0) << r.err;
  ASSERT_GE(registry_.watches.size(), 3u);
  EXPECT_EQ(registry_.watches[0].cursor(), 100);
  EXPECT_EQ(registry_.watches[1].cursor(), 102);
  EXPECT_EQ(registry_.watches[2].cursor(), 104);
  EXPECT_EQ(r.json(), (nlohmann::json{{"events", 5}, {"cursor", 105}}));
  EXPECT_EQ(std::count(r.out.begin(), r.out.end(), '\n'), 6) << "five events and the sum";
}

TEST_F(CtlTest, WatchOfAServiceThatIsNotThereFails) {
  const Result r = Run({"watch", "slots", "--registry", absl::StrCat(address_, ".nobody"), "--for", "200ms", "--json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(r.json().contains("error")) << r.out;
}

TEST_F(CtlTest, WrongUsageIsTwoAndSendsNothing) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"frob"},
      {"import", "places"},
      {"open"},
      {"open", "--commune", "95127", "--age", "old"},
      {"open", "--at", "48.95"},
      {"qualify", "c", "--level", "R9"},
      {"qualify", "c", "--delay", "4H", "--before", "18:00"},
      {"qualify", "c", "--age", "3"},
      {"publish", "a", "--place", "p", "--start", "soon"},
      {"publish", "a", "--place", "p", "--start", "14:00", "--end", "15:00", "--length", "5m"},
      {"hold", "c", "--candidate", "slot-without-revision"},
      {"refuse", "c", "--slot", "s", "--reason", "BORED"},
      {"outcome", "b", "HELD"},
      {"list", "bookings"},
      {"list", "places", "--department", "96"},
      {"withdraw", "a", "--request-id", "not an id"},
      {"withdraw", "a", "--deadline", "-1s"},
  };
  for (const auto& line : lines) {
    const Result r = Run(line);
    EXPECT_EQ(r.status, 2) << testing::PrintToString(line) << r.err;
    EXPECT_FALSE(r.err.empty());
    EXPECT_EQ(r.out, "");
  }
  EXPECT_TRUE(regulation_.opened.empty() && regulation_.qualified.empty() && registry_.withdrawals.empty());
  EXPECT_TRUE(Run({"frob", "--json"}).json().contains("error"));
}

TEST_F(CtlTest, EveryCommandHasHelpWithAnExample) {
  const std::vector<std::vector<std::string>> commands = {{"token"},
                                                          {"import"},
                                                          {"import", "places"},
                                                          {"import", "practitioners"},
                                                          {"import", "slots"},
                                                          {"import", "cases"},
                                                          {"publish"},
                                                          {"withdraw"},
                                                          {"fresh"},
                                                          {"overbook"},
                                                          {"list"},
                                                          {"list", "places"},
                                                          {"list", "slots"},
                                                          {"list", "bookings"},
                                                          {"list", "queue"},
                                                          {"show"},
                                                          {"show", "slot"},
                                                          {"show", "case"},
                                                          {"show", "booking"},
                                                          {"show", "place"},
                                                          {"show", "practitioner"},
                                                          {"show", "audit"},
                                                          {"open"},
                                                          {"qualify"},
                                                          {"advise"},
                                                          {"close"},
                                                          {"claim"},
                                                          {"handover"},
                                                          {"propose"},
                                                          {"hold"},
                                                          {"confirm"},
                                                          {"release"},
                                                          {"dispatch"},
                                                          {"refuse"},
                                                          {"redispatch"},
                                                          {"ack"},
                                                          {"outcome"},
                                                          {"cancel"},
                                                          {"watch"},
                                                          {"watch", "slots"},
                                                          {"watch", "queue"},
                                                          {"index"},
                                                          {"purge-audit"}};
  for (auto command : commands) {
    command.push_back("--help");
    const Result r = Run(command);
    EXPECT_EQ(r.status, 0);
    EXPECT_THAT(r.out, HasSubstr("Example")) << testing::PrintToString(command);
  }
}

TEST_F(CtlTest, WithoutATokenItSaysWhereToGetOne) {
  token_ = "";
  const Result r = Run({"withdraw", "a", "--json"});
  EXPECT_EQ(r.status, 1);
  EXPECT_THAT(r.err, HasSubstr("snpctl token --help"));
  token_ = "bad\x01token";
  EXPECT_EQ(Run({"withdraw", "a"}).status, 1);
  EXPECT_TRUE(registry_.withdrawals.empty());
}

TEST_F(CtlTest, TokenMakesAKeyOnceAndSignsWithIt) {
  const std::string key = (folder_ / "dev.key").string();
  const Result made = Run({"token", "--make-key", "--key-file", key, "--role", "admin", "--subject", "ops", "--json"});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(made.json()["role"], "ADMIN");
  EXPECT_EQ(std::filesystem::status(key).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(Run({"token", "--make-key", "--key-file", key, "--role", "admin", "--subject", "ops"}).status, 1) << "never overwrites a key";

  const Result practice = Run({"token", "--key-file", key, "--role", "practice", "--subject", "desk", "--places", "cab-0001", "--places", "msp-01"});
  ASSERT_EQ(practice.status, 0) << practice.err;
  std::ifstream in(key + ".pub");
  std::stringstream pem;
  pem << in.rdbuf();
  auto verifier = platform::MakeVerifier({.public_key_pem = pem.str()}, clock_);
  ASSERT_TRUE(verifier.ok()) << verifier.status();
  const auto caller = (*verifier)->Verify(practice.out.substr(0, practice.out.find('\n')));
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->role, platform::Role::kPractice);
  EXPECT_EQ(caller->subject, "desk");
  EXPECT_EQ(caller->places, (std::vector<std::string>{"departments/95/places/cab-0001", "departments/95/places/msp-01"}));
}

}  // namespace
}  // namespace snp::ctl
