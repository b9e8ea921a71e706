// SyncWait: blocks this thread until a Task ends. For mains, tools and tests; never from a handler or a completion thread (it would wait for itself).
#pragma once

#include <future>
#include <utility>

#include "platform/async/task.h"

namespace snp::platform {

template <typename T>
T SyncWait(Task<T> task) {
  std::promise<T> promise;
  auto future = promise.get_future();
  Spawn(std::move(task), [&promise](T value) { promise.set_value(std::move(value)); });
  return future.get();
}

}  // namespace snp::platform
