// What a server pays for a request over TLS, by three ways to call OpenSSL: ours, OpenSSL on the socket itself, and
// asio::ssl::stream. The column "CPU" is the server's thread alone; the client has a thread of its own.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/tcp.h>
#include <openssl/x509.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/certificate.hpp"
#include "net/event_loop.hpp"
#include "net/tls_server.hpp"
#include "net/tls_stream.hpp"

namespace headgate::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t request_bytes = 128;

void check(bool holds) {
  if (!holds) throw std::runtime_error{base::openssl_reason()};
}

base::PemPair make_certificate() {
  const base::KeyPtr key{EVP_EC_gen("P-256")};
  const base::CertificatePtr certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  check(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
  const auto text = [](auto write) {
    const base::BioPtr bio{BIO_new(BIO_s_mem())};
    check(write(bio.get()) == 1);
    char* begin = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &begin);
    return std::string{begin, static_cast<std::size_t>(size)};
  };
  return {text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }), text([&](BIO* bio) {
            return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

/// Both ends of a TCP connection over loopback.
std::array<int, 2> connected() {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a client that has left
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  check(::bind(listener, raw, size) == 0 && ::listen(listener, 1) == 0 && ::getsockname(listener, raw, &size) == 0);
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  check(::connect(client, raw, size) == 0);
  const int server = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  check(server >= 0);
  ::close(listener);
  const int on = 1;
  for (const int fd : {client, server}) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {server, client};
}

/// Sends a request whenever a response has come whole, until the server closes.
class Client {
 public:
  Client(int fd, std::size_t response_bytes) : thread_{[=] { run(fd, response_bytes); }} {}
  ~Client() { thread_.join(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

 private:
  static void run(int fd, std::size_t response_bytes) {
    const base::SslContextPtr context{SSL_CTX_new(TLS_client_method())};
    const base::SslPtr ssl{SSL_new(context.get())};
    SSL_set_fd(ssl.get(), fd);
    const std::string request(request_bytes, 'q');
    std::string space(64 * 1024, '\0');
    for (int got = SSL_connect(ssl.get()); got > 0;) {
      got = SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()));
      for (std::size_t left = response_bytes; left > 0 && got > 0; left -= static_cast<std::size_t>(got))
        got = SSL_read(ssl.get(), space.data(), static_cast<int>(space.size()));
    }
    ::close(fd);
  }
  std::thread thread_;
};

class Ours {
 public:
  Ours(const TlsServer& tls, int fd, std::size_t response_bytes)
      : response_(response_bytes, 'r'), stream_{loop_, fd, {tls.session(), nullptr}}, serving_{serve()} {
    serving_.start();
  }
  void serve_one() {
    for (const std::size_t before = served_; served_ == before;) loop_.run_once(100ms);
  }

 private:
  base::Task<void> serve() {
    const Error error = co_await stream_.handshake(10s);
    check(!error.failed());
    for (std::array<char, 4096> space;; ++served_) {
      const IoResult got = co_await stream_.read(space, 10s);
      check(got.bytes == request_bytes);
      check(co_await stream_.write({response_}, 10s) == 0);
    }
  }

  const std::string response_;
  EventLoop loop_;
  TlsStream stream_;
  std::size_t served_ = 0;
  base::Task<void> serving_;
};

class OnTheSocket {
 public:
  OnTheSocket(const TlsServer& tls, int fd, std::size_t response_bytes)
      : response_(response_bytes, 'r'), ssl_{tls.session()}, fd_{fd}, poll_{::epoll_create1(EPOLL_CLOEXEC)} {
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {}};
    check(::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) == 0);
    SSL_set_fd(ssl_.get(), fd);
  }
  ~OnTheSocket() {
    ::close(poll_);
    ::close(fd_);
  }
  OnTheSocket(const OnTheSocket&) = delete;
  OnTheSocket& operator=(const OnTheSocket&) = delete;
  void serve_one() {
    std::array<char, 4096> space;
    std::size_t done = 0;
    again([&] { return SSL_read_ex(ssl_.get(), space.data(), space.size(), &done); });
    check(done == request_bytes);
    for (std::size_t sent = 0; sent < response_.size(); sent += done)
      again([&] { return SSL_write_ex(ssl_.get(), response_.data() + sent, response_.size() - sent, &done); });
  }

 private:
  template <typename Step>
  void again(Step step) {
    for (;;) {
      const int result = step();
      if (result == 1) return;
      const int kind = SSL_get_error(ssl_.get(), result);
      check(kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE);
      epoll_event event;
      ::epoll_wait(poll_, &event, 1, -1);
    }
  }

  const std::string response_;
  base::SslPtr ssl_;
  int fd_;
  int poll_;
};

class WithAsio {
 public:
  WithAsio(const base::PemPair& pair, int fd, std::size_t response_bytes)
      : response_(response_bytes, 'r'), context_{context_of(pair)} {
    stream_.next_layer().assign(boost::asio::ip::tcp::v4(), fd);
    stream_.async_handshake(boost::asio::ssl::stream_base::server, [this](auto error) { next(error); });
  }
  void serve_one() {
    for (const std::size_t before = served_; served_ == before;) io_.run_one();
  }

 private:
  static boost::asio::ssl::context context_of(const base::PemPair& pair) {
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_server};
    context.use_certificate_chain(boost::asio::buffer(pair.certificates));
    context.use_private_key(boost::asio::buffer(pair.key), boost::asio::ssl::context::pem);
    return context;
  }
  void next(const boost::system::error_code& failed) {
    check(!failed);
    stream_.async_read_some(boost::asio::buffer(space_), [this](auto error, std::size_t got) {
      check(!error && got == request_bytes);
      boost::asio::async_write(stream_, boost::asio::buffer(response_), [this](auto not_sent, std::size_t) {
        ++served_;
        next(not_sent);
      });
    });
  }

  const std::string response_;
  std::array<char, 4096> space_;
  std::size_t served_ = 0;
  boost::asio::io_context io_{1};
  boost::asio::ssl::context context_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_{io_, context_};
};

template <typename Server, typename Credentials>
void measure(benchmark::State& state, const Credentials& credentials) {
  const auto response_bytes = static_cast<std::size_t>(state.range(0));
  const auto [near, far] = connected();
  const Client client{far, response_bytes};
  Server server{credentials, near, response_bytes};
  for (int i = 0; i < 20; ++i) server.serve_one();
  for (auto _ : state) server.serve_one();
}

void ours(benchmark::State& state) { measure<Ours>(state, TlsServer{{.certificates = {make_certificate()}}}); }
void on_the_socket(benchmark::State& state) {
  measure<OnTheSocket>(state, TlsServer{{.certificates = {make_certificate()}}});
}
void with_asio(benchmark::State& state) { measure<WithAsio>(state, make_certificate()); }

BENCHMARK(ours)->Arg(128)->Arg(1 << 20);
BENCHMARK(on_the_socket)->Arg(128)->Arg(1 << 20);
BENCHMARK(with_asio)->Arg(128)->Arg(1 << 20);

}  // namespace
}  // namespace headgate::net
