#include "tension/detector_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace snp::tension {
namespace {

using ::testing::HasSubstr;

TEST(DetectorFile, TheShippedOnesAreReadAndStateTheirRate) {
  std::set<std::string> methods;
  for (const auto& entry : std::filesystem::directory_iterator(SNP_SOURCE_DIR "/services/tension/detectors")) {
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const auto file = ParseDetector("", text.str());
    ASSERT_TRUE(file.ok()) << entry.path() << ": " << file.status();
    EXPECT_TRUE(file->false_alarms) << entry.path();
    methods.insert(file->method);
    // What the command line does without a file is what the file's rates were measured with.
    if (entry.path().stem() == file->method) {
      EXPECT_TRUE(file->params == *domain::DetectorNamed(file->method)) << entry.path();
    }
  }
  EXPECT_EQ(methods.size(), domain::DetectorNames().size());
}

TEST(DetectorFile, KeysLeftOutKeepTheMethodsFigures) {
  const auto file = ParseDetector("farrington-flexible", "b: 3\nalpha: 0.05\n");
  ASSERT_TRUE(file.ok()) << file.status();
  const auto& params = std::get<domain::FarringtonParams>(file->params);
  EXPECT_EQ(params.b, 3);
  EXPECT_EQ(params.alpha, 0.05);
  EXPECT_EQ(params.noPeriods, 10);
  EXPECT_EQ(file->false_alarms, std::nullopt);
  const auto c3 = ParseDetector("ears-c3", "{}");
  ASSERT_TRUE(c3.ok()) << c3.status();
  EXPECT_EQ(std::get<domain::EarsParams>(c3->params).guard, 2);
}

TEST(DetectorFile, AnAmpersandInACommentIsNoAnchor) { EXPECT_TRUE(ParseDetector("cusum", "# grippe & bronchiolite, 5*h\nk: 1\n").ok()); }

TEST(DetectorFile, SaysWhereItIsWrong) {
  struct Row {
    const char* method;
    const char* yaml;
    const char* says;
  };
  for (const Row& row : {
           Row{"ears-c1", "method: ears-c1\nbase: 7\n", "line 2, column 1: unknown key \"base\""},
           Row{"ears-c1", "baseline: seven\n", "line 1, column 11: expected a whole number"},
           Row{"ears-c1", "baseline: 2\n", "baseline: 3 to 365"},
           Row{"ears-c1", "method: cusum\n", "line 1, column 9: these are not the settings of ears-c1"},
           Row{"", "baseline: 7\n", "key \"method\" is missing"},
           Row{"", "method: ears\n", "line 1, column 9: no method of this name; there are ears-c1, "},
           Row{"mem", "intensity: [0.4, 0.9]\n", "line 1, column 12: expected three numbers"},
           Row{"mem", "level: .nan\n", "line 1, column 8: expected a number"},
           Row{"cusum", "false_alarms: {from: 0.2, to: 0.1}\n", "0 <= from <= to"},
           Row{"cusum", "k: 1\nk: 2\n", "line 2, column 1: key \"k\" stands twice"},
           Row{"cusum", "- 1\n", "expected keys and values"},
           Row{"cusum", "k: [\n", "line 2"},
           Row{"cusum", "k: &a 1\n", "line 1, column 4: anchors"},
       }) {
    const auto file = ParseDetector(row.method, row.yaml);
    EXPECT_THAT(std::string(file.status().message()), HasSubstr(row.says)) << row.yaml;
  }
}

}  // namespace
}  // namespace snp::tension
