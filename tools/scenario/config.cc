#include "scenario/config.h"

#include <yaml-cpp/yaml.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "domain/codes.h"
#include "scenario/words.h"

namespace snp::scenario {
namespace {

// Carries a message out of the parser; never leaves this file.
struct BadConfig : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void Refuse(const YAML::Node& at, const std::string& message) {
  throw BadConfig(at.Mark().is_null() ? message : absl::StrCat("line ", at.Mark().line + 1, ": ", message));
}

// A YAML map that knows which keys were asked for: a key that nobody asked for is a typing error.
class Map {
 public:
  Map(YAML::Node node, std::string path) : node_(std::move(node)), path_(std::move(path)) {
    if (!node_.IsMap()) Refuse(node_, absl::StrCat(path_, " must be a map"));
  }
  YAML::Node Need(const char* key) {
    asked_.insert(key);
    YAML::Node value = node_[key];
    if (!value) Refuse(node_, absl::StrCat(path_, ".", key, " is missing"));
    return value;
  }
  bool Has(const char* key) const { return static_cast<bool>(node_[key]); }
  template <typename T>
  T Get(const char* key) {
    YAML::Node value = Need(key);
    try {
      return value.as<T>();
    } catch (const YAML::Exception&) {
      Refuse(value, absl::StrCat(path_, ".", key, " has a wrong type"));
    }
  }
  template <typename T>
  T Get(const char* key, T otherwise) {
    return Has(key) ? Get<T>(key) : otherwise;
  }
  int Int(const char* key, int low, int high) {
    const int v = Get<int>(key);
    if (v < low || v > high) Refuse(node_[key], absl::StrCat(path_, ".", key, " must be ", low, " to ", high));
    return v;
  }
  int Int(const char* key, int low, int high, int otherwise) { return Has(key) ? Int(key, low, high) : otherwise; }
  double Real(const char* key, double low, double high) {
    const double v = Get<double>(key);
    if (!(v >= low && v <= high)) Refuse(node_[key], absl::StrCat(path_, ".", key, " must be ", low, " to ", high));
    return v;
  }
  double Share(const char* key) { return Real(key, 0, 1); }
  // Calls f(element, path of the element) for each element of a list.
  template <typename F>
  void Each(const char* key, F f) {
    YAML::Node list = Need(key);
    if (!list.IsSequence()) Refuse(list, absl::StrCat(path_, ".", key, " must be a list"));
    for (size_t i = 0; i < list.size(); ++i) f(list[i], absl::StrCat(path_, ".", key, "[", i, "]"));
  }
  const std::string& path() const { return path_; }
  const YAML::Node& node() const { return node_; }
  void RefuseUnknown() const {
    for (const auto& item : node_) {
      const auto key = item.first.as<std::string>();
      if (!asked_.count(key)) Refuse(item.first, absl::StrCat(path_, ".", key, " is not a known key"));
    }
  }

