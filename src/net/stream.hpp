// A connection as the rest of the proxy sees it: bytes in, bytes out, deadlines. Plain sockets, TLS and the in-memory
// streams of the tests stand behind it. One thread; at most one read and one write under way.
//
// Reading is split in two, so that a read can stay under way while nobody waits for it: the same pending read notices
// that an idle connection was closed and takes the first bytes of the next message, without a further system call.
//
//   stream.start_read(buffer.space());
//   const IoResult got = co_await stream.read_done();
#pragma once

#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/task.hpp"
#include "net/deadline_wheel.hpp"

namespace headgate::net {

/// error is an errno value, 0 for success; zero bytes without an error is the end of the stream.
/// ETIMEDOUT: the deadline given for the wait passed. ECANCELED: somebody cancelled or closed.
struct IoResult {
  std::size_t bytes = 0;
  int error = 0;
  [[nodiscard]] bool end() const { return bytes == 0 && error == 0; }
  [[nodiscard]] bool ok() const { return error == 0 && bytes != 0; }
};

/// What one write sends, in order; unused ones are empty and stand last. Enough for a head and a framed chunk.
using Pieces = std::array<std::string_view, 4>;

class Stream;
/// Destroys a stream once no operation refers to it any more.
struct StreamDisposer {
  void operator()(Stream* stream) const noexcept;
};
using StreamPtr = std::unique_ptr<Stream, StreamDisposer>;

class Stream {
 public:
  explicit Stream(DeadlineWheel& wheel);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Starts a read into `space`, which must stay until it is done. Without a limit in time unless expire_read() is
  /// called.
  void start_read(std::span<char> space);
  /// Like start_read, but only waits for something to read and takes no buffer: for idle connections.
  /// Completes with bytes == 1 for "readable".
  void start_wait();
  [[nodiscard]] bool reading() const { return read_state_ != ReadState::none; }
  [[nodiscard]] bool read_ready() const { return read_state_ == ReadState::done; }
  /// The read is done and failed; the end of the stream is no failure.
  [[nodiscard]] bool read_failed() const { return read_ready() && read_result_.error != 0; }
  /// The read under way ends with ETIMEDOUT after this time.
  void expire_read(std::chrono::milliseconds after) { read_deadline_.arm(after); }
  /// Waits for the read under way. Its deadline is disarmed then.
  auto read_done() { return ReadAwaiter{*this}; }
  /// Called when a read completes while nobody waits in read_done(). The result stays to be fetched.
  void on_unawaited_read(Deadline::Callback callback, void* context) {
    observer_ = callback;
    observer_context_ = context;
  }

  /// Sends as much as the kernel takes now; EAGAIN if nothing.
  virtual IoResult try_write(std::span<const iovec> pieces) = 0;
  /// Sends everything; each wait for room ends with ETIMEDOUT after `idle`.
  /// Returns an errno value, 0 for success.
  base::Task<int> write(const Pieces& pieces, std::chrono::milliseconds idle);

  /// Says that no more will be written (FIN).
  virtual void shutdown_write() = 0;
  /// Ends every operation under way with ECANCELED; the stream stays usable.
  virtual void cancel() = 0;
  /// Looks, without waiting, whether the peer has closed an idle connection; one system call.
  virtual bool peer_closed() = 0;
  /// Closes; operations under way end with ECANCELED.
  virtual void close() = 0;
  /// Closes with a reset: the peer of a message that only the close delimits must not take it for complete.
  virtual void reset() = 0;

 protected:
  friend struct StreamDisposer;
  virtual ~Stream() = default;

  virtual void do_read(std::span<char> space) = 0;
  virtual void do_wait() = 0;
  /// Sends some, waiting for room; ends in complete_write().
  virtual void do_write(std::string_view bytes) = 0;
  void complete_read(IoResult result);
  void complete_write(IoResult result);

 private:
  enum class ReadState : unsigned char { none, under_way, done };

  struct ReadAwaiter {
    Stream& stream;
    [[nodiscard]] bool await_ready() const noexcept { return stream.read_state_ != ReadState::under_way; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept { stream.reader_ = waiter; }
    IoResult await_resume() const noexcept { return stream.take_read(); }
  };
  struct WriteAwaiter {
    Stream& stream;
    std::string_view bytes;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const {
      stream.writer_ = waiter;
      stream.writing_ = true;
      stream.do_write(bytes);
    }
    IoResult await_resume() const noexcept { return stream.write_result_; }
  };

  IoResult take_read() noexcept;
  base::Task<int> write_rest(Pieces pieces, std::size_t sent, std::chrono::milliseconds idle);
  void release_if_unused();

  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
  IoResult read_result_;
  IoResult write_result_;
  Deadline read_deadline_;
  Deadline write_deadline_;
  Deadline::Callback observer_ = nullptr;
  void* observer_context_ = nullptr;
  ReadState read_state_ = ReadState::none;
  bool writing_ = false;
  bool read_expired_ = false;
  bool write_expired_ = false;
  bool disposed_ = false;
};

}  // namespace headgate::net
