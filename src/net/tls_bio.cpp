#include "net/tls_bio.hpp"

#include <cerrno>
#include <new>

#include "net/tls_stream.hpp"

namespace headgate::net {

TlsStream& TlsBio::stream(BIO* bio) { return *static_cast<TlsStream*>(BIO_get_data(bio)); }

int TlsBio::read(BIO* bio, char* space, int size) {
  TlsStream& self = stream(bio);
  BIO_clear_retry_flags(bio);
  if (!self.raw_may_read_) {  // certainly nothing
    BIO_set_retry_read(bio);
    return -1;
  }
  const IoResult got = self.SocketStream::try_read({space, static_cast<std::size_t>(size)});
  self.raw_may_read_ = self.may_read_;
  if (got.error == 0) {
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
  BIO_clear_retry_flags(bio);
  stream(bio).unsent_.append(bytes, static_cast<std::size_t>(size));
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
