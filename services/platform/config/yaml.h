// Reading settings from YAML whose keys are exactly known: each problem of the text says its line and column.
//
//   int k = 0;
//   absl::Status read = yaml::Read(text, [&](const YAML::Node& root) { return yaml::ReadMap(root, {{"k", yaml::Integer(&k), true}}); });
//
// A reader of a value fills the variable it was made with, which outlives it; on an error the variable is unchanged.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace snp::platform::yaml {

using Reader = std::function<absl::Status(const YAML::Node&)>;

struct Key {
  const char* name;
  Reader read;
  bool required = false;
};

// Hands the document to `read`. INVALID_ARGUMENT for text that is not YAML, above 64 kB, nested deeper than 16, or with anchors or aliases (they
// could make a small text huge).
absl::Status Read(const std::string& text, const Reader& read);

// A map: INVALID_ARGUMENT for a key that is unknown, twice, or required and missing. Keys are read in the order of the file.
absl::Status ReadMap(const YAML::Node& node, const std::vector<Key>& keys);
Reader Map(std::vector<Key> keys);

Reader Text(std::string* out);
Reader Number(double* out);  // Finite.
Reader Integer(int* out);
Reader Flag(bool* out);

absl::Status ReadNumber(const YAML::Node& node, double* out);

// INVALID_ARGUMENT `line L, column C: message`.
absl::Status At(const YAML::Mark& mark, absl::string_view message);

// Minutes, fractions allowed, into a Duration or an optional one; at most a million.
template <typename Duration>
Reader Minutes(Duration* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    double minutes = 0;
    if (absl::Status status = ReadNumber(node, &minutes); !status.ok()) return status;
    if (std::abs(minutes) > 1e6) return At(node.Mark(), "expected minutes below a million");
    *out = absl::Minutes(minutes);
    return absl::OkStatus();
  };
}

}  // namespace snp::platform::yaml
