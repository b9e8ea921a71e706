// Invented names of practices.
#pragma once

#include <string>
#include <vector>

#include "scenario/random.h"

namespace snp::scenario {

// Hands out "des Tilleuls", "du Lavoir"... in random order, none twice until all are used; then again with a number ("des Tilleuls 2").
class PracticeNames {
 public:
  explicit PracticeNames(Random random);
  std::string Next();

 private:
  Random random_;
  std::vector<std::string> left_;
  int round_ = 0;
};

}  // namespace snp::scenario
