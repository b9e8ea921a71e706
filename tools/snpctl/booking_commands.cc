// snpctl ack, outcome, cancel: what becomes of a booking.
#include <memory>

#include "platform/status_macros.h"
#include "snp/registry/v1/registry_service.grpc.pb.h"
#include "snpctl/commands.h"
#include "snpctl/plain_text.h"
#include "snpctl/show.h"
#include "snpctl/words.h"

namespace snp::ctl {
namespace {

namespace registry = snp::registry::v1;
using Service = registry::RegistryService;

struct Options {
  std::string name, word;
};

template <typename Request, typename Response>
absl::Status Do(Session& s, grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Options& o,
                Request request) {
  request.set_request_id(s.RequestId());
  request.set_name(FullName(o.name, s.globals().department, "bookings"));
  auto stub = Service::NewStub(s.Registry());
  ASSIGN_OR_RETURN(const Response response, s.Call(*stub, method, request));
  Emit(s, response, [&](std::ostream& out) { ShowBooking(out, response.booking(), s.now()); });
  return absl::OkStatus();
}

absl::Status Acknowledge(Session& s, const Options& o) { return Do(s, &Service::Stub::AcknowledgeBooking, o, registry::AcknowledgeBookingRequest()); }

absl::Status RecordOutcome(Session& s, const Options& o) {
  registry::RecordOutcomeRequest request;
  request.set_outcome(*ParseWord<registry::BookingState>(o.word));
  return Do(s, &Service::Stub::RecordOutcome, o, request);
}

absl::Status Cancel(Session& s, const Options& o) {
  registry::CancelBookingRequest request;
  request.set_cancelled_by(*ParseWord<registry::CancelledBy>(o.word));
  return Do(s, &Service::Stub::CancelBooking, o, request);
}

}  // namespace

void AddBookingCommands(CLI::App& app, Action* action) {
  const auto add = [&](const std::string& name, const std::string& what, const std::string& examples, absl::Status (*run)(Session&, const Options&)) {
    auto o = std::make_shared<Options>();
    CLI::App* c = AddCommand(app, name, what, examples);
    c->add_option("booking", o->name, "Id or full name")->required();
    c->callback([o, action, run] { *action = [o, run](Session& s) { return run(s, *o); }; });
    return std::make_pair(c, o);
  };
  add("ack", "The practice has seen the booking (role practice)", "  snpctl ack 01hx...", &Acknowledge);
  auto [outcome, oo] = add("outcome", "Record what became of the patient (role practice; of a case's booking, Centre 15 closes the case instead)",
                           "  snpctl outcome 01hx... SEEN\n  snpctl outcome 01hx... NO_SHOW", &RecordOutcome);
  outcome->add_option("outcome", oo->word, "SEEN or NO_SHOW")->required()->check([](const std::string& word) {
    const auto state = ParseWord<registry::BookingState>(word);
    const bool allowed = state.ok() && (*state == registry::BOOKING_STATE_SEEN || *state == registry::BOOKING_STATE_NO_SHOW);
    return allowed ? std::string() : std::string("expected SEEN or NO_SHOW");
  });
  auto [cancel, co] =
      add("cancel", "Cancel a booking; its place is free again (role practice; of a case's booking, Centre 15 works on the case instead)",
          "  snpctl cancel 01hx... --by PATIENT", &Cancel);
  cancel->add_option("--by", co->word, "PATIENT, PRACTICE or REGULATION")->required()->check([](const std::string& word) {
    return std::string(ParseWord<registry::CancelledBy>(word).status().message());
  });
}

}  // namespace snp::ctl
