#include "matcher/demand.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "platform/error.h"
#include "snp/matcher/v1/matcher.pb.h"

namespace snp::matcher {
namespace {

constexpr int kMaxCapabilities = 32;
constexpr int kMaxExcluded = 64;
constexpr int kMaxModalities = 8;
constexpr int kMaxAgeMonths = 1800;

class Reader {
 public:
  Reader(const v1::Demand& in, const domain::CommuneTable& communes) : in_(in), communes_(communes) {}

  void Location() {
    if (!in_.has_location()) return Wrong("location", "required: coordinates or an INSEE code");
    const auto& location = in_.location();
    const bool has_point = location.latitude() != 0 || location.longitude() != 0;
    const domain::Commune* commune = nullptr;
    if (!location.commune().empty()) {
      auto found = communes_.Lookup(location.commune());
      if (!found.ok()) return Wrong("location.commune", found.status().message());
      commune = *found;
    } else if (!has_point) {
      return Wrong("location", "required: coordinates or an INSEE code");
    }
    if (has_point) {
      out_.position = {location.latitude(), location.longitude()};
      if (!domain::IsPlausible(out_.position)) return Wrong("location", "latitude must be within -90 to 90 and longitude within -180 to 180");
      if (!commune) commune = communes_.Nearest(out_.position);
    } else {
      out_.position = commune->centre;
    }
    if (commune) out_.commune = commune->insee;
  }

  void Times(absl::Time now) {
    out_.now = out_.earliest = out_.latest = now;
    const bool earliest = !in_.has_earliest_time() || Time("earliest_time", in_.earliest_time(), &out_.earliest);
    if (!in_.has_latest_time()) return Wrong("latest_time", "required: the clinical deadline");
    if (!Time("latest_time", in_.latest_time(), &out_.latest) || !earliest) return;
    // Without an earliest time a deadline that has passed is no mistake of the caller's: nothing is offered.
    if (in_.has_earliest_time() && out_.latest < out_.earliest) Wrong("latest_time", "must not be before earliest_time");
  }

  void Travel() {
    if (!in_.has_max_travel()) return;
    const auto& d = in_.max_travel();
    const bool valid = d.seconds() >= 0 && d.seconds() <= 86400 && d.nanos() >= 0 && d.nanos() <= 999999999;
    const absl::Duration travel = absl::Seconds(valid ? d.seconds() : 0) + absl::Nanoseconds(valid ? d.nanos() : 0);
    if (!valid || travel > absl::Hours(24)) return Wrong("max_travel", "expected 0 s to 24 h");
    out_.max_travel = travel;
  }

  void Needs() {
    if (in_.modalities_size() > kMaxModalities) return Wrong("modalities", absl::StrCat("expected at most ", kMaxModalities));
    for (int i = 0; i < in_.modalities_size(); ++i) {
      const int modality = in_.modalities(i);
      if (modality < 1 || modality > 3) {
        Wrong(absl::StrCat("modalities[", i, "]"), "no such modality");
      } else {
        out_.modalities.Add(static_cast<domain::Modality>(modality));
      }
    }
    const auto code = [](absl::string_view text, size_t longest, auto&& allowed) {
      return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), allowed);
    };
    const auto word = [](char c) { return absl::ascii_isalnum(c) || c == '-' || c == '_'; };
    const auto plain = [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; };
    if (!in_.specialty().empty() && !code(in_.specialty(), 16, word)) Wrong("specialty", "expected a code of at most 16 characters, e.g. SM26");
    out_.specialty = in_.specialty();
    if (in_.capabilities_size() > kMaxCapabilities) return Wrong("capabilities", absl::StrCat("expected at most ", kMaxCapabilities));
    for (int i = 0; i < in_.capabilities_size(); ++i) {
      if (!code(in_.capabilities(i), 32, plain)) Wrong(absl::StrCat("capabilities[", i, "]"), "expected 1 to 32 of a-z, 0-9, -");
    }
    out_.capabilities.assign(in_.capabilities().begin(), in_.capabilities().end());
    if (in_.has_age_months()) {
      if (in_.age_months() < 0 || in_.age_months() > kMaxAgeMonths) Wrong("age_months", absl::StrCat("expected 0 to ", kMaxAgeMonths));
      out_.age_months = in_.age_months();
    }
    if (!in_.own_gp().empty() && (in_.own_gp().size() != 11 || !code(in_.own_gp(), 11, absl::ascii_isdigit))) {
      Wrong("own_gp", "expected an RPPS of 11 digits, or nothing");
    }
    out_.own_gp = domain::Rpps(in_.own_gp());
    out_.pmr = in_.pmr();
    out_.no_car = in_.no_car();
  }

  void Excluded() {
    if (in_.excluded_slots_size() > kMaxExcluded) return Wrong("excluded_slots", absl::StrCat("expected at most ", kMaxExcluded));
    for (int i = 0; i < in_.excluded_slots_size(); ++i) {
      auto name = domain::ParseSlotName(in_.excluded_slots(i));
      if (name.ok()) {
        out_.excluded.push_back(*std::move(name));
      } else {
        Wrong(absl::StrCat("excluded_slots[", i, "]"), name.status().message());
      }
    }
  }

  absl::StatusOr<domain::Demand> Take() {
    if (!violations_.empty()) return platform::MakeFieldError(std::move(violations_));
    return std::move(out_);
  }
  domain::Demand& out() { return out_; }

 private:
  void Wrong(absl::string_view field, absl::string_view what) { violations_.push_back({absl::StrCat("demand.", field), std::string(what)}); }

  bool Time(absl::string_view field, const google::protobuf::Timestamp& t, absl::Time* out) {
    // The years 1900 to 2200: beyond them nanoseconds no longer fit, and no patient waits.
    if (t.seconds() < -2208988800 || t.seconds() > 7258118400 || t.nanos() < 0 || t.nanos() > 999999999) {
      Wrong(field, "not a valid time");
      return false;
    }
    *out = absl::FromUnixSeconds(t.seconds()) + absl::Nanoseconds(t.nanos());
    return true;
  }

  const v1::Demand& in_;
  const domain::CommuneTable& communes_;
  domain::Demand out_;
  std::vector<platform::FieldViolation> violations_;
};

}  // namespace

domain::Viewer ViewerOf(const platform::Caller& caller) {
  domain::Viewer viewer;
  viewer.regulation = caller.role == platform::Role::kRegulator || caller.role == platform::Role::kOsnp || caller.role == platform::Role::kService;
  viewer.professional = viewer.regulation || caller.role == platform::Role::kPractice;
  viewer.cpts = caller.cpts;
  return viewer;
}

absl::StatusOr<domain::Demand> ReadDemand(const v1::Demand& demand, const platform::Caller& caller, absl::Time now,
                                          const domain::CommuneTable& communes) {
  Reader reader(demand, communes);
  reader.Location();
  reader.Times(now);
  reader.Travel();
  reader.Needs();
  reader.Excluded();
  reader.out().viewer = ViewerOf(caller);
  return reader.Take();
}

}  // namespace snp::matcher
