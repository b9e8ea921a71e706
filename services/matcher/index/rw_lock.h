// Readers and one writer; a waiting writer goes before new readers, so that a stream of rankings never keeps an event out of the index.
// pthread's own lock: ThreadSanitizer understands it, and std::shared_mutex cannot be told to prefer writers.
#pragma once

#include <pthread.h>

namespace snp::matcher {

// Not recursive: a thread that reads must not lock again.
class RwLock {
 public:
  RwLock() {
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&lock_, &attributes);
    pthread_rwlockattr_destroy(&attributes);
  }
  ~RwLock() { pthread_rwlock_destroy(&lock_); }
  RwLock(const RwLock&) = delete;
  RwLock& operator=(const RwLock&) = delete;

  class Reading {
   public:
    explicit Reading(RwLock& lock) : lock_(lock.lock_) { pthread_rwlock_rdlock(&lock_); }
    ~Reading() { pthread_rwlock_unlock(&lock_); }
    Reading(const Reading&) = delete;

   private:
    pthread_rwlock_t& lock_;
  };
  class Writing {
   public:
    explicit Writing(RwLock& lock) : lock_(lock.lock_) { pthread_rwlock_wrlock(&lock_); }
    ~Writing() { pthread_rwlock_unlock(&lock_); }
    Writing(const Writing&) = delete;

   private:
    pthread_rwlock_t& lock_;
  };

 private:
  pthread_rwlock_t lock_;
};

}  // namespace snp::matcher
