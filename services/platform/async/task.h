// Task<T>: a lazily started coroutine with one awaiter.
//
// Handlers are written as straight-line code and suspend where they wait for Redis or for another service, so that no thread is parked per call
// (a blocked thread per call starves gRPC's small callback pool: see services/decisions/0002-coroutines.md).
//
// Promise:
//  - a Task does nothing until it is awaited or handed to Spawn;
//  - it resumes on whatever thread completed the thing it waited for (a Redis reader thread, a gRPC thread): code after co_await must not block;
//  - no exceptions cross it: an escaping exception ends the process (errors are absl::Status);
//  - destroying a Task that has not finished is a defect; Spawn keeps it alive to its end.
//
// Traps of g++ 12: never co_await inside `?:`, nor with a braced-init temporary as an argument of the awaited call; never write a lambda
// coroutine that captures (its captures die with the lambda object) unless the lambda object outlives the coroutine: pass state as parameters.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace snp::platform {

template <typename T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::coroutine_handle<> awaiter;

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
        auto next = self.promise().awaiter;
        return next ? next : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    template <typename U>
    void return_value(U&& v) {
      value.emplace(std::forward<U>(v));
    }
    void unhandled_exception() { std::terminate(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&&) = delete;
  Task(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

namespace internal {
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
template <typename T, typename Done>
Detached RunDetached(Task<T> task, Done done) {
  T value = co_await std::move(task);
  done(std::move(value));
}
}  // namespace internal

// Starts `task` on this thread; `done(T)` runs once, on the thread where it ends.
template <typename T, typename Done>
void Spawn(Task<T> task, Done done) {
  internal::RunDetached(std::move(task), std::move(done));
}

}  // namespace snp::platform
