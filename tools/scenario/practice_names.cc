#include "scenario/practice_names.h"

#include "absl/strings/str_cat.h"

namespace snp::scenario {
namespace {

constexpr const char* kNames[] = {
    "des Tilleuls",    "des Acacias",     "du Lavoir",        "des Glycines",  "du Vieux Puits",  "des Érables",    "des Mésanges",
    "du Moulin Blanc", "des Lilas",       "de la Passerelle", "des Charmes",   "des Coquelicots", "du Belvédère",   "des Noisetiers",
    "de la Lanterne",  "des Hirondelles", "du Grand Chêne",   "des Violettes", "de la Margelle",  "des Peupliers",  "du Cadran",
    "des Aubépines",   "de la Clairière", "des Bouleaux",     "du Verger",     "des Capucines",   "de la Roseraie", "des Platanes",
    "du Colombier",    "des Bruyères",    "de la Treille",    "des Merisiers", "du Ruisseau",     "des Alouettes",  "de la Tourelle",
    "des Saules",      "du Pressoir",     "des Jonquilles",   "de la Marelle", "des Cèdres",      "du Sentier",     "des Primevères",
    "de la Boussole",  "des Marronniers", "du Kiosque",       "des Pinsons",   "de la Fontaine",  "des Frênes",     "du Carillon",
    "des Pervenches",  "de la Garenne",   "des Amandiers",    "du Cerisier",   "des Bleuets",     "de la Halte",    "des Sorbiers",
    "du Tournesol",    "des Fougères",    "de la Source",     "des Cyprès",    "du Rossignol",    "des Camélias",   "de la Vigne",
    "des Mûriers",     "du Jardin",       "des Genêts",       "de la Licorne", "des Cormiers",    "du Bocage",      "des Iris",
    "de l'Arrosoir",   "de l'Écluse",     "de l'Alambic",     "de l'Horloge",  "de l'Orangerie",  "de l'Olivier",   "de l'Escale",
    "de l'Ormeau",     "de l'Abricotier", "de l'Ancolie",
};

}  // namespace

PracticeNames::PracticeNames(Random random) : random_(std::move(random)) {}

std::string PracticeNames::Next() {
  if (left_.empty()) {
    ++round_;
    left_.assign(std::begin(kNames), std::end(kNames));
    random_.Shuffle(left_);
  }
  std::string name = std::move(left_.back());
  left_.pop_back();
  return round_ == 1 ? name : absl::StrCat(name, " ", round_);
}

}  // namespace snp::scenario
