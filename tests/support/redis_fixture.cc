#include "support/redis_fixture.h"

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/time/clock.h"

namespace snp::testing {
namespace {

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "redis fixture: %s\n", what.c_str());
  std::abort();
}

store::redis::Reply Convert(const redisReply& from) {
  using Kind = store::redis::Reply::Kind;
  store::redis::Reply to;
  switch (from.type) {
    case REDIS_REPLY_STRING:
      to.kind = Kind::kString;
      break;
    case REDIS_REPLY_STATUS:
      to.kind = Kind::kStatus;
      break;
    case REDIS_REPLY_ERROR:
      to.kind = Kind::kError;
      break;
    case REDIS_REPLY_INTEGER:
      to.kind = Kind::kInteger;
      to.integer = from.integer;
      return to;
    case REDIS_REPLY_ARRAY:
      to.kind = Kind::kArray;
      for (size_t i = 0; i < from.elements; ++i) to.items.push_back(Convert(*from.element[i]));
      return to;
    default:
      return to;
  }
  to.text.assign(from.str, static_cast<size_t>(from.len));
  return to;
}

}  // namespace

RedisFixture::RedisFixture(RedisSettings settings) : settings_(std::move(settings)) {
  // Short: a unix socket's path has 107 characters at most.
  char name[] = "/tmp/snp-redis-XXXXXX";
  if (!mkdtemp(name)) Die("no temporary folder");
  folder_ = name;
  std::ofstream conf(folder_ + "/redis.conf");
  conf << "port 0\nunixsocket " << folder_ << "/redis.sock\ndir " << folder_ << "\nlogfile " << folder_
       << "/redis.log\nsave \"\"\ndaemonize no\nmaxmemory-policy noeviction\n";
  if (settings_.durable) conf << "appendonly yes\nappendfsync always\n";
  for (const auto& [key, value] : settings_.more) conf << key << " " << value << "\n";
  conf.close();
  Start();
}

RedisFixture::~RedisFixture() {
  if (pid_ > 0) Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisFixture::Start() {
  if (pid_ > 0) Die("already running");
  const std::string conf = folder_ + "/redis.conf";
  unlink((folder_ + "/redis.sock").c_str());
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Die("fork failed");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const int null = open("/dev/null", O_RDWR);
    dup2(null, 0);
    dup2(null, 1);
    dup2(null, 2);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execlp("redis-server", "redis-server", conf.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  const absl::Time limit = absl::Now() + absl::Seconds(20);
  while (true) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) Die("redis-server ended at once; is it installed? settings wrong?");
    if (access((folder_ + "/redis.sock").c_str(), F_OK) == 0) {
      store::redis::Reply reply = Do({"PING"});
      if (reply.kind == store::redis::Reply::Kind::kStatus) return;
    }
    if (absl::Now() > limit) Die("redis-server does not come up");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void RedisFixture::Kill() {
  if (pid_ <= 0) Die("not running");
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisFixture::Freeze() { kill(pid_, SIGSTOP); }
void RedisFixture::Thaw() { kill(pid_, SIGCONT); }

std::unique_ptr<store::redis::Client> RedisFixture::NewClient(store::redis::ClientOptions options) const {
  options.address = address();
  auto client = std::make_unique<store::redis::Client>(std::move(options));
  if (!client->WaitConnected(absl::Seconds(10))) Die("no connection");
  return client;
}

store::redis::Reply RedisFixture::Do(std::vector<std::string> args) const {
  redisContext* context = redisConnectUnix((folder_ + "/redis.sock").c_str());
  store::redis::Reply result;
  result.kind = store::redis::Reply::Kind::kError;
  result.text = "no connection";
  if (context && !context->err) {
    std::vector<const char*> texts;
    std::vector<size_t> sizes;
    for (const auto& arg : args) {
      texts.push_back(arg.data());
      sizes.push_back(arg.size());
    }
    auto* reply = static_cast<redisReply*>(redisCommandArgv(context, static_cast<int>(args.size()), texts.data(), sizes.data()));
    if (reply) {
      result = Convert(*reply);
      freeReplyObject(reply);
    }
  }
  if (context) redisFree(context);
  return result;
}

}  // namespace snp::testing
