#include "matcher/policy_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"

namespace snp::matcher {
namespace {

using domain::Policy;

constexpr size_t kMaxBytes = 64 * 1024;

absl::Status At(const YAML::Mark& mark, absl::string_view message) {
  if (mark.is_null()) return absl::InvalidArgumentError(message);
  return absl::InvalidArgumentError(absl::StrCat("line ", mark.line + 1, ", column ", mark.column + 1, ": ", message));
}

std::string Quoted(const std::string& text) { return absl::StrCat("\"", absl::CEscape(absl::string_view(text).substr(0, 40)), "\""); }

using Reader = std::function<absl::Status(const YAML::Node&)>;
struct Key {
  const char* name;
  Reader read;
  bool required = false;
};

// Reads a map whose keys are exactly known.
absl::Status ReadMap(const YAML::Node& node, const std::vector<Key>& keys) {
  if (!node.IsMap()) return At(node.Mark(), "expected keys and values");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) return At(entry.first.Mark(), "expected a key");
    const std::string name = entry.first.Scalar();
    auto key = std::find_if(keys.begin(), keys.end(), [&](const Key& k) { return name == k.name; });
    if (key == keys.end()) return At(entry.first.Mark(), absl::StrCat("unknown key ", Quoted(name)));
    if (!seen.insert(name).second) return At(entry.first.Mark(), absl::StrCat("key ", Quoted(name), " stands twice"));
    RETURN_IF_ERROR(key->read(entry.second));
  }
  for (const Key& key : keys) {
    if (key.required && seen.count(key.name) == 0) return At(node.Mark(), absl::StrCat("key \"", key.name, "\" is missing"));
  }
  return absl::OkStatus();
}

Reader Text(std::string* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    if (!node.IsScalar()) return At(node.Mark(), "expected text");
    *out = node.Scalar();
    return absl::OkStatus();
  };
}

absl::Status ReadNumber(const YAML::Node& node, double* out) {
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, *out) || !std::isfinite(*out)) return At(node.Mark(), "expected a number");
  return absl::OkStatus();
}

Reader Number(double* out) {
  return [out](const YAML::Node& node) { return ReadNumber(node, out); };
}

Reader Integer(int* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    if (!node.IsScalar() || !YAML::convert<int>::decode(node, *out)) return At(node.Mark(), "expected a whole number");
    return absl::OkStatus();
  };
}

Reader Flag(bool* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, *out)) return At(node.Mark(), "expected true or false");
    return absl::OkStatus();
  };
}

// Minutes into a duration or an optional one.
template <typename Duration>
Reader Minutes(Duration* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    double minutes = 0;
    RETURN_IF_ERROR(ReadNumber(node, &minutes));
    if (std::abs(minutes) > 1e6) return At(node.Mark(), "expected minutes below a million");
    *out = absl::Minutes(minutes);
    return absl::OkStatus();
  };
}

Reader CircleName(domain::Circle* out) {
  return [out](const YAML::Node& node) -> absl::Status {
    const auto circle = node.IsScalar() ? domain::CircleFromName(node.Scalar()) : std::nullopt;
    if (!circle || *circle == domain::Circle::kFlat || *circle == domain::Circle::kOwnGp || *circle == domain::Circle::kSameStructure) {
      return At(node.Mark(), "expected town, relief, tele or emergency_department");
    }
    *out = *circle;
    return absl::OkStatus();
  };
}

absl::Status ReadByKind(const YAML::Node& node, Policy* policy) {
  if (!node.IsMap()) return At(node.Mark(), "expected kinds of place and circles");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto kind = entry.first.IsScalar() ? domain::PlaceKindFromName(entry.first.Scalar()) : std::nullopt;
    if (!kind) return At(entry.first.Mark(), "unknown kind of place");
    if (!seen.insert(entry.first.Scalar()).second) return At(entry.first.Mark(), "this kind of place stands twice");
    domain::Circle circle;
    RETURN_IF_ERROR(CircleName(&circle)(entry.second));
    policy->circle_of[static_cast<int>(*kind)].fill(circle);
  }
  return absl::OkStatus();
}

// After ReadByKind: a modality wins over the kind, except at an emergency department.
absl::Status ReadByModality(const YAML::Node& node, Policy* policy) {
  if (!node.IsMap()) return At(node.Mark(), "expected modalities and circles");
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const auto modality = entry.first.IsScalar() ? domain::ModalityFromName(entry.first.Scalar()) : std::nullopt;
    if (!modality) return At(entry.first.Mark(), "unknown modality");
    if (!seen.insert(entry.first.Scalar()).second) return At(entry.first.Mark(), "this modality stands twice");
    domain::Circle circle;
    RETURN_IF_ERROR(CircleName(&circle)(entry.second));
    for (auto& row : policy->circle_of) {
      if (row[0] != domain::Circle::kEmergencyDepartment) row[static_cast<int>(*modality)] = circle;
    }
  }
  return absl::OkStatus();
}

absl::Status ReadRules(const YAML::Node& node, Policy* policy) {
  std::vector<Key> circles;
  for (const char* name : {"own_gp", "same_structure", "town", "relief", "tele", "emergency_department"}) {
    domain::CircleRule* rule = &policy->circles[static_cast<int>(*domain::CircleFromName(name))];
    circles.push_back(
        {name, [rule](const YAML::Node& value) {
           return ReadMap(
               value, {{"rank", Integer(&rule->rank)}, {"extra_min", Number(&rule->extra_minutes)}, {"max_travel_min", Minutes(&rule->max_travel)}});
         }});
  }
  return ReadMap(node, circles);
}