 private:
  YAML::Node node_;
  std::string path_;
  std::set<std::string> asked_;
};

absl::CivilDay Day(const YAML::Node& node, const std::string& path) {
  absl::CivilDay day;
  if (!node.IsScalar() || !absl::ParseCivilTime(node.Scalar(), &day)) Refuse(node, absl::StrCat(path, " must be a date YYYY-MM-DD"));
  return day;
}

int Minutes(Map& map, const char* key) {
  const std::string text = map.Get<std::string>(key);
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  int h = 0, m = 0;
  if (parts.size() != 2 || parts[1].size() != 2 || !absl::SimpleAtoi(parts[0], &h) || !absl::SimpleAtoi(parts[1], &m) || h < 0 || h > 24 || m < 0 ||
      m > 59 || h * 60 + m > 1440) {
    Refuse(map.node()[key], absl::StrCat(map.path(), ".", key, " must be HH:MM, 00:00 to 24:00"));
  }
  return h * 60 + m;
}

Hours ReadHours(Map& map) {
  Hours hours{Minutes(map, "from"), Minutes(map, "to")};
  if (hours.from >= hours.to) Refuse(map.node(), absl::StrCat(map.path(), ": `from` must be before `to`"));
  return hours;
}

template <typename E>
E Word(Map& map, const char* key, std::optional<E> (*parse)(absl::string_view)) {
  const auto value = parse(map.Get<std::string>(key));
  if (!value) Refuse(map.node()[key], absl::StrCat(map.path(), ".", key, ": unknown word ", map.Get<std::string>(key)));
  return *value;
}

std::vector<std::string> Strings(Map& map, const char* key) {
  std::vector<std::string> out;
  if (!map.Has(key)) return out;
  map.Each(key, [&](const YAML::Node& n, const std::string& path) {
    if (!n.IsScalar()) Refuse(n, absl::StrCat(path, " must be a word"));
    out.push_back(n.Scalar());
  });
  return out;
}

std::vector<double> Weights(Map& map, const char* key, size_t wanted) {
  auto values = map.Get<std::vector<double>>(key);
  double sum = 0;
  for (double v : values) {
    if (!(v >= 0)) Refuse(map.node()[key], absl::StrCat(map.path(), ".", key, " holds a negative weight"));
    sum += v;
  }
  if (sum <= 0 || (wanted != 0 && values.size() != wanted)) {
    Refuse(map.node()[key],
           absl::StrCat(map.path(), ".", key, " needs ", wanted == 0 ? std::string("some") : absl::StrCat(wanted), " weights, not all 0"));
  }
  return values;
}

void NeedSumOfOne(double sum, const YAML::Node& node, const std::string& path) {
  if (std::abs(sum - 1) > 1e-6) Refuse(node, absl::StrCat(path, ": shares add up to ", sum, ", not 1"));
}

Mix ReadMix(Map& map, const char* key) {
  YAML::Node node = map.Need(key);
  const std::string path = absl::StrCat(map.path(), ".", key);
  if (!node.IsMap()) Refuse(node, absl::StrCat(path, " must be a map"));
  Mix mix;
  double sum = 0;
  Map inner(node, path);
  for (const auto& item : node) {
    const auto code = item.first.as<std::string>();
    mix.emplace_back(code, inner.Share(code.c_str()));
    sum += mix.back().second;
  }
  NeedSumOfOne(sum, node, path);
  return mix;
}

SlotRule ReadRule(const YAML::Node& node, const std::string& path) {
  Map map(node, path);
  SlotRule rule;
  map.Each("days", [&](const YAML::Node& n, const std::string& at) {
    const std::string word = n.IsScalar() ? n.Scalar() : "";
    if (word == "weekday") {
      rule.days.weekday = true;
    } else if (word == "saturday") {
      rule.days.saturday = true;
    } else if (word == "sunday") {
      rule.days.sunday = true;
    } else {
      Refuse(n, absl::StrCat(at, " must be weekday, saturday or sunday"));
    }
  });
  rule.hours = ReadHours(map);
  rule.minutes = map.Int("minutes", 5, 1440);
  rule.capacity = map.Int("capacity", 1, 500);
  rule.mode = Word(map, "mode", &ParseSlotMode);
  rule.pick = map.Int("pick", 0, 288, 0);
  map.Each("visibility", [&](const YAML::Node& n, const std::string& at) {
    const auto v = ParseVisibility(n.IsScalar() ? n.Scalar() : "");
    if (!v) Refuse(n, absl::StrCat(at, " must be PUBLIC, PRO, SNP or CPTS"));
    rule.visibility.Add(*v);
  });
  if (rule.visibility.empty()) Refuse(node, absl::StrCat(path, ".visibility is empty"));
  map.RefuseUnknown();
  return rule;
}

FacilityConfig ReadFacility(const YAML::Node& node, const std::string& path) {
  Map map(node, path);
  FacilityConfig f;
  f.id = map.Get<std::string>("id");
  f.kind = Word(map, "kind", &ParsePlaceKind);
  f.name = map.Get<std::string>("name");
  f.count = map.Int("count", 0, 500);
  f.spacing_km = map.Real("spacing_km", 0, 200);
  f.liberal_gps = map.Int("liberal_gps", 0, 100, 0);
  f.salaried_gps = map.Int("salaried_gps", 0, 100, 0);
  f.pmr = map.Get<bool>("pmr", true);
  f.regulated_only = map.Get<bool>("regulated_only", false);
  if (map.Has("modality")) f.modality = Word(map, "modality", &ParseModality);
  f.capabilities = Strings(map, "capabilities");
  map.Each("rules", [&](const YAML::Node& n, const std::string& at) { f.rules.push_back(ReadRule(n, at)); });
  map.RefuseUnknown();
  return f;
}

TownConfig ReadTown(Map map) {
  TownConfig t;
  t.gps = map.Int("gps", 1, 100000);
  t.publish_share = map.Share("publish_share");
  t.session_minutes = map.Int("session_minutes", 5, 720);
  t.sessions_per_week = map.Int("sessions_per_week", 1, 6);
  t.slot_minutes = map.Int("slot_minutes", 5, 240);
  Map weekday(map.Need("weekday"), map.path() + ".weekday"), saturday(map.Need("saturday"), map.path() + ".saturday");
  t.weekday = ReadHours(weekday);
  t.saturday = ReadHours(saturday);
  if (t.session_minutes > t.weekday.to - t.weekday.from || t.session_minutes > t.saturday.to - t.saturday.from) {
    Refuse(map.node(), "town.session_minutes is longer than the opening hours");
  }
  t.saturday_weight = map.Real("saturday_weight", 0, 10);
  t.cabinet_sizes = Weights(map, "cabinet_sizes", 0);
  t.pmr_share = map.Share("pmr_share");
  t.no_toddlers_share = map.Share("no_toddlers_share");
  t.release_before_minutes = map.Int("release_before_minutes", 0, 2880);
  t.cpts = map.Int("cpts", 0, 100);
  map.RefuseUnknown();
  return t;
}

DemandConfig ReadDemand(Map map) {
  DemandConfig d;
  d.requests_per_day = map.Real("requests_per_day", 0, 1e6);
  d.day_weights = Weights(map, "day_weights", 7);
  d.season = map.Real("season", 0, 100);
  d.hour_weights = Weights(map, "hour_weights", 24);
  d.care_levels = ReadMix(map, "care_levels");
  d.priorities = ReadMix(map, "priorities");
  d.delays = ReadMix(map, "delays");
  d.origins = ReadMix(map, "origins");
  for (const auto& [code, share] : d.care_levels) {
    if (!ParseCareLevel(code)) Refuse(map.node()["care_levels"], absl::StrCat("demand.care_levels: unknown code ", code));
  }
  for (const auto& [code, share] : d.priorities) {
    if (!ParseCallPriority(code)) Refuse(map.node()["priorities"], absl::StrCat("demand.priorities: unknown code ", code));
  }
  for (const auto& [code, share] : d.delays) {
    if (code == "RDV" || !domain::IsCode(domain::Nomenclature::kDelay, code))
      Refuse(map.node()["delays"], absl::StrCat("demand.delays: no duration for the code ", code));
  }
  d.r4_examination_share = map.Share("r4_examination_share");
  d.own_gp_share = map.Share("own_gp_share");
  d.own_gp_radius_km = map.Real("own_gp_radius_km", 0.1, 200);
  d.female_share = map.Share("female_share");
  d.unknown_age_share = map.Share("unknown_age_share");
  double sum = 0;
  map.Each("ages", [&](const YAML::Node& n, const std::string& at) {
    Map band(n, at);
    d.ages.push_back({band.Int("from", 0, 120), band.Int("to", 1, 121), band.Share("share")});
    if (d.ages.back().from >= d.ages.back().to) Refuse(n, absl::StrCat(at, ": `from` must be below `to`"));
    sum += d.ages.back().share;
    band.RefuseUnknown();
  });
  NeedSumOfOne(sum, map.node()["ages"], "demand.ages");
  d.pmr_share = map.Share("pmr_share");
  d.pmr_share_from_75 = map.Share("pmr_share_from_75");
  d.no_car_share = map.Share("no_car_share");
  double child = 0, adult = 0, senior = 0;
  map.Each("motives", [&](const YAML::Node& n, const std::string& at) {
    Map motive(n, at);
    d.motives.push_back({motive.Get<std::string>("code"), motive.Real("child", 0, 1e6), motive.Real("adult", 0, 1e6), motive.Real("senior", 0, 1e6)});
    child += d.motives.back().child;
    adult += d.motives.back().adult;
    senior += d.motives.back().senior;
    motive.RefuseUnknown();
  });
  if (child <= 0 || adult <= 0 || senior <= 0) Refuse(map.node()["motives"], "demand.motives: each age group needs a weight above 0");
  map.Each("capabilities", [&](const YAML::Node& n, const std::string& at) {
    Map c(n, at);
    d.capabilities.push_back({c.Get<std::string>("motive"), c.Get<std::string>("capability"), c.Share("share")});
    c.RefuseUnknown();
  });
  map.RefuseUnknown();
  return d;
}

Config Read(const YAML::Node& root) {
  Map map(root, "scenario");
  Config c;
  c.name = map.Get<std::string>("name");
  c.department = map.Get<std::string>("department");
  c.time_zone = map.Get<std::string>("time_zone");
  c.date = Day(map.Need("date"), "scenario.date");
  map.Each("holidays", [&](const YAML::Node& n, const std::string& at) { c.holidays.push_back(Day(n, at)); });
  c.supply_days = map.Int("supply_days", 1, 62);
  c.town = ReadTown(Map(map.Need("town"), "town"));
  std::set<std::string> ids{"cab"};
  int liberal = 0;
  map.Each("facilities", [&](const YAML::Node& n, const std::string& at) {
    c.facilities.push_back(ReadFacility(n, at));
    liberal += c.facilities.back().count * c.facilities.back().liberal_gps;
    if (!ids.insert(c.facilities.back().id).second) Refuse(n, absl::StrCat(at, ".id is used twice"));
  });
  if (liberal > c.town.gps) Refuse(root, "facilities hold more liberal GPs than town.gps");
  c.demand = ReadDemand(Map(map.Need("demand"), "demand"));
  map.RefuseUnknown();
  return c;
}

}  // namespace

absl::StatusOr<Config> ParseConfig(absl::string_view yaml) {
  try {
    return Read(YAML::Load(std::string(yaml)));
  } catch (const BadConfig& e) {
    return absl::InvalidArgumentError(e.what());
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(e.what());
  }
}

absl::StatusOr<Config> LoadConfig(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::stringstream text;
  text << in.rdbuf();
  auto config = ParseConfig(text.str());
  if (!config.ok()) return absl::Status(config.status().code(), absl::StrCat(path, ": ", config.status().message()));
  return config;
}

std::string DataDirectory() {
  const char* set = std::getenv("SNP_SCENARIO_DATA");
  return set != nullptr && *set != '\0' ? set : SNP_SCENARIO_DATA_DIR;
}

}  // namespace snp::scenario
