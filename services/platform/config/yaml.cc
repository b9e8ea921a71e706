#include "platform/config/yaml.h"

#include <yaml-cpp/eventhandler.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/status_macros.h"

namespace snp::platform::yaml {
namespace {

constexpr size_t kMaxBytes = 64 * 1024;
constexpr int kMaxDepth = 16;

std::string Quoted(const std::string& text) { return absl::StrCat("\"", absl::CEscape(absl::string_view(text).substr(0, 40)), "\""); }

// Walks through the events of a text and throws at what settings do not need.
class Guard final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { Anchor(mark, anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { Anchor(mark, 1); }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, const std::string&) override { Anchor(mark, anchor); }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { Enter(mark, anchor); }
  void OnSequenceEnd() override { --depth_; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override { Enter(mark, anchor); }
  void OnMapEnd() override { --depth_; }

 private:
  static void Anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0) throw YAML::ParserException(mark, "anchors and aliases are not taken");
  }
  void Enter(const YAML::Mark& mark, YAML::anchor_t anchor) {
    Anchor(mark, anchor);
    if (++depth_ > kMaxDepth) throw YAML::ParserException(mark, "nested too deeply");
  }
  int depth_ = 0;
};

// A scalar of type T.
template <typename T>
Reader Scalar(T* out, const char* expected) {
  return [out, expected](const YAML::Node& node) -> absl::Status {
    T value;
    if (!node.IsScalar() || !YAML::convert<T>::decode(node, value)) return At(node.Mark(), expected);
    *out = std::move(value);
    return absl::OkStatus();
  };
}

}  // namespace

absl::Status At(const YAML::Mark& mark, absl::string_view message) {
  if (mark.is_null()) return absl::InvalidArgumentError(message);
  return absl::InvalidArgumentError(absl::StrCat("line ", mark.line + 1, ", column ", mark.column + 1, ": ", message));
}

absl::Status Read(const std::string& text, const Reader& read) {
  if (text.size() > kMaxBytes) return absl::InvalidArgumentError("expected at most 64 kB");
  try {
    std::istringstream in(text);
    YAML::Parser parser(in);
    Guard guard;
    // One document, as Load reads: on some texts that are none the parser gives empty ones for ever.
    parser.HandleNextDocument(guard);
    return read(YAML::Load(text));
  } catch (const YAML::Exception& e) {
    return At(e.mark, e.msg);
  }
}

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

Reader Map(std::vector<Key> keys) {
  return [keys = std::move(keys)](const YAML::Node& node) { return ReadMap(node, keys); };
}

Reader Text(std::string* out) { return Scalar(out, "expected text"); }
Reader Integer(int* out) { return Scalar(out, "expected a whole number"); }
Reader Flag(bool* out) { return Scalar(out, "expected true or false"); }
Reader Number(double* out) {
  return [out](const YAML::Node& node) { return ReadNumber(node, out); };
}

absl::Status ReadNumber(const YAML::Node& node, double* out) {
  double value = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, value) || !std::isfinite(value)) return At(node.Mark(), "expected a number");
  *out = value;
  return absl::OkStatus();
}

}  // namespace snp::platform::yaml
