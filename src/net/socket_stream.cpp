#include "net/socket_stream.hpp"

#include <sys/socket.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

namespace headgate::net {
namespace {

namespace asio = boost::asio;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, asio::io_context::executor_type>;

class SocketStream final : public Stream {
 public:
  SocketStream(EventLoop& loop, int fd, int family)
      : Stream{loop.wheel()}, socket_{loop.context(), asio::generic::stream_protocol{family, 0}, fd} {}

  IoResult try_write(std::span<const iovec> pieces) override {
    ssize_t sent = 0;
    do {
      if (pieces.size() == 1) {
        sent = ::send(socket_.native_handle(), pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
      } else {
        msghdr message{};
        message.msg_iov = const_cast<iovec*>(pieces.data());
        message.msg_iovlen = pieces.size();
        sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
      }
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) return {static_cast<std::size_t>(sent), 0};
    return {0, errno == EWOULDBLOCK ? EAGAIN : errno};
  }

  void shutdown_write() override { ::shutdown(socket_.native_handle(), SHUT_WR); }

  void cancel() override {
    boost::system::error_code ignored;
    socket_.cancel(ignored);
  }

  bool peer_closed() override {
    char byte = 0;
    const ssize_t got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
  }

  void close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  void reset() override {
    const linger at_once{1, 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

 private:
  static IoResult result(const boost::system::error_code& error, std::size_t bytes) {
    if (!error) return {bytes, 0};
    if (error == asio::error::eof) return {0, 0};
    if (error == asio::error::operation_aborted) return {0, ECANCELED};
    return {0, error.value()};
  }

  void do_read(std::span<char> space) override {
    socket_.async_read_some(
        asio::buffer(space.data(), space.size()),
        [this](const boost::system::error_code& error, std::size_t bytes) { complete_read(result(error, bytes)); });
  }

  void do_wait() override {
    socket_.async_wait(Socket::wait_read, [this](const boost::system::error_code& error) {
      complete_read(error ? result(error, 0) : IoResult{1, 0});
    });
  }

  void do_write(std::string_view bytes) override {
    socket_.async_write_some(
        asio::buffer(bytes.data(), bytes.size()),
        [this](const boost::system::error_code& error, std::size_t sent) { complete_write(result(error, sent)); });
  }

  Socket socket_;
};

}  // namespace

StreamPtr make_socket_stream(EventLoop& loop, int fd, int family) {
  return StreamPtr{new SocketStream{loop, fd, family}};
}

}  // namespace headgate::net
