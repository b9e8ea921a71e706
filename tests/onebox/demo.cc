// `snp-onebox demo --once --json` as `tools/snp demo` runs it: one JSON line that keeps its promises, and nothing left behind.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>

#include "loadgen/run_command.h"

namespace snp {
namespace {

class DemoTest : public ::testing::Test {
 protected:
  DemoTest()
      : onebox_(FromCtest("SNP_BUILD_DIR") + "/tools/onebox/snp-onebox"),
        work_(FromCtest("SNP_BUILD_DIR") + "/demo-test-" + std::to_string(getpid())) {}
  ~DemoTest() override { std::filesystem::remove_all(work_); }

  const std::string onebox_, work_;
};

TEST_F(DemoTest, OneJsonLineThatKeepsItsPromises) {
  const Ran ran = RunCommand(onebox_ + " demo --once --json --work-dir " + work_);
  EXPECT_EQ(ran.status, 0);
  const auto json = ran.json();
  ASSERT_TRUE(json.is_object()) << ran.out;
  EXPECT_EQ(ran.out.find('\n'), ran.out.size() - 1) << "results only, on one line";
  for (const char* key : {"scenario", "requests", "booked", "advice", "emergency", "unplaced", "double_booked", "lost_bookings", "dispatch_ms",
                          "travel_min", "delay_min", "ed_last_resort", "baseline"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  const auto has = [](const nlohmann::json& object, std::initializer_list<const char*> keys) {
    for (const char* key : keys) EXPECT_TRUE(object.contains(key) && object[key].is_number()) << key << " of " << object;
  };
  has(json["dispatch_ms"], {"p50", "p99"});
  has(json["travel_min"], {"p50", "p90"});
  has(json["delay_min"], {"p50", "p90"});
  has(json["baseline"], {"unplaced"});
  has(json["baseline"]["travel_min"], {"p50", "p90"});
  has(json["baseline"]["delay_min"], {"p50", "p90"});

  EXPECT_EQ(json["double_booked"], 0);
  EXPECT_EQ(json["lost_bookings"], 0);
  const auto count = [&](const char* key) { return json[key].get<int64_t>(); };
  EXPECT_GT(count("requests"), 200);
  EXPECT_EQ(count("requests"), count("booked") + count("advice") + count("emergency") + count("unplaced"));
  EXPECT_LE(count("ed_last_resort"), count("unplaced"));
  EXPECT_LT(count("unplaced"), json["baseline"]["unplaced"].get<int64_t>());
  EXPECT_LT(json["delay_min"]["p90"].get<double>(), json["baseline"]["delay_min"]["p90"].get<double>());
  EXPECT_TRUE(std::filesystem::is_empty(work_)) << "its data stayed";
}

// Ctrl-C: an end in order, within seconds, with the exit status of an interrupted program.
TEST_F(DemoTest, EndsInOrderWhenInterrupted) {
  int progress[2];
  ASSERT_EQ(pipe(progress), 0);
  const pid_t demo = fork();
  ASSERT_GE(demo, 0);
  if (demo == 0) {
    dup2(progress[1], STDERR_FILENO);
    close(progress[0]);
    execl(onebox_.c_str(), onebox_.c_str(), "demo", "--once", "--work-dir", work_.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  close(progress[1]);
  FILE* lines = fdopen(progress[0], "r");
  char line[1000];
  while (fgets(line, sizeof line, lines) != nullptr && strstr(line, " requests, ") == nullptr) {
  }
  kill(demo, SIGINT);  // Its day has begun.
  bool said = false;
  while (fgets(line, sizeof line, lines) != nullptr) said = said || strcmp(line, "demo: interrupted\n") == 0;
  fclose(lines);
  int status = 0;
  ASSERT_EQ(waitpid(demo, &status, 0), demo);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGINT);
  EXPECT_TRUE(said);
  EXPECT_TRUE(std::filesystem::is_empty(work_)) << "its data stayed";
}

}  // namespace
}  // namespace snp
