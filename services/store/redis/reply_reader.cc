#include "store/redis/reply_reader.h"

#include <hiredis/read.h>

#include <string>

namespace snp::store::redis {
namespace {

// Elements take memory when they are announced, before they come: a broken stream must not ask for more than any real answer has.
constexpr int kMaxElements = 1 << 20;

// Where the reader wants the next object: in its parent's array, or a new root.
Reply* Place(const redisReadTask* task) {
  if (task->parent == nullptr) return new Reply;
  return &static_cast<Reply*>(task->parent->obj)->items[static_cast<size_t>(task->idx)];
}

void* CreateString(const redisReadTask* task, char* text, size_t size) {
  Reply* reply = Place(task);
  reply->kind = task->type == REDIS_REPLY_ERROR    ? Reply::Kind::kError
                : task->type == REDIS_REPLY_STATUS ? Reply::Kind::kStatus
                                                   : Reply::Kind::kString;
  reply->text.assign(text, size);
  return reply;
}

void* CreateArray(const redisReadTask* task, int elements) {
  if (elements > kMaxElements) return nullptr;  // The reader then calls the stream broken.
  Reply* reply = Place(task);
  reply->kind = Reply::Kind::kArray;
  if (elements > 0) reply->items.resize(static_cast<size_t>(elements));
  return reply;
}

void* CreateInteger(const redisReadTask* task, long long value) {
  Reply* reply = Place(task);
  reply->kind = Reply::Kind::kInteger;
  reply->integer = value;
  return reply;
}

void* CreateNil(const redisReadTask* task) {
  Reply* reply = Place(task);
  reply->kind = Reply::Kind::kNil;
  return reply;
}

// hiredis frees only roots.
void FreeObject(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions kFunctions = {CreateString, CreateArray, CreateInteger, CreateNil, FreeObject};

}  // namespace

ReplyReader::ReplyReader() : reader_(redisReaderCreateWithFunctions(&kFunctions)) {}
ReplyReader::~ReplyReader() { redisReaderFree(reader_); }

bool ReplyReader::Feed(const char* data, size_t size) { return redisReaderFeed(reader_, data, size) == REDIS_OK; }

std::unique_ptr<Reply> ReplyReader::Next(bool* broken) {
  void* reply = nullptr;
  *broken = redisReaderGetReply(reader_, &reply) != REDIS_OK;
  return std::unique_ptr<Reply>(static_cast<Reply*>(reply));
}

}  // namespace snp::store::redis
