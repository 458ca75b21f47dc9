// A connection as the rest of the proxy sees it: bytes in, bytes out, deadlines. Plain sockets, TLS and the in-memory
// streams of the tests stand behind it. One thread; at most one reader and one writer at a time.
//
// Nothing is held while nobody has bytes: a wait takes no buffer, and a buffer is only needed once it is over.
//
//   if (const int error = co_await stream.readable(limit); error != 0) ...
//   const IoResult got = co_await stream.read(buffer.space(), limit);
#pragma once

#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/peer_certificate.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "net/deadline_wheel.hpp"

namespace headgate::net {

/// error is an errno value, 0 for success; zero bytes without an error is the end of the stream.
/// ETIMEDOUT: the time given for the wait is over. ECANCELED: somebody cancelled or closed.
struct IoResult {
  std::size_t bytes = 0;
  int error = 0;
  [[nodiscard]] bool end() const { return bytes == 0 && error == 0; }
  [[nodiscard]] bool ok() const { return error == 0 && bytes != 0; }
};

/// What one write sends, in order; unused ones are empty. Enough for a head and a framed chunk.
using Pieces = std::array<std::string_view, 4>;

class Stream {
 public:
  explicit Stream(DeadlineWheel& wheel);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  /// Nobody may be waiting.
  virtual ~Stream() = default;

  /// Before anything else; at most `limit` in all. Nothing to do for streams that are not encrypted.
  virtual base::Task<Error> handshake(std::chrono::milliseconds /*limit*/) {
    return base::Task<Error>::ready(Error::none());
  }
  /// What both sides agreed on in the handshake (ALPN, RFC 7301); empty: nothing.
  [[nodiscard]] virtual std::string_view application_protocol() const { return {}; }

  /// Whom the client has asked for in the handshake (SNI, RFC 6066 s3), as it wrote it; empty: nobody, or not yet.
  [[nodiscard]] virtual std::string_view server_name() const { return {}; }
  /// What the peer has shown in the handshake.
  [[nodiscard]] virtual std::optional<base::PeerCertificate> peer_certificate() const { return std::nullopt; }
  /// How the peer has misused the encryption, when that has ended the stream; none: it has not.
  [[nodiscard]] virtual Error misuse() const { return Error::none(); }
  /// As try_write(), but never encrypted: for a peer that has not understood that it should be.
  virtual IoResult try_write_plain(std::string_view bytes);

  /// Reads what there is, at most the space; waits for the first byte. After many reads in one turn of the loop it
  /// comes back in the next one: a peer that sends without end must not keep the others of its worker waiting.
  auto read(std::span<char> space, std::chrono::milliseconds limit) { return ReadAwaiter{*this, space, limit, {}}; }
  /// Waits until a read would not wait: bytes, the end, or an error are there; or for the next turn, as read() does.
  /// Returns 0, ETIMEDOUT or ECANCELED.
  auto readable(std::chrono::milliseconds limit) { return ReadableAwaiter{*this, limit}; }
  /// The time of the wait for reading that is under way starts again.
  void extend_read(std::chrono::milliseconds limit) {
    if (reader_) read_deadline_.arm(limit);
  }

  /// While nobody reads: called when there is something to read, or when `limit` is over. Once.
  void watch(std::chrono::milliseconds limit, Deadline::Callback callback, void* context);
  void unwatch();

  /// Sends everything; each wait for room ends with ETIMEDOUT when the peer has taken nothing for `idle`. Returns an
  /// errno value, 0 for success. After many writes in one turn of the loop it comes back in the next one: a connection
  /// whose bytes never end must not keep the others of its worker waiting.
  base::Task<int> write(const Pieces& pieces, std::chrono::milliseconds idle);

  /// Tick of the wheel at which the peer was last seen to take something while a write waits for room; 0: never.
  [[nodiscard]] std::uint64_t took_at();

  /// Reads what there is now; EAGAIN if nothing.
  virtual IoResult try_read(std::span<char> space) = 0;
  /// Sends as much as fits now; EAGAIN if nothing.
  virtual IoResult try_write(std::span<const iovec> pieces) = 0;
  /// False: certainly nothing has come that was not read. Costs nothing.
  [[nodiscard]] bool may_read() const { return may_read_; }
  /// Looks, without waiting, whether the peer has closed or failed; asks the kernel.
  enum class Peer : unsigned char { silent, spoke, closed, failed };
  virtual Peer look() = 0;

