// Templates of door.h: the reactors that run a handler's coroutine and finish the call.
//
// Life of a reactor: made in the method override, deleted in OnDone. gRPC calls OnDone only after Finish, and Finish is called exactly once, when the
// coroutine has ended: so a reactor never dies under its coroutine, whoever cancels and whenever. After Finish a coroutine touches neither reactor,
// request nor door (only its own frame is taken down, on the thread that ended it).
#pragma once

#include <atomic>
#include <coroutine>
#include <memory>
#include <utility>

#include "platform/async/rendezvous.h"
#include "platform/rpc/door.h"

namespace snp::platform {

namespace internal {

// UNAUTHENTICATED, for a stream whose token ran out under way.
absl::Status TokenRanOut();

}  // namespace internal

template <typename Message>
class Door::Writer {
 public:
  Writer(const Writer&) = delete;

  // `bool ok = co_await writer.Write(message);` Suspends until the transport takes more (so a slow reader slows its writer and nothing else). The
  // message must live until then: a temporary in the co_await expression does. One Write at a time.
  auto Write(const Message& message) {
    struct Awaiter {
      Writer* writer;
      const Message* message;
      bool started = false;
      bool await_ready() const {
        if (writer->door_->TokenExpired(writer->token_expiry_)) {
          writer->token_expired_ = true;
          writer->cancellation_->Cancel();
        }
        return writer->cancelled();
      }
      bool await_suspend(std::coroutine_handle<> handle) {
        started = true;
        writer->reactor_->StartWrite(message);
        return writer->written_.Started(handle);
      }
      bool await_resume() const noexcept { return started && writer->ok_; }
    };
    return Awaiter{this, &message};
  }
  // True after a Write that returned false.
  bool cancelled() const { return cancellation_->cancelled(); }
  // For Signal::Wait and the like, so that a cancelled stream does not wait for its next event.
  Cancellation& cancellation() { return *cancellation_; }

 private:
  friend class Door;
  Writer(const Door* door, grpc::ServerWriteReactor<Message>* reactor)
      : door_(door), reactor_(reactor), cancellation_(std::make_shared<Cancellation>()) {}

  const Door* door_;
  grpc::ServerWriteReactor<Message>* reactor_;
  // Shared: the thread that cancels at stop may still be in it when the reactor goes.
  std::shared_ptr<Cancellation> cancellation_;
  Rendezvous written_;
  bool ok_ = false;
  absl::Time token_expiry_;
  bool token_expired_ = false;
};

template <typename Message>
class Door::Reader {
 public:
  Reader(const Reader&) = delete;

  // `while (co_await reader.Read(&message)) ...`. `message` must live until it resumes. One Read at a time.
  auto Read(Message* message) {
    struct Awaiter {
      Reader* reader;
      Message* message;
      bool await_ready() const noexcept { return false; }
      bool await_suspend(std::coroutine_handle<> handle) {
        reader->reactor_->StartRead(message);
        return reader->was_read_.Started(handle);
      }
      bool await_resume() const {
        reader->token_expired_ = reader->door_->TokenExpired(reader->token_expiry_);
        return reader->ok_ && !reader->token_expired_;
      }
    };
    return Awaiter{this, message};
  }
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

 private:
  friend class Door;
  Reader(const Door* door, grpc::ServerReadReactor<Message>* reactor) : door_(door), reactor_(reactor) {}

  const Door* door_;
  grpc::ServerReadReactor<Message>* reactor_;
  std::atomic<bool> cancelled_{false};
  Rendezvous was_read_;
  bool ok_ = false;
  absl::Time token_expiry_;
  bool token_expired_ = false;
};

template <typename Request, typename Response>
class Door::UnaryCall final : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(Door* door, Response* response, UnaryHandler<Request, Response> handler)
      : door_(door), response_(response), handler_(std::move(handler)) {}

  void Run(grpc::CallbackServerContext* context, const Request* request, absl::string_view method) {
    absl::StatusOr<Caller> caller = door_->Admit(context, method, Kind::kUnary, &record_);
    if (!caller.ok()) return this->Finish(door_->Leave(record_, caller.status()));
    Spawn(handler_(*std::move(caller), *request), [this](absl::StatusOr<Response>&& result) {
      if (result.ok()) *response_ = *std::move(result);
      this->Finish(door_->Leave(record_, result.status()));
    });
  }
  void OnDone() override { delete this; }
  // OnDone only deletes and there is no OnCancel, so gRPC may run it where it stands: saves a thread switch per call.
  bool InternalInlineable() override { return true; }

