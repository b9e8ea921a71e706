// `bench match` on a small world, one client: the real services, and every answer as brute force would give it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "domain/geo.h"
#include "loadgen/match_files.h"
#include "loadgen/run_command.h"

namespace snp::loadgen {
namespace {

// The exact terms of the flat policies, written here once more.
double Travel(const MatchRequest& request, const MatchSlot& slot) { return domain::HaversineKm(request.position, slot.position) * 1.3 / 40 * 60; }

class SmallBenchTest : public ::testing::Test {
 protected:
  SmallBenchTest()
      : build_dir_(FromCtest("SNP_BUILD_DIR")),
        folder_(build_dir_ / absl::StrCat("small-bench-", getpid())),
        loadgen_(build_dir_ / "tools/loadgen/snp-loadgen") {}
  ~SmallBenchTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path build_dir_, folder_, loadgen_;
};

TEST_F(SmallBenchTest, AssignsAsBruteForceDoesAndTellsWhoGotNothingApart) {
  const Ran made = RunCommand(absl::StrCat(loadgen_.string(), " generate --slots 2000 --requests 400 --seed 3 --out ", folder_.string(), " --json"));
  ASSERT_EQ(made.status, 0);
  const std::string slots_csv = made.json()["slots_csv"], requests_csv = made.json()["requests_csv"];
  for (const std::string policy : {"flat-weighted", "flat-nearest"}) {
    const std::string out_csv = folder_ / (policy + ".csv");
    const Ran ran = RunCommand(absl::StrCat(loadgen_.string(), " match --slots ", slots_csv, " --requests ", requests_csv, " --policy ", policy,
                                            " --clients 1 --no-floor --work-dir ", folder_.string(), "/work --out ", out_csv, " --build-dir ",
                                            build_dir_.string(), " --source-dir ", FromCtest("SNP_SOURCE_DIR"), " --json"));
    ASSERT_EQ(ran.status, 0) << ran.out;

    const auto slots = *ReadMatchSlots(slots_csv);
    const auto requests = *ReadMatchRequests(requests_csv);
    std::map<std::string, const MatchSlot*> by_id;
    for (const MatchSlot& slot : slots) by_id[absl::StrCat(slot.id)] = &slot;
    std::set<int64_t> taken;
    std::ifstream in(out_csv);
    std::string line;
    std::getline(in, line);
    EXPECT_EQ(line, "request_id,slot_id,cost");
    int64_t assigned = 0;
    for (const MatchRequest& request : requests) {
      ASSERT_TRUE(std::getline(in, line));
      const std::vector<std::string> cells = absl::StrSplit(line, ',');
      ASSERT_EQ(cells.size(), 3u) << line;
      EXPECT_EQ(cells[0], absl::StrCat(request.id));
      const auto cost = [&](const MatchSlot& slot) {
        return Travel(request, slot) + (policy == "flat-weighted" ? 0.1 * (slot.start_min - request.earliest_min) : 0);
      };
      const auto feasible = [&](const MatchSlot& slot) {
        return slot.start_min >= request.earliest_min && slot.start_min <= request.latest_min && (request.need & ~slot.caps) == 0 &&
               Travel(request, slot) <= request.max_travel_min && !taken.contains(slot.id);
      };
      double best = INFINITY;
      for (const MatchSlot& slot : slots) {
        if (feasible(slot)) best = std::min(best, cost(slot));
      }
      if (cells[1].empty()) {
        EXPECT_EQ(best, INFINITY) << "request " << request.id << " could have had a slot";
        continue;
      }
      ++assigned;
      const MatchSlot& slot = *by_id.at(cells[1]);
      EXPECT_TRUE(feasible(slot)) << line;
      EXPECT_NEAR(cost(slot), best, 1e-5) << line;
      EXPECT_NEAR(std::stod(cells[2]), best, 1e-5) << line;
      taken.insert(slot.id);
    }

    const auto json = ran.json();
    EXPECT_EQ(json["requests"], 400);
    EXPECT_EQ(json["assigned"], assigned);
    EXPECT_EQ(json["unassigned"], 400 - assigned);
    EXPECT_GT(assigned, 50) << "a world in which most find nothing tests nothing";
    EXPECT_LT(assigned, 400) << "nor one in which everybody finds a slot";
    EXPECT_EQ(json["double_booked"], 0);
    EXPECT_GT(json["latency_us"]["p50"], json["unassigned_latency_us"]["p50"]) << "a dispatch is a Rank and a Hold, the others a Rank alone";
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "work")) << "its data stayed";
}

TEST_F(SmallBenchTest, HalfAFileIsNoBench) {
  std::filesystem::create_directories(folder_);
  std::ofstream(folder_ / "slots.csv") << "id,lat,lon,start_min,caps,site_type\n1,48.9,2.3,10,1,cabinet\n2,148.9,2.3,10,1,cabinet\n";
  std::ofstream(folder_ / "requests.csv") << "id,lat,lon,earliest_min,latest_min,need,max_travel_min\n";
  const Ran ran = RunCommand(absl::StrCat(loadgen_.string(), " match --slots ", (folder_ / "slots.csv").string(), " --requests ",
                                          (folder_ / "requests.csv").string(), " --no-floor --work-dir ", folder_.string(), "/work --build-dir ",
                                          build_dir_.string(), " --source-dir ", FromCtest("SNP_SOURCE_DIR"), " 2>&1"));
  EXPECT_EQ(ran.status, 1);
  EXPECT_NE(ran.out.find("slots.csv: line 3"), std::string::npos) << ran.out;
}

}  // namespace
}  // namespace snp::loadgen
