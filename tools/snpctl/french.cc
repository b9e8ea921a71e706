#include "snpctl/french.h"

namespace snp::ctl {

std::string French(type::v1::PlaceKind kind) {
  switch (kind) {
    case type::v1::PLACE_KIND_CABINET:
      return "cabinet";
    case type::v1::PLACE_KIND_MSP:
      return "MSP";
    case type::v1::PLACE_KIND_CENTRE_DE_SANTE:
      return "centre de santé";
    case type::v1::PLACE_KIND_MMG:
      return "MMG";
    case type::v1::PLACE_KIND_POINT_FIXE:
      return "point fixe";
    case type::v1::PLACE_KIND_SNP_CENTRE:
      return "centre SNP";
    case type::v1::PLACE_KIND_TELE_POOL:
      return "téléconsultation";
    case type::v1::PLACE_KIND_VISIT_EFFECTOR:
      return "visite";
    case type::v1::PLACE_KIND_EMERGENCY_DEPARTMENT:
      return "urgences";
    default:
      return "?";
  }
}

std::string French(type::v1::Modality modality) {
  switch (modality) {
    case type::v1::MODALITY_CABINET:
      return "sur place";
    case type::v1::MODALITY_VISIT:
      return "à domicile";
    case type::v1::MODALITY_TELE:
      return "vidéo";
    default:
      return "?";
  }
}

std::string French(matcher::v1::Circle circle) {
  switch (circle) {
    case matcher::v1::CIRCLE_OWN_GP:
      return "médecin traitant";
    case matcher::v1::CIRCLE_SAME_STRUCTURE:
      return "même structure";
    case matcher::v1::CIRCLE_TOWN:
      return "ville";
    case matcher::v1::CIRCLE_RELIEF:
      return "relais";
    case matcher::v1::CIRCLE_TELE:
      return "téléconsultation";
    case matcher::v1::CIRCLE_EMERGENCY_DEPARTMENT:
      return "urgences";
    default:
      return "-";
  }
}

std::string French(matcher::v1::Refusal refusal) {
  switch (refusal) {
    case matcher::v1::REFUSAL_TOO_FAR:
      return "trop loin";
    case matcher::v1::REFUSAL_TOO_LATE:
      return "après le délai";
    case matcher::v1::REFUSAL_TOO_EARLY:
      return "trop tôt pour y être";
    case matcher::v1::REFUSAL_AGE:
      return "âge";
    case matcher::v1::REFUSAL_MODALITY:
      return "autre modalité";
    case matcher::v1::REFUSAL_CAPABILITY:
      return "spécialité ou équipement absent";
    case matcher::v1::REFUSAL_NOT_VISIBLE:
      return "non visible pour vous";
    case matcher::v1::REFUSAL_STALE:
      return "non confirmé récemment";
    case matcher::v1::REFUSAL_FULL:
      return "complet";
    case matcher::v1::REFUSAL_PMR:
      return "pas d'accès PMR";
    case matcher::v1::REFUSAL_EXCLUDED:
      return "déjà refusé par le patient";
    default:
      return "autre raison";
  }
}

std::string French(registry::v1::BookingState state) {
  switch (state) {
    case registry::v1::BOOKING_STATE_HELD:
      return "retenu";
    case registry::v1::BOOKING_STATE_BOOKED:
      return "réservé";
    case registry::v1::BOOKING_STATE_RELEASED:
      return "rendu";
    case registry::v1::BOOKING_STATE_EXPIRED:
      return "expiré";
    case registry::v1::BOOKING_STATE_CANCELLED:
      return "annulé";
    case registry::v1::BOOKING_STATE_SEEN:
      return "vu";
    case registry::v1::BOOKING_STATE_NO_SHOW:
      return "non venu";
    default:
      return "?";
  }
}

std::string French(regulation::v1::CaseState state) {
  switch (state) {
    case regulation::v1::CASE_STATE_OPEN:
      return "ouvert";
    case regulation::v1::CASE_STATE_QUALIFIED:
      return "à placer";
    case regulation::v1::CASE_STATE_HELD:
      return "place retenue";
    case regulation::v1::CASE_STATE_BOOKED:
      return "placé";
    case regulation::v1::CASE_STATE_ADVISED:
      return "conseil donné";
    case regulation::v1::CASE_STATE_EMERGENCY:
      return "URGENCE";
    case regulation::v1::CASE_STATE_CLOSED:
      return "clos";
    default:
      return "?";
  }
}

std::string French(regulation::v1::AlertKind kind) {
  switch (kind) {
    case regulation::v1::ALERT_KIND_UNACKNOWLEDGED:
      return "réservation non acquittée par le lieu";
    case regulation::v1::ALERT_KIND_BOOKING_CANCELLED:
      return "réservation annulée par le lieu";
    case regulation::v1::ALERT_KIND_SLOT_CHANGED:
      return "créneau retiré ou modifié";
    case regulation::v1::ALERT_KIND_HOLD_EXPIRED:
      return "retenue expirée";
    case regulation::v1::ALERT_KIND_PRIORITY_RAISED:
      return "priorité relevée : à rejuger par un médecin";
    case regulation::v1::ALERT_KIND_STEP_RECOVERED:
      return "place prise sans réponse à l'appelant : à lui confirmer";
    case regulation::v1::ALERT_KIND_PLACE_TO_CHECK:
      return "patient ou besoin modifié : la place convient-elle encore ?";
    default:
      return "?";
  }
}

}  // namespace snp::ctl
