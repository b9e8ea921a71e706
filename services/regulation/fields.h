// Checks of what a request states. Each adds what it finds wrong, under the field's path, so that a caller learns everything at once.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "domain/codes.h"
#include "domain/commune.h"
#include "platform/error.h"
#include "snp/registry/v1/registry.pb.h"
#include "snp/regulation/v1/regulation.pb.h"

namespace snp::regulation {

class Fields {
 public:
  // `communes` may be null: then only the form of a commune code is checked. Outlives this.
  explicit Fields(const domain::CommuneTable* communes = nullptr) : communes_(communes) {}

  void Wrong(absl::string_view field, absl::string_view description) { violations_.push_back({std::string(field), std::string(description)}); }
  void RequestId(absl::string_view value);
  // Printable text without control characters.
  void Text(absl::string_view field, absl::string_view value, size_t longest);
  // Empty is fine unless `required`.
  void Code(absl::string_view field, domain::Nomenclature nomenclature, absl::string_view value, bool required = false);
  // A known value of a proto enum; 0 is fine unless `required`.
  void Enum(absl::string_view field, int value, int last, bool required = false);
  void Patient(absl::string_view field, const v1::Patient& patient);
  void Need(absl::string_view field, const v1::Need& need);
  void Candidates(absl::string_view field, const google::protobuf::RepeatedPtrField<registry::v1::Candidate>& candidates);

  absl::Status status() const { return violations_.empty() ? absl::OkStatus() : platform::MakeFieldError(violations_); }

 private:
  const domain::CommuneTable* communes_;
  std::vector<platform::FieldViolation> violations_;
};

}  // namespace snp::regulation
