#include "matcher/policy_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/config/yaml.h"
#include "platform/status_macros.h"

namespace snp::matcher {
namespace {

using domain::Policy;

using platform::yaml::At;
using platform::yaml::Flag;
using platform::yaml::Integer;
using platform::yaml::Key;
using platform::yaml::Map;
using platform::yaml::Minutes;
using platform::yaml::Number;
using platform::yaml::Reader;
using platform::yaml::ReadMap;
using platform::yaml::Text;

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
  std::vector<Key> keys = {
      {"name", Text(&p.name), true},
      {"version", Text(&p.version), true},
      {"order", Text(&ignored), true},
      {"weights", Map({{"travel", Number(&p.travel_weight), true}, {"wait", Number(&p.wait_weight), true}}), true},
      {"max_travel_min", Minutes(&p.max_travel), true},
      {"visit_max_travel_min", Minutes(&p.visit_max_travel)},
      {"no_car", Map({{"speed_factor", Number(&p.no_car_speed_factor)}, {"max_travel_min", Minutes(&p.no_car_max_travel)}})},
      {"freshness", Map({{"demote_after_min", Minutes(&p.demote_after)},
                         {"stale_min", Number(&p.stale_minutes)},
                         {"refuse_after_min", Minutes(&p.refuse_after)}})},
      {"require_reachable", Flag(&p.require_reachable)},
      {"travel", Map({{"detour", Number(&p.travel.detour), true}, {"speeds", [&p](const YAML::Node& v) { return ReadSpeeds(v, &p); }, true}}), true},
  };
  if (!p.flat) keys.push_back({"circles", [&p](const YAML::Node& v) { return ReadCircles(v, &p); }});
  RETURN_IF_ERROR(ReadMap(root, keys));
  RETURN_IF_ERROR(domain::Validate(p));
  return p;
}

}  // namespace

absl::StatusOr<domain::Policy> ParsePolicy(const std::string& yaml) {
  Policy policy;
  RETURN_IF_ERROR(platform::yaml::Read(yaml, [&](const YAML::Node& root) -> absl::Status {
    ASSIGN_OR_RETURN(policy, Read(root));
    return absl::OkStatus();
  }));
  return policy;
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
