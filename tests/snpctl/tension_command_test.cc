// snpctl tension: no service, no token.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "snpctl/ctl.h"

namespace snp::ctl {
namespace {

using ::testing::HasSubstr;

struct Result {
  int status;
  std::string out, err;
  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> lines;
    for (const auto& line : absl::StrSplit(out, '\n', absl::SkipEmpty())) lines.push_back(nlohmann::json::parse(std::string(line)));
    return lines;
  }
};

class TensionCommandTest : public ::testing::Test {
 protected:
  TensionCommandTest()
      : folder_(std::filesystem::temp_directory_path() / absl::StrCat("snp-tension-test-", getpid(), "-", absl::GetCurrentTimeNanos())) {
    std::filesystem::create_directory(folder_);
  }
  ~TensionCommandTest() override { std::filesystem::remove_all(folder_); }

  Result Run(std::vector<std::string> args) {
    std::ostringstream out, err;
    platform::SeededIdSource ids(1);
    const std::atomic<bool> interrupted{false};
    World world{out, err, clock_, ids, [](absl::Duration) {}, [](const char*) { return std::string(); }, interrupted};
    args.insert(args.begin(), "tension");
    const int status = RunCtl(std::move(args), world);
    return {status, out.str(), err.str()};
  }
  std::string File(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  std::string Error(const std::string& series) {
    const Result result = Run({"detect", "--method", "ears-c1", "--series", File("bad.csv", series)});
    EXPECT_EQ(result.status, 1);
    EXPECT_EQ(result.out, "");
    return result.err;
  }

  std::filesystem::path folder_;
  platform::FakeClock clock_{absl::FromUnixSeconds(1'768'219'200)};
};

constexpr char kSeries[] = "t,count\n0,50\n1,52\n2,48\n3,51\n4,49\n5,53\n6,47\n7,50\n8,51\n9,70\n10,72\n11,74\n";

TEST_F(TensionCommandTest, DetectWritesOneObjectAPointAndNothingElse) {
  const auto result = Run({"detect", "--method", "ears-c1", "--series", File("s.csv", kSeries), "--json"});
  EXPECT_EQ(result.status, 0) << result.err;
  const auto lines = result.lines();
  ASSERT_EQ(lines.size(), 12u);
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].size(), 5u);
    EXPECT_EQ(lines[i]["t"], i);
  }
  EXPECT_EQ(lines[6], nlohmann::json::parse(R"({"t":6,"expected":null,"threshold":null,"score":null,"alarm":false})"));
  EXPECT_NEAR(lines[9]["score"].get<double>(), 9.896, 5e-4);
  EXPECT_EQ(lines[9]["alarm"], true);
}

TEST_F(TensionCommandTest, DetectTakesParametersAndDates) {
  const std::string params = File("p.yaml", "baseline: 3\nthreshold: 1\n");
  const std::string series = File("d.csv", "t,count\n2018-12-22,4\n2018-12-29,5\n2019-01-05,6\n2019-01-12,9\n");
  const auto result = Run({"detect", "--method", "ears-c1", "--series", series, "--params", params, "--json"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.lines()[3], nlohmann::json::parse(R"({"t":"2019-01-12","expected":5.0,"threshold":6.0,"score":4.0,"alarm":true})"));
  EXPECT_THAT(Run({"detect", "--method", "ears-c1", "--series", series, "--params", params}).out,
              HasSubstr("1 alarms in 4 points; nothing can be said of 3"));
}

TEST_F(TensionCommandTest, AHoleIsNeverAZero) {
  EXPECT_THAT(Error("t,count\n0,1\n1,2\n3,4\n"), HasSubstr("line 4, column 1 (t): not 1 after the row before"));
  EXPECT_THAT(Error("t,count\n0,1\n1,\n"), HasSubstr("line 3, column 2 (count): missing"));
  EXPECT_THAT(Error("t,count\n0,1\n0,2\n"), HasSubstr("line 3, column 1 (t): must rise"));
  EXPECT_THAT(Error("t,count\n0,1\n2018-12-22,2\n"), HasSubstr("mixed"));
  EXPECT_THAT(Error("t,count\n0,-1\n"), HasSubstr("must be 0 to a billion"));
  EXPECT_THAT(Error("t,count\n0,1e300\n"), HasSubstr("must be 0 to a billion"));
  EXPECT_THAT(Error("t,count\n-9223372036854775807,1\n"), HasSubstr("expected a whole number"));
  EXPECT_THAT(Error("t,count\nx,1\n"), HasSubstr("expected a whole number or a date"));
  EXPECT_THAT(Error("t,n\n0,1\n"), HasSubstr("count"));
  EXPECT_THAT(Error(""), HasSubstr("bad.csv"));
}

TEST_F(TensionCommandTest, WeeklyFiguresAreNotUsedOnDays) {
  const std::string days = File("days.csv", "t,count\n2018-12-22,4\n2018-12-23,5\n");
  for (const char* method : {"serfling", "farrington-flexible", "mem"}) {
    const auto result = Run({"detect", "--method", method, "--series", days, "--json"});
    EXPECT_EQ(result.status, 1);
    EXPECT_THAT(result.err, HasSubstr("1 days apart"));
  }
  EXPECT_EQ(
      Run({"detect", "--method", "serfling", "--series", days, "--params", File("p.yaml", "period: 365.25\nmin_points: 730\nmax_points: 3650\n")})
          .status,
      0);
}

TEST_F(TensionCommandTest, DetectRefusesWhatItCannotUse) {
  const std::string series = File("s.csv", kSeries);
  EXPECT_EQ(Run({"detect", "--method", "ears", "--series", series}).status, 2);
  EXPECT_THAT(Run({"detect", "--method", "mem", "--series", "/nowhere.csv"}).err, HasSubstr("cannot read /nowhere.csv"));
  const auto bad = Run({"detect", "--method", "mem", "--series", series, "--params", File("p.yaml", "delta: 2.8\nmethod: cusum\n")});
  EXPECT_EQ(bad.status, 1);
  EXPECT_THAT(bad.err, HasSubstr("p.yaml: line 2, column 9: these are not the settings of mem"));
}

TEST_F(TensionCommandTest, Scores) {
  struct Row {
    const char* index;
    const char* input;
    const char* level;
    double score;
  };
  for (const Row& row :
       {Row{"nedocs", R"({"ed_patients":35,"ed_beds":40,"boarders":8,"hospital_beds":300,"ventilated":3,"longest_boarding_h":6,"last_bed_wait_h":2})",
            "overcrowded", 128.135},
        Row{"edwin", R"({"patients":[2,4,6,3,1],"attending":3,"beds":20,"boarders":5})", "active", 1},
        Row{"cedocs", R"({"critical":2,"longest_boarding_h":6,"waiting_room":10,"ed_patients":35,"ed_beds":25,"year_visits":40000})", "busy",
            59.154}}) {
    const auto result = Run({"score", "--index", row.index, "--input", File("in.json", row.input), "--json"});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_NEAR(result.lines()[0]["score"].get<double>(), row.score, 5e-4);
    EXPECT_EQ(result.lines()[0]["level"], row.level);
  }
  const auto maximal =
      Run({"score", "--index", "edwin", "--input", File("in.json", R"({"patients":[2,4,6,3,1],"attending":0,"beds":20,"boarders":5})"), "--json"});
  EXPECT_EQ(maximal.lines()[0]["score"], nullptr);
  EXPECT_EQ(maximal.lines()[0]["maximal"], true);
  EXPECT_EQ(maximal.lines()[0]["level"], "crowded");
}

TEST_F(TensionCommandTest, ScoreNamesTheFieldThatIsWrong) {
  const auto says = [&](const std::string& index, const std::string& input) {
    const auto result = Run({"score", "--index", index, "--input", File("in.json", input)});
    EXPECT_EQ(result.status, 1);
    return result.err;
  };
  EXPECT_THAT(says("edwin", "{"), HasSubstr("not JSON"));
  EXPECT_THAT(says("edwin", "[]"), HasSubstr("expected one JSON object"));
  EXPECT_THAT(says("edwin", R"({"patients":[1],"attending":3,"beds":20,"boarders":5})"), HasSubstr("patients: expected 5 numbers"));
  EXPECT_THAT(says("edwin", R"({"patients":[1,1,1,1,1],"attending":"3","beds":20,"boarders":5})"), HasSubstr("attending: expected a number"));
  EXPECT_THAT(says("edwin", R"({"attending":3,"beds":20,"boarders":5})"), HasSubstr("\"patients\" is missing"));
  EXPECT_THAT(says("edwin", R"({"beds":20,"bords":5})"), HasSubstr("unknown field \"bords\""));
}

}  // namespace
}  // namespace snp::ctl
