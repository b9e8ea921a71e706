#include "matcher/reasons.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace snp::matcher {
namespace {

using domain::Circle;
using domain::Modality;
using domain::PlaceKind;

const char* KindInFrench(PlaceKind kind) {
  switch (kind) {
    case PlaceKind::kCabinet:
      return "cabinet de ville";
    case PlaceKind::kMsp:
      return "maison de santé";
    case PlaceKind::kCentreDeSante:
      return "centre de santé";
    case PlaceKind::kMmg:
      return "maison médicale de garde";
    case PlaceKind::kPointFixe:
      return "point fixe de garde";
    case PlaceKind::kSnpCentre:
      return "centre de soins non programmés";
    case PlaceKind::kTelePool:
      return "téléconsultation";
    case PlaceKind::kVisitEffector:
      return "visite à domicile";
    case PlaceKind::kEmergencyDepartment:
      return "urgences, en dernier recours";
  }
  return "lieu de soins";
}

std::string WhereInFrench(const domain::RankedSlot& slot) {
  switch (slot.circle) {
    case Circle::kOwnGp:
      return "médecin traitant";
    case Circle::kSameStructure:
      return "structure du médecin traitant";
    default:
      break;
  }
  if (slot.place_kind == PlaceKind::kEmergencyDepartment) return KindInFrench(slot.place_kind);
  if (slot.modality == Modality::kTele) return "téléconsultation";
  if (slot.modality == Modality::kVisit) return "visite à domicile";
  return KindInFrench(slot.place_kind);
}

// "3 min", "2 h", "4 jours".
std::string About(absl::Duration d) {
  const int64_t minutes = std::max<int64_t>(0, absl::ToInt64Minutes(d));
  if (minutes < 90) return absl::StrCat(minutes, " min");
  if (minutes < 48 * 60) return absl::StrCat((minutes + 30) / 60, " h");
  return absl::StrCat(minutes / (24 * 60), " jours");
}

std::string Moment(absl::Time at, absl::Time now, absl::TimeZone zone) {
  const absl::CivilSecond civil = absl::ToCivilSecond(at, zone);
  const std::string clock = absl::StrFormat("%d:%02d", civil.hour(), civil.minute());
  const auto days = absl::CivilDay(civil) - absl::ToCivilDay(now, zone);
  if (days == 0) return clock;
  if (days == 1) return absl::StrCat("demain ", clock);
  const char* const names[] = {"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"};
  return absl::StrCat(names[static_cast<int>(absl::GetWeekday(civil))], " ", civil.day(), ", ", clock);
}

}  // namespace

std::vector<std::string> Reasons(const domain::RankedSlot& slot, absl::Time now, absl::TimeZone zone) {
  std::vector<std::string> reasons;
  if (slot.circle == Circle::kFlat) return reasons;
  reasons.push_back(WhereInFrench(slot));
  const int64_t minutes = absl::ToInt64Minutes(absl::Ceil(slot.travel, absl::Minutes(1)));
  const char* const source = slot.travel_by_matrix ? "table des trajets" : "estimation";
  if (slot.modality == Modality::kTele) {
    reasons.push_back("sans déplacement");
  } else if (slot.modality == Modality::kVisit) {
    reasons.push_back(absl::StrCat("médecin à ", minutes, " min (", source, ")"));
  } else {
    reasons.push_back(absl::StrCat(minutes, " min de trajet (", source, ")"));
  }
  const char* const how = slot.mode == domain::SlotMode::kWalkin ? "sans rendez-vous, à partir de " : "créneau à ";
  const bool today = absl::ToCivilDay(slot.seen, zone) == absl::ToCivilDay(now, zone);
  reasons.push_back(absl::StrCat(today                                    ? how
                                 : slot.mode == domain::SlotMode::kWalkin ? "sans rendez-vous, "
                                                                          : "créneau ",
                                 Moment(slot.seen, now, zone)));
  reasons.push_back(absl::StrCat(slot.stale ? "à vérifier, confirmé il y a " : "confirmé il y a ", About(now - slot.confirmed)));
  if (slot.remaining > 1) reasons.push_back(absl::StrCat(slot.remaining, " places"));
  return reasons;
}

}  // namespace snp::matcher
