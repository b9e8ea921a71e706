// The tables: nomenclatures motif, typeDecision, typeOrientation, delai and origine of the SAMU Hub Santé model repository (Agence du numérique en
// santé, Apache-2.0, read in August 2026). Codes and labels are copied literally, "EPHAD" included: that is how the nomenclature spells it.
#include "domain/codes.h"

namespace snp::domain {
namespace {

constexpr Code kMotives[] = {
    {"M01.00", "Détresse vitale"},
    {"M01.01", "Suspicion d’arrêt cardiaque, mort subite"},
    {"M01.02", "Altération de la conscience"},
    {"M01.03", "Détresse respiratoire"},
    {"M02.00", "Blessure"},
    {"M02.01", "Saignements"},
    {"M02.02", "Hémorragie sévère liée à un traumatisme"},
    {"M02.03", "Hypothermie, gelure, coup de chaleur, insolation"},
    {"M02.04", "Brûlure grave"},
    {"M02.05", "Brûlure sans critère de gravité"},
    {"M02.06", "Traumatisme bénin, petite plaie, lésion bénigne"},
    {"M02.07", "Traumatisme sérieux, plaie intermédiaire"},
    {"M02.08", "Traumatisme grave, plaie délabrante"},
    {"M02.09", "Section complète de membre, de doigts"},
    {"M02.10", "Ecrasement de membre ou du tronc"},
    {"M03.00", "Problème médical"},
    {"M03.01", "Accouchement imminent ou en cours"},
    {"M03.02", "Autre problème obstétrique non hémorragique"},
    {"M03.03", "Saignements gynécologiques"},
    {"M03.04", "Saignements obstétricaux"},
    {"M03.05", "Problème gynécologique et uro-génital"},
    {"M03.06", "Douleur thoracique"},
    {"M03.07", "Problème neurologique hors AVC, épilepsie"},
    {"M03.08", "Signes d’AVC"},
    {"M03.09", "Malaise sans perte de connaissance initiale"},
    {"M03.10", "Malaise avec perte de connaissance initiale"},
    {"M03.11", "Céphalée, migraines"},
    {"M03.12", "Gêne respiratoire"},
    {"M03.13", "Autre problème cardio-vasculaire"},
    {"M03.14", "Fièvre, problème infectieux"},
    {"M03.15", "Problème allergique"},
    {"M03.16", "Problème psychiatrique"},
    {"M03.17", "Agitation, anxiété, spasmophilie"},
    {"M03.18", "Saignements"},
    {"M03.19", "Hémorragie sévère"},
    {"M03.20", "Douleur abdominale isolée"},
    {"M03.21", "Trouble digestif"},
    {"M03.22", "Autre douleur"},
    {"M04.00", "Intoxications"},
    {"M04.01", "Intoxication volontaire et sevrage"},
    {"M04.02", "Intoxication involontaire ou accidentelle à des produits toxiques"},
    {"M04.03", "Ébriété, ivresse"},
    {"M04.04", "Intoxication éthylique aiguë"},
    {"M05.00", "Problème ou détresse sociale"},
    {"M05.01", "Problème social ou sanitaire"},
    {"M05.02", "Altération de l’état général – misère physiologique et incurie"},
    {"M06.00", "Autre type de demande"},
    {"M06.01", "Décès certain, demande de certificat de décès"},
    {"M06.02", "Demande de conseil médical, certificats - ordonnance"},
    {"M06.03", "Personne restant à terre suite à une chute"},
    {"M06.04", "Autres motifs ou pas de motif identifié"},
    {"M07.00", "Non renseigné"},
};
constexpr Code kDecisions[] = {
    {"CONSEIL", "Conseil Médical / #Conseil Médical"},         {"PMT", "Prescription médicamenteuse téléphonique / #PMT"},
    {"INTER", "Décision d’intervention / #Intervention"},      {"ORIENT", "Décision d’orientation ou de transport / #Orientation Transport"},
    {"PASPLUS", "Pas de décision supplémentaire / #Décision"},
};
constexpr Code kOrientations[] = {
    {"URGENCES", "Service d’urgences d’un établissement de sante"},
    {"REA-USI", "Service de réanimation ou de soins intensifs"},
    {"SANTE", "Autres services d’un établissement de sante"},
    {"CABINET", "Cabinet d’un professionnel de sante"},
    {"DOMICILE", "Domicile"},
    {"EPHAD", "EPHAD ou Long séjour"},
    {"AUTRE", "Autre"},
};
constexpr Code kDelays[] = {
    {"DEL0", "Immédiatement"},
    {"ASAP", "Dès que disponible"},
    {"30M", "Délai maxi 30 minutes"},
    {"45M", "Délai maxi 45 minutes"},
    {"1H", "Délai maxi 1 heure"},
    {"2H", "Délai maxi 2 heures"},
    {"4H", "Délai maxi 4 heures"},
    {"8H", "Délai maxi 8 heures"},
    {"12H", "Délai maxi 12 heures"},
    {"24H", "Délai maxi 24 heures"},
    {"RDV", "HH:MM"},
};
constexpr Code kOrigins[] = {
    {"15", "Ligne 15"},
    {"116117", "Ligne PDSA"},
    {"AUTOCOM", "Ligne hôpital"},
    {"112", "Ligne 112"},
    {"115", "Ligne 115"},
    {"CRRA", "CRRA (autres lignes)"},
    {"AUTREC15", "Autre CRRA"},
    {"CTA-CONF", "CTA-CODIS en conf"},
    {"CTA-PI", "CTA-CODIS pour info"},
    {"AUTRECTA", "Autre CTA-CODIS"},
    {"CNR", "CNR 114"},
    {"FDO", "CORG, CIC"},
    {"SNATED", "Ligne 119 (SNATED)"},
    {"PDSSOS", "Asso PDSA et SOS"},
    {"TELASSIST", "Téléassistance"},
    {"CROSS", "CROSS"},
    {"PUBLIC", "Autre centre d'appel"},
    {"DATA", "Flux Data ECall"},
    {"AUTRE", "Autre structure"},
};

}  // namespace

absl::Span<const Code> CodesOf(Nomenclature nomenclature) {
  switch (nomenclature) {
    case Nomenclature::kMotive:
      return kMotives;
    case Nomenclature::kDecision:
      return kDecisions;
    case Nomenclature::kOrientation:
      return kOrientations;
    case Nomenclature::kDelay:
      return kDelays;
    case Nomenclature::kOrigin:
      return kOrigins;
  }
  return {};
}

bool IsCode(Nomenclature nomenclature, absl::string_view code) { return !LabelOf(nomenclature, code).empty(); }

absl::string_view LabelOf(Nomenclature nomenclature, absl::string_view code) {
  for (const Code& known : CodesOf(nomenclature)) {
    if (known.code == code) return known.label;
  }
  return {};
}

}  // namespace snp::domain