 private:
  Door* door_;
  Response* response_;
  UnaryHandler<Request, Response> handler_;
  CallRecord record_;
};

template <typename Request, typename Response>
class Door::ServerStreamCall final : public grpc::ServerWriteReactor<Response> {
 public:
  ServerStreamCall(Door* door, ServerStreamHandler<Request, Response> handler) : door_(door), handler_(std::move(handler)), writer_(door, this) {}

  void Run(grpc::CallbackServerContext* context, const Request* request, absl::string_view method) {
    absl::StatusOr<Caller> caller = door_->Admit(context, method, Kind::kStream, &record_);
    if (!caller.ok()) return this->Finish(door_->Leave(record_, caller.status()));
    if (!door_->EnterStream(writer_.cancellation_)) {
      return this->Finish(door_->Leave(record_, door_->LeaveStream(writer_.cancellation_, absl::OkStatus())));
    }
    writer_.token_expiry_ = caller->token_expiry;
    Spawn(handler_(*std::move(caller), *request, writer_), [this](absl::Status&& status) {
      if (writer_.token_expired_) status = internal::TokenRanOut();
      // A call that its client gave up is not a success, whatever its handler made of it.
      if (writer_.cancelled() && status.ok()) status = absl::CancelledError();
      this->Finish(door_->Leave(record_, door_->LeaveStream(writer_.cancellation_, std::move(status))));
    });
  }
  void OnWriteDone(bool ok) override {
    // A write that failed means the call is dead; OnCancel may come later.
    if (!ok) writer_.cancellation_->Cancel();
    writer_.ok_ = ok;
    writer_.written_.Completed();
  }
  void OnCancel() override { writer_.cancellation_->Cancel(); }
  void OnDone() override { delete this; }

 private:
  Door* door_;
  ServerStreamHandler<Request, Response> handler_;
  CallRecord record_;
  Writer<Response> writer_;
};

template <typename Request, typename Response>
class Door::ClientStreamCall final : public grpc::ServerReadReactor<Request> {
 public:
  ClientStreamCall(Door* door, Response* response, ClientStreamHandler<Request, Response> handler)
      : door_(door), response_(response), handler_(std::move(handler)), reader_(door, this) {}

  void Run(grpc::CallbackServerContext* context, absl::string_view method) {
    absl::StatusOr<Caller> caller = door_->Admit(context, method, Kind::kStream, &record_);
    if (!caller.ok()) return this->Finish(door_->Leave(record_, caller.status()));
    reader_.token_expiry_ = caller->token_expiry;
    Spawn(handler_(*std::move(caller), reader_), [this](absl::StatusOr<Response>&& result) {
      if (reader_.token_expired_) result = internal::TokenRanOut();
      if (result.ok()) *response_ = *std::move(result);
      this->Finish(door_->Leave(record_, result.status()));
    });
  }
  void OnReadDone(bool ok) override {
    reader_.ok_ = ok;
    reader_.was_read_.Completed();
  }
  void OnCancel() override { reader_.cancelled_.store(true, std::memory_order_release); }
  void OnDone() override { delete this; }

 private:
  Door* door_;
  Response* response_;
  ClientStreamHandler<Request, Response> handler_;
  CallRecord record_;
  Reader<Request> reader_;
};

template <typename Request, typename Response>
grpc::ServerUnaryReactor* Door::Unary(grpc::CallbackServerContext* context, const Request* request, Response* response, absl::string_view method,
                                      std::type_identity_t<UnaryHandler<Request, Response>> handler) {
  auto* call = new UnaryCall<Request, Response>(this, response, std::move(handler));
  call->Run(context, request, method);
  return call;
}

template <typename Request, typename Response>
grpc::ServerWriteReactor<Response>* Door::ServerStream(grpc::CallbackServerContext* context, const Request* request, absl::string_view method,
                                                       std::type_identity_t<ServerStreamHandler<Request, Response>> handler) {
  auto* call = new ServerStreamCall<Request, Response>(this, std::move(handler));
  call->Run(context, request, method);
  return call;
}

template <typename Request, typename Response>
grpc::ServerReadReactor<Request>* Door::ClientStream(grpc::CallbackServerContext* context, Response* response, absl::string_view method,
                                                     std::type_identity_t<ClientStreamHandler<Request, Response>> handler) {
  auto* call = new ClientStreamCall<Request, Response>(this, response, std::move(handler));
  call->Run(context, method);
  return call;
}

}  // namespace snp::platform
