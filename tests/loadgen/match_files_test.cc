#include "loadgen/match_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "loadgen/blocks.h"
#include "loadgen/match_generate.h"
#include "loadgen/work_dir.h"

namespace snp::loadgen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MatchFilesTest : public ::testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = dir_.path() + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  static std::string Text(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }

  WorkDir dir_ = *WorkDir::Make(::testing::TempDir() + "match_files");
};

TEST_F(MatchFilesTest, ReadsSlotsAndRequests) {
  const auto slots = ReadMatchSlots(File("s.csv", "id,lat,lon,start_min,caps,site_type\n7,48.9,2.3,30,5,msp\n"));
  ASSERT_TRUE(slots.ok()) << slots.status();
  ASSERT_EQ(slots->size(), 1u);
  EXPECT_EQ((*slots)[0].id, 7);
  EXPECT_EQ((*slots)[0].caps, 5u);
  EXPECT_EQ((*slots)[0].site_type, "msp");
  const auto requests =
      ReadMatchRequests(File("r.csv", "id,lat,lon,earliest_min,latest_min,need,max_travel_min\n1,48.9,2.3,0,60,18446744073709551615,15.5\n"));
  ASSERT_TRUE(requests.ok()) << requests.status();
  EXPECT_EQ((*requests)[0].need, ~uint64_t{0});
  EXPECT_EQ((*requests)[0].max_travel_min, 15.5);
}

TEST_F(MatchFilesTest, AnyBadCellFailsTheFileAndIsNamed) {
  const auto error = [&](const std::string& row) {
    return std::string(ReadMatchSlots(File("s.csv", "id,lat,lon,start_min,caps,site_type\n" + row + "\n")).status().message());
  };
  EXPECT_THAT(error("x,48.9,2.3,30,5,msp"), HasSubstr("line 2, column 1"));
  EXPECT_THAT(error("1,98.9,2.3,30,5,msp"), HasSubstr("line 2, column 2"));
  EXPECT_THAT(error("1,48.9,2.3,30,-5,msp"), HasSubstr("line 2, column 5"));
  EXPECT_FALSE(ReadMatchSlots(dir_.path() + "/none.csv").ok());
}

TEST(CapabilityCodesTest, AreTheBitsOfTheMask) {
  EXPECT_THAT(CapabilityCodes(0), ElementsAre());
  EXPECT_THAT(CapabilityCodes((uint64_t{1} << 63) | 5), ElementsAre("b0", "b2", "b63"));
}

TEST_F(MatchFilesTest, TheSameSeedMakesTheSameFiles) {
  GenerateOptions options{.slots = 300, .requests = 100, .seed = 4, .out_dir = dir_.path() + "/new/a"};
  ASSERT_TRUE(GenerateMatchFiles(options).ok());
  options.out_dir = dir_.path() + "/b";
  ASSERT_TRUE(GenerateMatchFiles(options).ok());
  EXPECT_EQ(Text(dir_.path() + "/new/a/slots.csv"), Text(dir_.path() + "/b/slots.csv"));
  EXPECT_EQ(Text(dir_.path() + "/new/a/requests.csv"), Text(dir_.path() + "/b/requests.csv"));
  const auto slots = ReadMatchSlots(dir_.path() + "/b/slots.csv");
  ASSERT_TRUE(slots.ok()) << slots.status();
  EXPECT_EQ(slots->size(), 300u);
  std::set<int64_t> ids;
  for (const MatchSlot& slot : *slots) ids.insert(slot.id);
  EXPECT_EQ(ids.size(), 300u);
  EXPECT_EQ(ReadMatchRequests(dir_.path() + "/b/requests.csv")->size(), 100u);
}

TEST(SamplesTest, QuantilesAndRate) {
  Samples samples;
  EXPECT_EQ(samples.Quantile(0.5), 0);
  EXPECT_EQ(samples.PerSecond(), 0);
  for (int i = 1; i <= 100; ++i) samples.us.push_back(i);
  samples.elapsed = absl::Seconds(2);
  EXPECT_EQ(samples.Quantile(0.5), 51);
  EXPECT_EQ(samples.Quantile(0.99), 100);
  EXPECT_EQ(samples.PerSecond(), 50);
}

TEST(RunBlockTest, AClientThatSaysNoStopsAndIsNotCounted) {
  std::atomic<int> calls{0};
  const Samples samples = RunBlock(2, absl::Seconds(60), [&](int) { return ++calls <= 10; });
  EXPECT_EQ(samples.us.size(), 10u);
  EXPECT_EQ(calls, 12);
}

}  // namespace
}  // namespace snp::loadgen
