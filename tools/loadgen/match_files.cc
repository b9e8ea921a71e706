#include "loadgen/match_files.h"

#include <fstream>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "domain/csv.h"
#include "platform/status_macros.h"

namespace snp::loadgen {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return absl::NotFoundError("cannot read " + path);
  return text.str();
}

absl::StatusOr<uint64_t> Mask(const domain::CsvRow& row, absl::string_view column) {
  uint64_t mask = 0;
  if (!absl::SimpleAtoi(row.Text(column), &mask)) return row.Error(column, "expected a decimal bit mask");
  return mask;
}

absl::StatusOr<domain::LatLon> Position(const domain::CsvRow& row) {
  ASSIGN_OR_RETURN(const double lat, row.Number("lat"));
  ASSIGN_OR_RETURN(const double lon, row.Number("lon"));
  const domain::LatLon position{lat, lon};
  if (!domain::IsPlausible(position)) return row.Error("lat", "impossible coordinates");
  return position;
}

absl::StatusOr<MatchSlot> ParseSlot(const domain::CsvRow& row) {
  MatchSlot slot;
  ASSIGN_OR_RETURN(slot.id, row.Integer("id"));
  ASSIGN_OR_RETURN(slot.position, Position(row));
  ASSIGN_OR_RETURN(slot.start_min, row.Number("start_min"));
  ASSIGN_OR_RETURN(slot.caps, Mask(row, "caps"));
  slot.site_type = std::string(row.Text("site_type"));
  return slot;
}

absl::StatusOr<MatchRequest> ParseRequest(const domain::CsvRow& row) {
  MatchRequest request;
  ASSIGN_OR_RETURN(request.id, row.Integer("id"));
  ASSIGN_OR_RETURN(request.position, Position(row));
  ASSIGN_OR_RETURN(request.earliest_min, row.Number("earliest_min"));
  ASSIGN_OR_RETURN(request.latest_min, row.Number("latest_min"));
  ASSIGN_OR_RETURN(request.need, Mask(row, "need"));
  ASSIGN_OR_RETURN(request.max_travel_min, row.Number("max_travel_min"));
  return request;
}

template <typename T, typename Parse>
absl::StatusOr<std::vector<T>> ReadRows(const std::string& path, const std::vector<std::string>& columns, Parse parse) {
  ASSIGN_OR_RETURN(std::string text, ReadText(path));
  auto reader = domain::CsvReader::Open(std::move(text), columns);
  if (!reader.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": ", reader.status().message()));
  std::vector<T> rows;
  while (auto row = reader->Next()) {
    absl::StatusOr<T> parsed = row->ok() ? parse(**row) : absl::StatusOr<T>(row->status());
    if (!parsed.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": ", parsed.status().message()));
    rows.push_back(*std::move(parsed));
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<MatchSlot>> ReadMatchSlots(const std::string& path) {
  return ReadRows<MatchSlot>(path, {"id", "lat", "lon", "start_min", "caps", "site_type"}, ParseSlot);
}

absl::StatusOr<std::vector<MatchRequest>> ReadMatchRequests(const std::string& path) {
  return ReadRows<MatchRequest>(path, {"id", "lat", "lon", "earliest_min", "latest_min", "need", "max_travel_min"}, ParseRequest);
}

std::vector<std::string> CapabilityCodes(uint64_t mask) {
  std::vector<std::string> codes;
  for (int bit = 0; bit < 64; ++bit) {
    if ((mask >> bit) & 1) codes.push_back(absl::StrCat("b", bit));
  }
  return codes;
}

}  // namespace snp::loadgen
