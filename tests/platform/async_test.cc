#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "platform/async/cancellation.h"
#include "platform/async/rendezvous.h"
#include "platform/async/signal.h"
#include "platform/async/sync_wait.h"
#include "platform/async/task.h"
#include "platform/async/timer.h"

namespace snp::platform {
namespace {

Task<int> Add(int a, int b) { co_return a + b; }

Task<int> Sum(int n) {
  int total = 0;
  for (int i = 0; i < n; ++i) total = co_await Add(total, i);
  co_return total;
}

// Symmetric transfer: a long chain must not grow the stack. (Sanitizers and -O0 switch tail calls off in g++: a short one there.)
TEST(TaskTest, RunsToItsEnd) { EXPECT_EQ(SyncWait(Sum(1000)), 499500); }

TEST(TimerTest, CallsInTheOrderOfTimeAndOnce) {
  Timer timer;
  std::promise<void> done;
  std::vector<int> order;
  timer.After(absl::Milliseconds(4), [&](bool) { order.push_back(2); });
  timer.After(absl::Milliseconds(1), [&](bool) { order.push_back(1); });
  timer.After(absl::Milliseconds(8), [&](bool) { done.set_value(); });
  done.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(TimerTest, ACancelledCallDoesNotCome) {
  Timer timer;
  std::atomic<bool> called{false};
  const uint64_t id = timer.After(absl::Hours(1), [&](bool) { called = true; });
  EXPECT_TRUE(timer.Cancel(id));
  EXPECT_FALSE(timer.Cancel(id));
  timer.Stop();
  EXPECT_FALSE(called);
}

TEST(TimerTest, SleepEndsWhenTimePassedOrTheTimerStops) {
  Timer timer;
  EXPECT_TRUE(SyncWait(timer.Sleep(absl::Milliseconds(1))));
  std::promise<bool> slept;
  Spawn(timer.Sleep(absl::InfiniteDuration()), [&](bool elapsed) { slept.set_value(elapsed); });
  timer.Stop();
  EXPECT_FALSE(slept.get_future().get());
  EXPECT_FALSE(SyncWait(timer.Sleep(absl::Hours(1))));
}

TEST(SignalTest, WaitReturnsAtOnceForOldNews) {
  Timer timer;
  Signal signal;
  const uint64_t seen = signal.version();
  signal.Notify();
  EXPECT_TRUE(SyncWait(signal.Wait(seen, absl::InfiniteDuration(), timer)));
}

TEST(SignalTest, WaitTimesOut) {
  Timer timer;
  Signal signal;
  EXPECT_FALSE(SyncWait(signal.Wait(signal.version(), absl::Milliseconds(1), timer)));
}

TEST(SignalTest, NotifyWakesEveryWaiter) {
  Timer timer;
  Signal signal;
  std::atomic<int> woken{0};
  for (int i = 0; i < 10; ++i) {
    Spawn(signal.Wait(signal.version(), absl::InfiniteDuration(), timer), [&](bool news) { woken += news ? 1 : 100; });
  }
  EXPECT_EQ(woken, 0);
  signal.Notify();
  EXPECT_EQ(woken, 10);
}

TEST(SignalTest, CancellationWakesAndAnOldOneDoesNotWait) {
  Timer timer;
  Signal signal;
  Cancellation cancel;
  std::atomic<int> woken{0};
  Spawn(signal.Wait(signal.version(), absl::InfiniteDuration(), timer, &cancel), [&](bool news) { woken += news ? 100 : 1; });
  EXPECT_EQ(woken, 0);
  cancel.Cancel();
  cancel.Cancel();
  EXPECT_EQ(woken, 1);
  EXPECT_FALSE(SyncWait(signal.Wait(signal.version(), absl::InfiniteDuration(), timer, &cancel)));
}

Task<int> Follow(Signal& signal, Timer& timer, Cancellation& cancel) {
  int rounds = 0;
  uint64_t seen = signal.version();
  while (!cancel.cancelled()) {
    co_await signal.Wait(seen, absl::Milliseconds(1), timer, &cancel);
    seen = signal.version();
    ++rounds;
  }
  co_return rounds;
}

// Notify, timeout and cancellation race for the same waiters.
TEST(SignalTest, RacesEndWell) {
  Timer timer;
  Signal signal;
  for (int round = 0; round < 20; ++round) {
    std::vector<std::unique_ptr<Cancellation>> cancels;
    std::vector<std::future<int>> ends;
    for (int i = 0; i < 4; ++i) {
      cancels.push_back(std::make_unique<Cancellation>());
      auto end = std::make_shared<std::promise<int>>();
      ends.push_back(end->get_future());
      Spawn(Follow(signal, timer, *cancels.back()), [end](int rounds) { end->set_value(rounds); });
    }
    std::thread notifier([&] {
      for (int i = 0; i < 200; ++i) signal.Notify();
    });
    std::thread canceller([&] {
      for (auto& cancel : cancels) cancel->Cancel();
    });
    for (auto& end : ends) end.wait();
    notifier.join();
    canceller.join();
  }
}

// What gRPC does: the operation may complete on another thread while the one that started it still reads the message.
struct Operation {
  Rendezvous* rendezvous;
  std::atomic<Rendezvous*>* completer;
  const int* message;
  int* sent;
  bool await_ready() const { return false; }
  bool await_suspend(std::coroutine_handle<> handle) {
    completer->store(rendezvous, std::memory_order_release);
    // After the operation is under way, like a message that is serialised then.
    *sent = *message;
    return rendezvous->Started(handle);
  }
  void await_resume() const {}
};

Task<int> Send(int count, std::atomic<Rendezvous*>& completer) {
  Rendezvous rendezvous;
  int wrong = 0;
  for (int i = 0; i < count; ++i) {
    int message = i, sent = -1;
    Operation operation{&rendezvous, &completer, &message, &sent};
    co_await operation;
    message = -2;
    if (sent != i) ++wrong;
  }
  co_return wrong;
}

TEST(RendezvousTest, TheMessageStaysUntilItsStarterHasReturned) {
  std::atomic<Rendezvous*> completer{nullptr};
  std::atomic<bool> stop{false};
  std::thread completing([&] {
    while (!stop) {
      if (Rendezvous* started = completer.exchange(nullptr, std::memory_order_acquire)) started->Completed();
    }
  });
  EXPECT_EQ(SyncWait(Send(20'000, completer)), 0);
  stop = true;
  completing.join();
}

}  // namespace
}  // namespace snp::platform
