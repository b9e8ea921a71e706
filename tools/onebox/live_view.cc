#include "onebox/live_view.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace snp::onebox {
namespace {

// Cuts UTF-8 text to `width` code points.
std::string Cut(const std::string& text, int width) {
  std::string out;
  int points = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++points > width) break;
    out += c;
  }
  return out;
}

std::string Bar(double share, int width, bool colour) {
  const int full = std::clamp(static_cast<int>(std::lround(share * width)), 0, width);
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < full ? "█" : "·";
  return colour ? absl::StrCat("\x1b[36m", bar, "\x1b[0m") : bar;
}

}  // namespace

const absl::TimeZone& Paris() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone z;
    if (!absl::LoadTimeZone("Europe/Paris", &z)) z = absl::UTCTimeZone();
    return z;
  }();
  return zone;
}

const char* CircleName(domain::Circle circle) {
  switch (circle) {
    case domain::Circle::kOwnGp:
      return "médecin traitant";
    case domain::Circle::kSameStructure:
      return "même structure";
    case domain::Circle::kTown:
      return "cabinets, MSP, centres";
    case domain::Circle::kRelief:
      return "SNP, MMG, points fixes, visites";
    case domain::Circle::kTele:
      return "téléconsultation";
    case domain::Circle::kEmergencyDepartment:
      return "service d'urgences";
    case domain::Circle::kFlat:
      break;
  }
  return "autre";
}

std::string Render(const ViewState& v, int width, bool colour) {
  const auto bold = [&](const std::string& text) { return colour ? absl::StrCat("\x1b[1m", text, "\x1b[0m") : text; };
  std::vector<std::string> lines;
  const double share = std::clamp(absl::FDivDuration(v.now - v.begin, v.end - v.begin), 0.0, 1.0);
  lines.push_back(bold(Cut(absl::StrCat(v.title, "   ", absl::FormatTime("%d/%m/%Y %H:%M", v.now, Paris())), width)));
  lines.push_back(absl::StrCat(Bar(share, std::min(width - 8, 60), colour), absl::StrFormat(" %3.0f %%", share * 100)));
  const Summary& s = v.summary;
  lines.push_back("");
  lines.push_back(
      Cut(absl::StrFormat("Demandes reçues %d/%d   en file %d   placées %d   conseil %d   urgence R1/R2 %d   sans place %d (dont %d aux urgences)",
                          v.arrived, s.requests, v.queue, s.booked, s.advice, s.emergency, s.unplaced, s.last_resort),
          width));
  lines.push_back(Cut(absl::StrFormat("Délai médian %.0f min, p90 %.0f   trajet médian %.0f min, p90 %.0f   orientation en %.1f ms (p99 %.1f)",
                                      s.delay_min.p50, s.delay_min.p90, s.travel_min.p50, s.travel_min.p90, s.dispatch_ms.p50, s.dispatch_ms.p99),
                      width));
  lines.push_back("");
  lines.push_back(bold("Où sont allés les patients"));
  for (const auto& [circle, count] : s.by_circle) {
    const double part = s.booked > 0 ? static_cast<double>(count) / static_cast<double>(s.booked) : 0;
    lines.push_back(absl::StrCat("  ", Bar(part, 30, colour), absl::StrFormat(" %4d  %s", count, CircleName(circle))));
  }
  lines.push_back("");
  lines.push_back(bold("File d'attente (priorité, puis ancienneté)"));
  for (const std::string& waiting : v.waiting) lines.push_back(Cut("  " + waiting, width));
  if (v.waiting.empty()) lines.push_back("  personne");
  lines.push_back("");
  lines.push_back(bold("Dernières orientations"));
  for (const Recent& recent : v.last)
    lines.push_back(Cut(absl::StrCat("  ", absl::FormatTime("%H:%M", recent.time, Paris()), "  ", recent.text), width));
  std::string screen;
  for (const std::string& line : lines) absl::StrAppend(&screen, line, colour ? "\x1b[K\n" : "\n");
  return screen;
}

}  // namespace snp::onebox