  /// For what comes before the handshake: what has come, without taking it; EAGAIN while that is no more than `seen`.
  virtual IoResult peek(std::span<char> /*space*/, std::size_t /*seen*/) { return {0, EOPNOTSUPP}; }
  /// Takes so much of what peek() has shown. After the last peek(), also if it is nothing.
  virtual void drop(std::size_t /*bytes*/) {}

  /// The next write is the last and the end of the stream follows at once: both may leave in one packet.
  virtual void end_follows() {}
  /// Says that no more will be written (FIN).
  virtual void shutdown_write() = 0;
  /// Ends the waits under way with ECANCELED; the stream stays usable.
  void cancel() { interrupt(ECANCELED); }
  /// Closes; waits under way end with ECANCELED.
  void close();
  /// Closes with a reset: the peer of a message that only the close delimits must not take it for complete.
  void reset();

 protected:
  /// Counts a write; true: enough for this turn, became_writable() is called in the next one.
  virtual bool turn_is_over() { return false; }
  /// Counts a read that need not wait; true: enough for this turn, read_on() is called in the next one.
  virtual bool has_read_enough() { return false; }
  /// What was written and the peer has not taken yet, in bytes; 0: nobody knows.
  [[nodiscard]] virtual std::size_t backlog() const { return 0; }
  virtual void do_close() = 0;
  virtual void do_reset() = 0;

  /// Waits until became_writable(). Returns 0, ETIMEDOUT or ECANCELED.
  auto writable(std::chrono::milliseconds limit) { return WritableAwaiter{*this, limit}; }
  /// Bytes, the end or an error may be there now. The stream may be destroyed inside.
  void became_readable();
  void became_writable();
  /// Goes on with the read that has_read_enough() had put off. The stream may be destroyed inside.
  void read_on();
  /// What is known without asking: false means that a read would only say EAGAIN. At first nothing is known, and the
  /// poller tells of what is there already.
  bool may_read_ = false;

 private:
  struct ReadAwaiter {
    Stream& stream;
    std::span<char> space;
    std::chrono::milliseconds limit;
    IoResult result;
    bool await_ready() {
      if (!stream.may_read_ || stream.has_read_enough()) return false;
      result = stream.try_read(space);
      return result.error != EAGAIN;
    }
    void await_suspend(std::coroutine_handle<> waiter) {
      stream.space_ = space;
      stream.start_wait(waiter, limit);
    }
    IoResult await_resume() { return stream.waited_ ? stream.take_result() : result; }
  };
  struct ReadableAwaiter {
    Stream& stream;
    std::chrono::milliseconds limit;
    [[nodiscard]] bool await_ready() const {
      return stream.may_read_ && !stream.has_read_enough() && stream.look() != Peer::silent;
    }
    void await_suspend(std::coroutine_handle<> waiter) const {
      stream.space_ = {};
      stream.start_wait(waiter, limit);
    }
    [[nodiscard]] int await_resume() const { return stream.waited_ ? stream.take_result().error : 0; }
  };
  struct WritableAwaiter {
    Stream& stream;
    std::chrono::milliseconds limit;
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const {
      stream.writer_ = waiter;
      stream.write_error_ = 0;
      stream.write_limit_ = limit;
      stream.write_deadline_.arm(limit);
    }
    [[nodiscard]] int await_resume() const noexcept { return stream.write_error_; }
  };

  void start_wait(std::coroutine_handle<> waiter, std::chrono::milliseconds limit) {
    reader_ = waiter;
    waited_ = true;
    read_deadline_.arm(limit);
  }
  IoResult take_result() {
    waited_ = false;
    return result_;
  }
  base::Task<int> next_turn(std::chrono::milliseconds idle);
  base::Task<int> write_rest(Pieces pieces, std::size_t sent, std::chrono::milliseconds idle);
  void finish_read(IoResult result);
  void finish_write(int error);
  void write_overdue();
  void interrupt(int error);
  void notify_watch();

  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
  std::span<char> space_;  ///< of the read under way; empty for readable()
  IoResult result_;
  Deadline read_deadline_;  ///< of a read, or of a watch
  Deadline write_deadline_;
  Deadline::Callback watch_ = nullptr;
  void* watch_context_ = nullptr;
  std::chrono::milliseconds write_limit_{};
  std::uint64_t took_at_ = 0;
  std::size_t backlog_ = 0;  ///< when it was last looked at, in a write that waits
  int write_error_ = 0;
  bool waited_ = false;
};
using StreamPtr = std::unique_ptr<Stream>;

}  // namespace headgate::net
