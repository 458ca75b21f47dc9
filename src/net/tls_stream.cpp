#include "net/tls_stream.hpp"

#include <openssl/err.h>

#include <utility>

#include "base/certificate.hpp"
#include "net/portions.hpp"
#include "net/tls_bio.hpp"

namespace headgate::net {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t full_record = 16 * 1024;
/// A record can only be used when it has come whole: the first ones of a response are small, so that its first bytes
/// are there after the first segments.
constexpr std::size_t first_records = 4 * 1024;
constexpr std::size_t small_until = 64 * 1024;
constexpr milliseconds pause{1'000};
/// Of plain text, in one system call.
constexpr std::size_t batch = 64 * 1024;

/// SSL_get_error() takes what an earlier call has left in the thread's queue for a failure of this connection.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

TlsStream::TlsStream(EventLoop& loop, int fd, TlsEnd end)
    : SocketStream{loop, fd},
      wheel_{loop.wheel()},
      workspace_{loop.tls()},
      ssl_{std::move(end.ssl)},
      made_by_{std::move(end.made_by)},
      rest_of_read_{poller(), [](void* self) { static_cast<TlsStream*>(self)->read_rest(); }, this} {
  BIO* bio = TlsBio::make(*this);
  SSL_set_bio(ssl_.get(), bio, bio);
}

TlsStream::~TlsStream() { TlsStream::do_close(); }

std::string_view TlsStream::application_protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

// Reading.

void TlsStream::read_rest() {
  if (!closed()) on_readable();
}

bool TlsStream::more_input() const { return raw_may_read_ || SSL_has_pending(ssl_.get()) != 0; }

IoResult TlsStream::try_read(std::span<char> space) {
  if (closed()) return {0, ECANCELED};
  raw_share_ = space.size() + read_share;
  forget_errors();
  std::size_t total = 0;
  while (total < space.size()) {
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), space.data() + total, space.size() - total, &got);
    total += got;
    if (result == 1) {
      may_read_ = more_input();
      if (may_read_) continue;
      break;
    }
    const IoResult failed = failure(result);
    may_read_ = failed.error != EAGAIN;  // the end, or what is wrong, is told again by the next read
    if (total == 0) return failed;
    break;
  }
  if (!unsent_.empty() && held_ == 0) flush();
  return {total, 0};
}

IoResult TlsStream::failure(int result) {
  const int kind = SSL_get_error(ssl_.get(), result);
  if (kind == SSL_ERROR_WANT_READ) {
    if (raw_share_ == 0 && raw_may_read_) rest_of_read_.ask();
    return {0, EAGAIN};
  }
  if (kind == SSL_ERROR_ZERO_RETURN) {
    end_told_ = true;
    return {0, 0};
  }
  ERR_clear_error();
  state_ = State::ended;
  if (socket_error_ != 0) return {0, socket_error_};
  // Without a close_notify nobody knows whether that was all (RFC 8446 s6.1).
  return {0, raw_end_ ? ECONNRESET : EPROTO};
}

Stream::Peer TlsStream::look() {
  if (state_ == State::handshake) return SocketStream::look();
  if (closed()) return Peer::failed;
  raw_share_ = read_share;
  forget_errors();
  char byte = 0;
  std::size_t got = 0;
  const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &got);
  if (result == 1) return Peer::spoke;
  const IoResult failed = failure(result);
  if (failed.error == EAGAIN) {
    may_read_ = false;
    return Peer::silent;
  }
  return failed.error == 0 ? Peer::closed : Peer::failed;
}

/// Tickets, updates of keys and parts of records are no news to anybody.
void TlsStream::on_readable() {
  raw_may_read_ = true;
  if (state_ == State::handshake || look() != Peer::silent) became_readable();
}

// Writing.

/// Sends what is ready. An errno value; EAGAIN: a part is still here.
int TlsStream::flush() {
  std::size_t sent = 0;
  int error = 0;
  while (sent < unsent_.size() && error == 0) {
    const iovec rest{unsent_.data() + sent, unsent_.size() - sent};
    const IoResult written = SocketStream::try_write({&rest, 1});
    sent += written.bytes;
    error = written.error;
    if (error == 0 && sent < unsent_.size()) error = EAGAIN;  // it came up short: there is no more room
  }
  unsent_.erase(0, sent);
  return error;
}

/// What is encrypted cannot be taken back: as long as the socket has no room for it, nothing is reported as sent, and
/// the caller brings the same bytes again.
IoResult TlsStream::try_write(std::span<const iovec> pieces) {
  if (closed()) return {0, ECANCELED};
  end_told_ = false;
  if (!unsent_.empty()) {
    if (const int error = flush(); error != 0) return {0, error};
  }
  IoResult result{std::exchange(held_, 0), 0};
  std::size_t total = 0;
  for (const iovec& piece : pieces) total += piece.iov_len;
  unsent_.swap(workspace_.ciphertext);
  while (result.bytes < total) {
    const IoResult encrypted = encrypt(pieces, result.bytes);
    const int error = encrypted.error != 0 ? encrypted.error : flush();
    if (error == EAGAIN && !unsent_.empty()) {
      held_ = encrypted.bytes;
      if (result.bytes == 0) result.error = EAGAIN;
      break;
    }
    if (error != 0) {
      result.error = error;
      break;
    }
    result.bytes += encrypted.bytes;
  }
  if (unsent_.empty()) unsent_.swap(workspace_.ciphertext);
  return result;
}

/// A batch of what follows the first `from` bytes, into unsent_.
IoResult TlsStream::encrypt(std::span<const iovec> pieces, std::size_t from) {
  IoResult done;
  forget_errors();
  Portions portions{pieces, from};
  while (done.bytes < batch) {
    const std::string_view record = portions.next(record_bytes(), workspace_.gathered);
    if (record.empty()) break;
    std::size_t written = 0;
    const int result = SSL_write_ex(ssl_.get(), record.data(), record.size(), &written);
    if (result != 1) {
      done.error = failure(result).error;
      break;
    }
    done.bytes += written;
    burst_ += written;
  }
  return done;
}

std::size_t TlsStream::record_bytes() {
  const std::uint64_t now = wheel_.now();
  const std::uint64_t before = std::exchange(wrote_at_, now);
  if (static_cast<std::int64_t>(now - before) * DeadlineWheel::tick >= pause) burst_ = 0;
  return burst_ < small_until ? first_records : full_record;
}

void TlsStream::on_writable() {
  if (state_ == State::open && held_ == 0 && !unsent_.empty()) flush();
  became_writable();
}

IoResult TlsStream::try_write_plain(std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  return SocketStream::try_write({&piece, 1});
}

// The end.

/// close_notify: what came before it was all (RFC 8446 s6.1).
void TlsStream::say_goodbye() {
  if (state_ != State::open || closed()) return;
  state_ = State::ended;
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
  flush();
}

void TlsStream::end_follows() {
  end_follows_ = true;
  SocketStream::end_follows();
}

void TlsStream::shutdown_write() {
  say_goodbye();
  SocketStream::shutdown_write();
}

/// An idle peer that has left is not there to be told, and would answer with a reset. One whose response the end of
/// the connection ends is told in any case.
void TlsStream::do_close() {
  if (!end_told_ || end_follows_) say_goodbye();
  SocketStream::do_close();
}

void TlsStream::do_reset() {
  state_ = State::ended;
  SocketStream::do_reset();
}

}  // namespace headgate::net
