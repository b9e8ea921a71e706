#include "store/redis/client.h"

#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "platform/error.h"
#include "store/redis/key_slot.h"
#include "store/redis/reply_reader.h"
#include "store/redis/script.h"

namespace snp::store::redis {
namespace {

using platform::MakeError;
using platform::Reason;
using platform::Task;

constexpr size_t kMaxUnsent = 64u << 20;
constexpr absl::Duration kIdle = absl::Seconds(1);
// How long a Redis that let a deadline pass may go on saying nothing before new commands are refused instead of joining the queue.
constexpr absl::Duration kSuspectPatience = absl::Milliseconds(250);

void AppendCommand(const std::vector<std::string>& args, std::string* out) {
  size_t size = 16;
  for (const auto& arg : args) size += arg.size() + 16;
  out->reserve(out->size() + size);
  absl::StrAppend(out, "*", args.size(), "\r\n");
  for (const auto& arg : args) absl::StrAppend(out, "$", arg.size(), "\r\n", arg, "\r\n");
}

// A node asks another question of the cluster than this one can answer: at most so many times for one command.
constexpr int kRedirections = 3;

absl::Status Unavailable(absl::string_view what) { return MakeError(Reason::kStoreUnavailable, what); }

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

}  // namespace

absl::StatusOr<Reply> Checked(absl::StatusOr<Reply> reply) {
  if (!reply.ok() || reply->kind != Reply::Kind::kError) return reply;
  const std::string& text = reply->text;
  for (absl::string_view prefix : {"LOADING", "READONLY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "BUSY", "MOVED", "ASK"}) {
    if (absl::StartsWith(text, prefix)) return Unavailable(absl::StrCat("redis: ", prefix));
  }
  for (absl::string_view prefix : {"OOM", "MISCONF"}) {
    if (absl::StartsWith(text, prefix)) return MakeError(Reason::kStoreFull, absl::StrCat("redis: ", prefix));
  }
  if (absl::StrContains(text, "disk")) return MakeError(Reason::kStoreFull, "redis: disk");
  // Redis quotes arguments in some errors: keep the beginning only.
  return MakeError(Reason::kInternal, absl::StrCat("redis: ", text.substr(0, 200)));
}

struct Client::Impl {
  // One awaiting caller; lives in its coroutine's frame.
  struct Call {
    std::string bytes;
    int count = 1;
    absl::Time deadline;
    absl::Status status;
    Reply reply;                 // count == 1.
    std::vector<Reply> replies;  // count > 1.
    std::coroutine_handle<> handle;
  };
  // A command in flight. `call` is null once its caller gave up, or for a ping: the reply is then dropped.
  struct Entry {
    Call* call;
    int left;
    absl::Time deadline;
  };
  struct Awaiter {
    Impl& impl;
    Call& call;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> handle) {
      call.handle = handle;
      return impl.Push(call);
    }
    void await_resume() const noexcept {}
  };

  explicit Impl(ClientOptions o) : options(std::move(o)), reader([this] { Loop(); }) {}
  ~Impl() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
      if (fd >= 0) shutdown(fd, SHUT_RDWR);
      changed.notify_all();
    }
    reader.join();
    // Their callers end with them, and must find nobody else to go to.
    std::map<std::string, std::unique_ptr<Client>> others;
    {
      std::lock_guard lock(peers_mutex);
      ending = true;
      owners.clear();
      others.swap(peers);
    }
  }

  // True: handed over, and `call` belongs to the reader from now on. False: failed at once, call.status says why.
  bool Push(Call& call) {
    const absl::Time now = absl::Now();
    if (call.deadline == absl::InfiniteFuture()) call.deadline = now + options.default_timeout;
    if (call.deadline <= now) {
      call.status = MakeError(Reason::kDeadline, "the deadline has passed");
      return false;
    }
    std::unique_lock lock(mutex);
    if (!up) {
      call.status = Unavailable("no connection to redis");
      return false;
    }
    if (suspect && now - waiting_since >= kSuspectPatience) {
      // No way to get stuck: what made it suspect is still in flight, and its reply or the end of the connection clears it.
      call.status = Unavailable("redis does not answer");
      return false;
    }
    if (unsent.size() + call.bytes.size() > kMaxUnsent) {
      call.status = Unavailable("redis takes no more commands");
      return false;
    }
    Append(call.bytes, {&call, call.count, call.deadline}, now);
    if (!writing && !blocked) Flush(lock);
    return true;
  }

  void Append(const std::string& bytes, Entry entry, absl::Time now) {
    if (in_flight.empty()) waiting_since = now;
    unsent.append(bytes);
    in_flight.push_back(entry);
    next_deadline = std::min(next_deadline, entry.deadline);
  }

  // Writes what is unsent, also what others append meanwhile. Precondition: locked, nobody writing, not blocked.
  void Flush(std::unique_lock<std::mutex>& lock) {
    writing = true;
    while (!unsent.empty() && up && !blocked) {
      sending.swap(unsent);
      size_t sent = 0;
      bool full = false;
      lock.unlock();
      while (sent < sending.size()) {
        const ssize_t n = send(fd, sending.data() + sent, sending.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n >= 0) {
          sent += static_cast<size_t>(n);
        } else if (errno != EINTR) {
          full = errno == EAGAIN || errno == EWOULDBLOCK;
          break;
        }
      }
      lock.lock();
      if (sent < sending.size()) {
        if (full) {
          sending.erase(0, sent);
          sending.append(unsent);
          unsent.swap(sending);
          blocked = true;
        } else {
          // The reader sees the end of the stream and fails everybody.
          shutdown(fd, SHUT_RDWR);
          blocked = true;
        }
      }
      sending.clear();
    }
    writing = false;
    if (!up) changed.notify_all();
  }

  // ---- a cluster's other nodes ----

  // Who has the key of this command, as far as is known; null: this connection. One that is down is not asked: the nodes that are left know better.
  Client* OwnerOf(const std::vector<std::string>& args) {
    if (!clustered.load(std::memory_order_acquire)) return nullptr;
    bool here;
    {
      std::lock_guard lock(mutex);
      here = up;
    }
    std::lock_guard lock(peers_mutex);
    if (owners.empty()) return nullptr;
    Client* owner = owners[static_cast<size_t>(KeySlot(KeyOf(args)))];
    if (owner != nullptr && owner->connected()) return owner;
    if (here) return nullptr;
    for (const auto& [address, peer] : peers) {
      if (peer && peer->connected()) return peer.get();
    }
    return nullptr;
  }

  // Where an error reply sends its command: "MOVED <slot> <host:port>". Takes note of it. False: it says something else, or this is the end.
  bool Redirect(const Reply& error, Client** node) {
    *node = nullptr;
    if (error.kind != Reply::Kind::kError || !absl::StartsWith(error.text, "MOVED ")) return false;
    const std::vector<std::string> words = absl::StrSplit(error.text, ' ');
    int slot = 0;
    if (words.size() != 3 || !absl::SimpleAtoi(words[1], &slot) || slot < 0 || slot >= kKeySlots) return false;
    std::string address = words[2];
    // Without a host: the one that was asked.
    if (absl::StartsWith(address, ":")) address = options.address.substr(0, options.address.rfind(':')) + address;
    std::lock_guard lock(peers_mutex);
    if (ending) return false;
    owners.resize(kKeySlots, nullptr);
    std::unique_ptr<Client>& peer = peers[address];
    if (!peer && address != options.address) {
      ClientOptions same = options;
      same.address = address;
      peer = std::make_unique<Client>(std::move(same));
    }
    *node = owners[static_cast<size_t>(slot)] = peer.get();
    clustered.store(true, std::memory_order_release);
    return true;
  }

  // ---- the reader's thread ----

  void Loop() {
    // hiredis writes the first commands of a connection without MSG_NOSIGNAL: a server that dies just then must not end the process.
    sigset_t broken_pipe;
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    absl::Duration backoff = options.min_backoff;
    while (true) {
      Context context = Connect();
      {
        std::unique_lock lock(mutex);
        if (stopping) return;
        if (context) {
          up = true;
          suspect = blocked = false;
          fd = context->fd;
          next_deadline = absl::InfiniteFuture();
          changed.notify_all();
        } else {
          changed.wait_for(lock, absl::ToChronoNanoseconds(backoff), [this] { return stopping; });
          backoff = std::min(backoff * 2, options.max_backoff);
          continue;
        }
      }
      backoff = options.min_backoff;
      Serve();
      Disconnect(std::move(context));
    }
  }

  Context Connect() const {
    const timeval timeout = absl::ToTimeval(options.connect_timeout);
    Context context;
    if (absl::StartsWith(options.address, "unix:")) {
      context.reset(redisConnectUnixWithTimeout(options.address.c_str() + 5, timeout));
    } else {
      const size_t colon = options.address.rfind(':');
      int port = 6379;
      if (colon != std::string::npos && !absl::SimpleAtoi(absl::string_view(options.address).substr(colon + 1), &port)) return nullptr;
      context.reset(redisConnectWithTimeout(options.address.substr(0, colon).c_str(), port, timeout));
      if (context && !context->err) redisEnableKeepAlive(context.get());
    }
    if (!context || context->err || redisSetTimeout(context.get(), timeout) != REDIS_OK) return nullptr;
    // A Redis that is loading its data, or stopped, is not there yet.
    if (!Ask(context.get(), "PING", nullptr)) return nullptr;
    if (options.load_scripts) {
      for (const Script* script : Script::All()) {
        // An old text in a full server is no reason to stay away: NOSCRIPT is handled per call.
        Ask(context.get(), "SCRIPT LOAD %s", script->text().c_str());
        if (context->err) return nullptr;
      }
    }
    const timeval tick = absl::ToTimeval(options.tick);
    setsockopt(context->fd, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick);
    return context;
  }

  static bool Ask(redisContext* context, const char* format, const char* arg) {
    std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(redisCommand(context, format, arg)));
    return reply && reply->type != REDIS_REPLY_ERROR;
  }

  // Until the connection is given up.
  void Serve() {
    ReplyReader replies;
    std::vector<char> buffer(64u << 10);
    std::vector<std::unique_ptr<Reply>> parsed;
    std::vector<Call*> ready;
    absl::Time last_bytes = absl::Now();
    while (true) {
      WaitIfBlocked();
      const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
      if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return;
      bool broken = n > 0 && !replies.Feed(buffer.data(), static_cast<size_t>(n));
      while (!broken) {
        auto reply = replies.Next(&broken);
        if (!reply) break;
        parsed.push_back(std::move(reply));
      }
      const absl::Time now = absl::Now();
      if (n > 0) last_bytes = now;
      {
        std::unique_lock lock(mutex);
        if (n > 0) {
          waiting_since = now;
          suspect = false;
        }
        for (auto& reply : parsed) broken |= !Deliver(std::move(*reply), &ready);
        if (now >= next_deadline) Expire(now, &ready);
        if (suspect && now - waiting_since >= options.stall_timeout) broken = true;
        if (stopping) broken = true;
        if (!broken && in_flight.empty() && now - last_bytes >= kIdle) {
          Append("*1\r\n$4\r\nPING\r\n", {nullptr, 1, now + options.stall_timeout}, now);
          if (!writing && !blocked) Flush(lock);
        }
      }
      parsed.clear();
      Resume(&ready);
      if (broken) return;
    }
  }

  // While the socket takes no more: until it does, or there is something to read.
  void WaitIfBlocked() {
    std::unique_lock lock(mutex);
    if (!blocked || writing) return;
    lock.unlock();
    pollfd p{fd, POLLIN | POLLOUT, 0};
    poll(&p, 1, static_cast<int>(absl::ToInt64Milliseconds(options.tick)));
    lock.lock();
    if ((p.revents & POLLOUT) && !writing) {
      blocked = false;
      Flush(lock);
    }
  }

  // False: a reply that nobody asked for.
  bool Deliver(Reply reply, std::vector<Call*>* ready) {
    if (in_flight.empty()) return false;
    Entry& entry = in_flight.front();
    if (entry.call) {
      if (entry.call->count == 1) {
        entry.call->reply = std::move(reply);
      } else {
        entry.call->replies.push_back(std::move(reply));
      }
    }
    if (--entry.left == 0) {
      if (entry.call) ready->push_back(entry.call);
      in_flight.pop_front();
    }
    return true;
  }

  void Expire(absl::Time now, std::vector<Call*>* ready) {
    next_deadline = absl::InfiniteFuture();
    for (Entry& entry : in_flight) {
      if (entry.deadline > now) {
        next_deadline = std::min(next_deadline, entry.deadline);
        continue;
      }
      suspect = true;
      if (!entry.call) continue;
      entry.call->status = Unavailable("redis did not answer in time");
      ready->push_back(std::exchange(entry.call, nullptr));
    }
    // Those given up stay in the queue; look again at the next tick whether the connection has stalled.
    if (suspect) next_deadline = std::min(next_deadline, now + options.tick);
  }

  void Disconnect(Context context) {
    std::vector<Call*> failed;
    {
      std::unique_lock lock(mutex);
      up = false;
      shutdown(fd, SHUT_RDWR);
      changed.wait(lock, [this] { return !writing; });
      fd = -1;
      unsent.clear();
      for (Entry& entry : in_flight) {
        if (!entry.call) continue;
        entry.call->status = Unavailable("the connection to redis broke");
        failed.push_back(entry.call);
      }
      in_flight.clear();
    }
    context.reset();
    Resume(&failed);
  }

  // Outside of the lock: what is resumed may send the next command.
  static void Resume(std::vector<Call*>* calls) {
    for (Call* call : *calls) call->handle.resume();
    calls->clear();
  }

  const ClientOptions options;
  mutable std::mutex mutex;
  mutable std::condition_variable changed;  // up, stopping, writing (only while going down).
  bool up = false;
  bool stopping = false;
  bool writing = false;  // Some thread is in send(), without the lock.
  bool blocked = false;  // The socket was full: the reader goes on.
  bool suspect = false;  // A command is past its deadline and nothing came since.
  int fd = -1;
  std::string unsent, sending;  // `sending` belongs to the writing thread.
  std::deque<Entry> in_flight;
  absl::Time next_deadline = absl::InfiniteFuture();  // No entry's deadline is earlier (it may be later).
  absl::Time waiting_since;                           // Last bytes received, or when the oldest in flight was sent if that is later.
  std::atomic<bool> clustered{false};
  std::mutex peers_mutex;
  bool ending = false;
  std::map<std::string, std::unique_ptr<Client>> peers;  // By address; null: this one.
  std::vector<Client*> owners;                           // By slot, once clustered; null: unknown, or this one.
  std::thread reader;                                    // Last: starts when the rest is there.
};

