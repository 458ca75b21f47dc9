#include "support/tls_client.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <stdexcept>

#include "base/certificate.hpp"
#include "support/raw_client.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {

TlsClient::TlsClient(const std::string& address, const base::PemPair* certificate)
    : socket_{connect_to(address)}, context_{SSL_CTX_new(TLS_client_method())} {
  if (certificate != nullptr) base::Certificate{*certificate}.use_in(context_.get());
  ssl_.reset(SSL_new(context_.get()));
  const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(patience).count(), 0};
  ::setsockopt(socket_.fd(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_.fd(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  SSL_set_fd(ssl_.get(), socket_.fd());
  SSL_set_tlsext_host_name(ssl_.get(), "a.test");
  SSL_set_msg_callback(ssl_.get(), see);
  SSL_set_msg_callback_arg(ssl_.get(), this);
  if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error{std::string{"TLS: "} + base::openssl_reason()};
}

/// RFC 8446 s5.1: type, version, length. Of TLS 1.3 the length counts the tag of 16 bytes and the byte of the type.
void TlsClient::see(int writes, int, int type, const void* data, std::size_t, SSL*, void* self) {
  if (writes != 0) return;
  auto& client = *static_cast<TlsClient*>(self);
  const auto* bytes = static_cast<const unsigned char*>(data);
  constexpr std::size_t overhead = 17;
  if (type == SSL3_RT_HEADER) client.record_ = bytes[3] * 256U + bytes[4];
  if (type == SSL3_RT_INNER_CONTENT_TYPE && bytes[0] == SSL3_RT_APPLICATION_DATA)
    client.records_.push_back(client.record_ - overhead);
}

void TlsClient::send(std::string_view bytes) {
  if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0)
    throw std::runtime_error{std::string{"TLS write: "} + base::openssl_reason()};
}

std::string TlsClient::read_some() {
  if (!unread_.empty()) return std::exchange(unread_, {});
  std::string piece(16'384, '\0');
  const int got = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
  if (got <= 0 && SSL_get_error(ssl_.get(), got) == SSL_ERROR_WANT_READ) throw TimedOut{"nothing came by TLS"};
  piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return piece;
}

std::string TlsClient::read_exactly(std::size_t count) {
  std::string all;
  while (all.size() < count) {
    const std::string piece = read_some();
    if (piece.empty()) throw Disconnected{"the connection ended after: " + all};
    all += piece;
  }
  unread_ = all.substr(count);
  all.resize(count);
  return all;
}

std::string TlsClient::read_head() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) head += read_exactly(1);
  return head;
}

Response TlsClient::get(std::string_view target) {
  send(RawClient::get_request(target));
  Response response = parse_response_head(read_head());
  response.body = read_exactly(std::stoul(response.field("content-length")));
  return response;
}

bool TlsClient::closes() {
  while (!read_some().empty()) {
  }
  return true;
}

std::string TlsClient::server_subject() const {
  const base::CertificatePtr shown{SSL_get1_peer_certificate(ssl_.get())};
  char line[256];
  return X509_NAME_oneline(X509_get_subject_name(shown.get()), line, sizeof line);
}

}  // namespace headgate::testing