absl::Status ReadCircles(const YAML::Node& node, Policy* policy) {
  YAML::Node by_kind, by_modality;
  RETURN_IF_ERROR(ReadMap(node, {{"by_kind",
                                  [&](const YAML::Node& v) {
                                    by_kind.reset(v);
                                    return absl::OkStatus();
                                  }},
                                 {"by_modality",
                                  [&](const YAML::Node& v) {
                                    by_modality.reset(v);
                                    return absl::OkStatus();
                                  }},
                                 {"cpts", CircleName(&policy->cpts_circle)},
                                 {"rules", [&](const YAML::Node& v) { return ReadRules(v, policy); }}}));
  // In this order whatever the file's.
  if (by_kind.IsDefined() && !by_kind.IsNull()) RETURN_IF_ERROR(ReadByKind(by_kind, policy));
  if (by_modality.IsDefined() && !by_modality.IsNull()) RETURN_IF_ERROR(ReadByModality(by_modality, policy));
  return absl::OkStatus();
}

absl::Status ReadSpeeds(const YAML::Node& node, Policy* policy) {
  if (!node.IsSequence()) return At(node.Mark(), "expected a list of {density_from, kmh}");
  policy->travel.speeds.clear();
  for (const auto& entry : node) {
    domain::SpeedClass speed;
    RETURN_IF_ERROR(ReadMap(entry, {{"density_from", Number(&speed.density_from), true}, {"kmh", Number(&speed.kmh), true}}));
    policy->travel.speeds.push_back(speed);
  }
  return absl::OkStatus();
}

absl::StatusOr<Policy> Read(const YAML::Node& root) {
  if (!root.IsMap()) return At(root.Mark(), "expected keys and values");
  const YAML::Node order = root["order"];
  if (!order.IsDefined() || !order.IsScalar() || (order.Scalar() != "circles" && order.Scalar() != "flat")) {
    return At(order.IsDefined() ? order.Mark() : root.Mark(), "\"order\" must be circles or flat");
  }
  Policy p = order.Scalar() == "flat" ? Policy::Flat() : Policy::Graded();
  std::string ignored;
  auto map = [](std::vector<Key> keys) -> Reader { return [keys = std::move(keys)](const YAML::Node& v) { return ReadMap(v, keys); }; };
  std::vector<Key> keys = {
      {"name", Text(&p.name), true},
      {"version", Text(&p.version), true},
      {"order", Text(&ignored), true},
      {"weights", map({{"travel", Number(&p.travel_weight), true}, {"wait", Number(&p.wait_weight), true}}), true},
      {"max_travel_min", Minutes(&p.max_travel), true},
      {"visit_max_travel_min", Minutes(&p.visit_max_travel)},
      {"no_car", map({{"speed_factor", Number(&p.no_car_speed_factor)}, {"max_travel_min", Minutes(&p.no_car_max_travel)}})},
      {"freshness", map({{"demote_after_min", Minutes(&p.demote_after)},
                         {"stale_min", Number(&p.stale_minutes)},
                         {"refuse_after_min", Minutes(&p.refuse_after)}})},
      {"require_reachable", Flag(&p.require_reachable)},
      {"travel", map({{"detour", Number(&p.travel.detour), true}, {"speeds", [&p](const YAML::Node& v) { return ReadSpeeds(v, &p); }, true}}), true},
  };
  if (!p.flat) keys.push_back({"circles", [&p](const YAML::Node& v) { return ReadCircles(v, &p); }});
  RETURN_IF_ERROR(ReadMap(root, keys));
  RETURN_IF_ERROR(domain::Validate(p));
  return p;
}

}  // namespace

absl::StatusOr<domain::Policy> ParsePolicy(const std::string& yaml) {
  if (yaml.size() > kMaxBytes) return absl::InvalidArgumentError("expected at most 64 kB");
  try {
    // Anchors could make a small text huge, and deep nesting exhaust the stack: a policy needs neither.
    int depth = 0;
    for (const char c : yaml) {
      if (c == '&' || c == '*') return absl::InvalidArgumentError("anchors and aliases are not taken");
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (depth > 16) return absl::InvalidArgumentError("nested too deeply");
    }
    return Read(YAML::Load(yaml));
  } catch (const YAML::Exception& e) {
    return At(e.mark, e.msg);
  }
}

absl::StatusOr<Policies> ReadPolicies(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  if (error) return absl::InvalidArgumentError(absl::StrCat("folder of policies \"", folder, "\": ", error.message()));
  std::sort(files.begin(), files.end());
  Policies policies;
  for (const auto& file : files) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return absl::InvalidArgumentError(absl::StrCat(file.string(), ": cannot be read"));
    auto policy = ParsePolicy(text.str());
    if (!policy.ok()) return absl::InvalidArgumentError(absl::StrCat(file.string(), ": ", policy.status().message()));
    const std::string name = policy->name;
    if (!policies.try_emplace(name, *std::move(policy)).second) {
      return absl::InvalidArgumentError(absl::StrCat(file.string(), ": another file has a policy named \"", name, "\""));
    }
  }
  if (policies.empty()) return absl::InvalidArgumentError(absl::StrCat("folder of policies \"", folder, "\" holds no *.yaml"));
  return policies;
}

}  // namespace snp::matcher
