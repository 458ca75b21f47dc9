#include "net/tls_bio.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <string_view>

#include "net/tls_stream.hpp"

namespace headgate::net {
namespace {

/// More than what a write collects at once, 64 KiB in records: what a peer may make us answer (KeyUpdate, refused
/// renegotiations) without taking the answers.
constexpr std::size_t most_unsent = 256 * 1024;

/// A method and a space (RFC 9112 s3): no record of TLS begins with a letter. OpenSSL knows four methods only.
bool http_begins(std::string_view bytes) {
  constexpr std::size_t longest_method = 24;
  const std::size_t end = bytes.substr(0, longest_method).find(' ');
  if (end == 0 || end == std::string_view::npos) return false;
  return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end),
                     [](char c) { return 'A' <= c && c <= 'Z'; });
}

}  // namespace

TlsStream& TlsBio::stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

int TlsBio::read(BIO* bio, char* space, int size) {
  TlsStream& self = stream(bio);
  BIO_clear_retry_flags(bio);
  if (self.socket_error_ != 0) return -1;
  const std::size_t most = std::min(static_cast<std::size_t>(size), self.raw_share_);
  if (!self.raw_may_read_ || most == 0) {  // certainly nothing, or not in this turn
    BIO_set_retry_read(bio);
    return -1;
  }
  const IoResult got = self.SocketStream::try_read({space, most});
  self.raw_may_read_ = self.may_read_;
  if (got.error == 0) {
    if (self.state_ == TlsStream::State::handshake && BIO_number_read(bio) == 0)
      self.spoke_http_ = http_begins({space, got.bytes});
    self.raw_share_ -= got.bytes;
    self.raw_end_ = got.bytes == 0;
    return static_cast<int>(got.bytes);
  }
  if (got.error == EAGAIN)
    BIO_set_retry_read(bio);
  else
    self.socket_error_ = got.error;
  return -1;
}

int TlsBio::write(BIO* bio, const char* bytes, int size) {
  TlsStream& self = stream(bio);
  BIO_clear_retry_flags(bio);
  if (self.unsent_.size() > most_unsent) self.socket_error_ = EPROTO;
  if (self.socket_error_ != 0) return -1;
  self.unsent_.append(bytes, static_cast<std::size_t>(size));
  return size;
}

long TlsBio::control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_EOF) return stream(bio).raw_end_ ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* TlsBio::make(TlsStream& stream) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "headgate stream");
    BIO_meth_set_read(made, read);
    BIO_meth_set_write(made, write);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  BIO* bio = BIO_new(method);
  if (bio == nullptr) throw std::bad_alloc{};
  BIO_set_data(bio, &stream);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace headgate::net