Client::Client(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Client::~Client() = default;

Task<absl::StatusOr<Reply>> Client::Run(const std::vector<std::string>& args, absl::Time deadline) {
  Client* node = impl_->OwnerOf(args);
  absl::StatusOr<Reply> reply = co_await (node == nullptr ? this : node)->RunHere(args, deadline);
  for (int i = 0; i < kRedirections && reply.ok(); ++i) {
    if (!impl_->Redirect(*reply, &node)) break;
    reply = co_await (node == nullptr ? this : node)->RunHere(args, deadline);
  }
  co_return reply;
}

Task<absl::StatusOr<Reply>> Client::RunHere(const std::vector<std::string>& args, absl::Time deadline) {
  Impl::Call call;
  AppendCommand(args, &call.bytes);
  call.deadline = deadline;
  Impl::Awaiter awaiter{*impl_, call};
  co_await awaiter;
  if (!call.status.ok()) co_return std::move(call.status);
  co_return std::move(call.reply);
}

Task<absl::StatusOr<Reply>> Client::Command(std::vector<std::string> args, absl::Time deadline) { co_return Checked(co_await Run(args, deadline)); }

Task<absl::StatusOr<std::vector<Reply>>> Client::Pipeline(std::vector<std::vector<std::string>> commands, absl::Time deadline) {
  if (commands.empty()) co_return std::vector<Reply>();
  // All of one department, and so of one slot: the store never mixes them.
  Client* node = impl_->OwnerOf(commands[0]);
  absl::StatusOr<std::vector<Reply>> replies = co_await (node == nullptr ? this : node)->PipelineHere(commands, deadline);
  for (int i = 0; i < kRedirections && replies.ok(); ++i) {
    if (!impl_->Redirect(replies->front(), &node)) break;
    replies = co_await (node == nullptr ? this : node)->PipelineHere(commands, deadline);
  }
  co_return replies;
}

Task<absl::StatusOr<std::vector<Reply>>> Client::PipelineHere(const std::vector<std::vector<std::string>>& commands, absl::Time deadline) {
  Impl::Call call;
  for (const auto& command : commands) AppendCommand(command, &call.bytes);
  call.count = static_cast<int>(commands.size());
  call.replies.reserve(commands.size());
  call.deadline = deadline;
  Impl::Awaiter awaiter{*impl_, call};
  co_await awaiter;
  if (!call.status.ok()) co_return std::move(call.status);
  if (call.count == 1) call.replies.push_back(std::move(call.reply));
  co_return std::move(call.replies);
}

bool Client::connected() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->up && !impl_->suspect;
}

bool Client::WaitConnected(absl::Duration timeout) const {
  std::unique_lock lock(impl_->mutex);
  return impl_->changed.wait_for(lock, absl::ToChronoNanoseconds(timeout), [this] { return impl_->up; });
}

}  // namespace snp::store::redis
