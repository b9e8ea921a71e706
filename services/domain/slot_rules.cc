#include "domain/slot_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace snp::domain {
namespace {

bool IsToken(absl::string_view s, size_t max) {
  return !s.empty() && s.size() <= max &&
         std::all_of(s.begin(), s.end(), [](char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.' || c == '-'; });
}

template <typename E>
bool Between(E value, E first, E last) {
  return static_cast<int>(value) >= static_cast<int>(first) && static_cast<int>(value) <= static_cast<int>(last);
}

bool IsFinite(absl::Time t) { return t != absl::InfinitePast() && t != absl::InfiniteFuture(); }

}  // namespace

bool IsCapability(absl::string_view code) {
  return !code.empty() && code.size() <= 32 &&
         std::all_of(code.begin(), code.end(), [](char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; });
}
bool IsCode(absl::string_view code) { return IsToken(code, 16); }
bool IsSource(absl::string_view source) { return IsToken(source, 64); }
bool IsRpps(absl::string_view rpps) { return rpps.size() == 11 && std::all_of(rpps.begin(), rpps.end(), absl::ascii_isdigit); }

std::vector<Violation> ValidateSlot(const SlotDefinition& slot, absl::Time now) {
  std::vector<Violation> found;
  const auto add = [&](std::string field, std::string description) { found.push_back({std::move(field), std::move(description)}); };

  if (!slot.practitioner.empty() && !IsRpps(slot.practitioner.value())) add("practitioner", "expected an RPPS of 11 digits, or nothing");
  if (IsFinite(slot.start) && slot.start > now + kMaxSlotAhead) add("start_time", "more than one year ahead");
  if (IsFinite(slot.start) && IsFinite(slot.end)) {
    if (slot.end <= slot.start) {
      add("end_time", "not after start_time");
    } else if (slot.end - slot.start > kMaxSlotLength) {
      add("end_time", "more than 24 hours after start_time");
    } else if (slot.end <= now) {
      add("end_time", "in the past: the slot is already over");
    }
  }
  if (slot.capacity < 1 || slot.capacity > kMaxCapacity) add("capacity", absl::StrCat("expected 1 to ", kMaxCapacity, ", got ", slot.capacity));
  if (!Between(slot.mode, SlotMode::kRoutine, SlotMode::kWalkin)) add("mode", "required: a known slot mode");
  if (!Between(slot.modality, Modality::kCabinet, Modality::kTele)) add("modality", "required: a known modality");
  const VisibilitySet every = VisibilitySet().Add(Visibility::kPublic).Add(Visibility::kPro).Add(Visibility::kSnp).Add(Visibility::kCpts);
  if (slot.visibility.empty()) {
    add("visibility", "required: at least one of PUBLIC, PRO, SNP, CPTS");
  } else if ((slot.visibility.mask() & ~every.mask()) != 0) {
    add("visibility", "holds a value that is not known");
  }
  if (slot.capabilities.size() > static_cast<size_t>(kMaxCapabilities)) {
    add("capabilities", absl::StrCat("expected at most ", kMaxCapabilities, ", got ", slot.capabilities.size()));
  } else {
    std::set<absl::string_view> seen;
    for (size_t i = 0; i < slot.capabilities.size(); ++i) {
      if (!IsCapability(slot.capabilities[i])) {
        add(absl::StrCat("capabilities[", i, "]"), "expected 1 to 32 of a-z, 0-9 and -");
      } else if (!seen.insert(slot.capabilities[i]).second) {
        add(absl::StrCat("capabilities[", i, "]"), "stands twice");
      }
    }
  }
  if (!slot.specialty.empty() && !IsCode(slot.specialty)) add("specialty", "expected a code of at most 16 letters and digits, or nothing");
  const auto age_ok = [](int months) { return months >= 0 && months <= kMaxAgeMonths; };
  if (!age_ok(slot.min_age_months)) add("min_age_months", absl::StrCat("expected 0 to ", kMaxAgeMonths, ", got ", slot.min_age_months));
  if (!age_ok(slot.max_age_months)) {
    add("max_age_months", absl::StrCat("expected 0 to ", kMaxAgeMonths, ", got ", slot.max_age_months));
  } else if (slot.max_age_months != 0 && slot.min_age_months > slot.max_age_months) {
    add("max_age_months", "below min_age_months: no patient would fit");
  }
  if (!IsSource(slot.source)) add("source", "required: 1 to 64 of A-Z, a-z, 0-9, _, . and -");
  if (slot.release_before && (*slot.release_before < absl::ZeroDuration() || *slot.release_before > kMaxReleaseBefore)) {
    add("release_rule.before_start", "expected 0 s to 48 h");
  }
  return found;
}

}  // namespace snp::domain
