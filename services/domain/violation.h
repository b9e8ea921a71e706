// One rule that a value breaks.
#pragma once

#include <string>

namespace snp::domain {

struct Violation {
  // Path of the field as the API names it, relative to the value: "end_time", "visibility", "capabilities[2]".
  std::string field;
  // What is wrong and what is expected. Never echoes more than 80 characters of input.
  std::string description;
  bool operator==(const Violation&) const = default;
};

}  // namespace snp::domain
