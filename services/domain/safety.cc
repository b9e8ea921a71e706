#include "domain/safety.h"

namespace snp::domain {

Safety MayHavePlace(const Qualification& q) {
  if (q.level == CareLevel::kR1) return Safety::kR1;
  if (q.level == CareLevel::kR2) return Safety::kR2;
  if (q.level == CareLevel::kUnset || !q.by_doctor) {
    const bool urgent = q.priority == CallPriority::kP0 || q.priority == CallPriority::kP1;
    return urgent ? Safety::kDoctorFirst : Safety::kNotQualified;
  }
  if (q.level == CareLevel::kR4 && !q.examination) return Safety::kNoExamination;
  return Safety::kAllowed;
}

absl::string_view EmergencyInstruction(CareLevel level) {
  switch (level) {
    case CareLevel::kR1:
      return "R1, urgence vitale : envoyer le SMUR. Aucune place de ville n'est proposée.";
    case CareLevel::kR2:
      return "R2, urgence vraie : envoyer un médecin, une ambulance ou un VSAV, ou orienter vers les urgences. Aucune place de ville n'est proposée.";
    case CareLevel::kUnset:
    case CareLevel::kR3:
    case CareLevel::kR4:
      break;
  }
  return {};
}

absl::string_view WhyNot(Safety verdict) {
  switch (verdict) {
    case Safety::kAllowed:
      return {};
    case Safety::kR1:
      return EmergencyInstruction(CareLevel::kR1);
    case Safety::kR2:
      return EmergencyInstruction(CareLevel::kR2);
    case Safety::kNotQualified:
      return "Le médecin régulateur n'a pas encore fixé de niveau de soins : aucune place n'est proposée.";
    case Safety::kDoctorFirst:
      return "Appel P0/P1 : le médecin régulateur doit d'abord fixer R3 ou R4. Aucune place n'est proposée.";
    case Safety::kNoExamination:
      return "R4 sans examen : conseil ou prescription téléphonique. Aucune place n'est proposée.";
  }
  return {};
}

}  // namespace snp::domain
