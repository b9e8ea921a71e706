// Upstream's names for the two macros that Debian's abseil does not have.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define SNP_CONCAT_INNER(a, b) a##b
#define SNP_CONCAT(a, b) SNP_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expr)                                         \
  do {                                                                \
    if (absl::Status status_ = (expr); !status_.ok()) return status_; \
  } while (false)

#define ASSIGN_OR_RETURN(lhs, expr)                                                                        \
  auto SNP_CONCAT(status_or_, __LINE__) = (expr);                                                          \
  if (!SNP_CONCAT(status_or_, __LINE__).ok()) return std::move(SNP_CONCAT(status_or_, __LINE__)).status(); \
  lhs = *std::move(SNP_CONCAT(status_or_, __LINE__))

// The same in a coroutine. The expression may hold a co_await.
#define CO_RETURN_IF_ERROR(expr)          \
  do {                                    \
    absl::Status status_ = (expr);        \
    if (!status_.ok()) co_return status_; \
  } while (false)

#define CO_ASSIGN_OR_RETURN(lhs, expr)                                                                        \
  auto SNP_CONCAT(status_or_, __LINE__) = (expr);                                                             \
  if (!SNP_CONCAT(status_or_, __LINE__).ok()) co_return std::move(SNP_CONCAT(status_or_, __LINE__)).status(); \
  lhs = *std::move(SNP_CONCAT(status_or_, __LINE__))
