#include "loadgen/work_dir.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "loadgen/child.h"

namespace snp::loadgen {
namespace {

TEST(WorkDirTest, IsFreshAndGoesWithAllItHolds) {
  const std::string parent = ::testing::TempDir() + "work_dir/deep";
  std::string first;
  {
    WorkDir a = *WorkDir::Make(parent);
    const WorkDir b = *WorkDir::Make(parent);
    first = a.path();
    EXPECT_NE(a.path(), b.path());
    EXPECT_EQ(std::filesystem::status(a.path()).permissions(), std::filesystem::perms::owner_all);
    std::filesystem::create_directory(a.path() + "/appendonlydir");
    std::ofstream(a.path() + "/appendonlydir/log") << "data";
    const WorkDir moved = std::move(a);
    EXPECT_EQ(moved.path(), first);
    EXPECT_TRUE(std::filesystem::exists(first));
  }
  EXPECT_FALSE(std::filesystem::exists(first));
  EXPECT_TRUE(std::filesystem::is_empty(parent));
}

// A unix socket's path has at most 107 characters; a checkout may lie deeper.
TEST(WorkDirTest, ADeepFolderHasItsSocketsElsewhere) {
  const std::string parent = ::testing::TempDir() + "work_dir/" + std::string(120, 'd');
  std::string socket;
  {
    const WorkDir dir = *WorkDir::Make(parent);
    socket = dir.Socket("redis.sock");
    EXPECT_LT(socket.size(), 100u);
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(socket).parent_path()));
  }
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(socket).parent_path()));
  EXPECT_FALSE(WorkDir::Make("/proc/no").ok());
}

TEST(PendingSignalTest, TakesABlockedSignalOnce) {
  sigset_t set, before;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  EXPECT_EQ(PendingSignal(), 0);
  pthread_kill(pthread_self(), SIGINT);
  EXPECT_EQ(PendingSignal(), SIGINT);
  EXPECT_EQ(PendingSignal(), 0);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// Ctrl-C in a terminal goes to its foreground group: the parent's, not the children's.
TEST(ChildTest, IsInAProcessGroupOfItsOwn) {
  const WorkDir dir = *WorkDir::Make(::testing::TempDir() + "child");
  Child child = *Child::Start({"sleep", "100"}, dir.path() + "/log");
  ASSERT_TRUE(child.Running());
  EXPECT_EQ(getpgid(child.pid()), child.pid());
  child.End(SIGTERM);
  EXPECT_FALSE(child.Running());
}

}  // namespace
}  // namespace snp::loadgen
