// TlsStream: the handshake, and what looks like one after it.
#include <openssl/err.h>

#include "base/certificate.hpp"
#include "net/tls_stream.hpp"

namespace headgate::net {
namespace {

using std::chrono::milliseconds;

/// Steps of OpenSSL's state machine, two to five for each message that comes after the handshake, and for how long
/// they are counted. An honest peer sends a ticket or two, and a KeyUpdate after gigabytes; each one costs us the
/// derivation of new keys.
constexpr unsigned most_steps = 300;
constexpr milliseconds steps_window{10'000};

}  // namespace

std::optional<base::PeerCertificate> TlsStream::peer_certificate() const {
  X509* shown = SSL_get0_peer_certificate(ssl_.get());
  if (shown == nullptr) return std::nullopt;
  return base::describe(shown);
}

std::string_view TlsStream::server_name() const {
  const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? std::string_view{} : std::string_view{name};
}

base::Task<Error> TlsStream::handshake(milliseconds limit) {
  const Error timeout = SSL_is_server(ssl_.get()) != 0 ? Error{Cause::tls_handshake_timeout}
                                                       : Error{Cause::upstream_connect_timeout, "in the TLS handshake"};
  const std::uint64_t began = wheel_.now();
  for (;;) {
    const milliseconds left = limit - wheel_.since(began);
    if (left.count() <= 0) co_return timeout;
    int waited = 0;
    if (!unsent_.empty()) {
      waited = co_await writable(left);
      if (const int error = flush(); error != 0 && error != EAGAIN) waited = error;
    } else if (!workspace_.take_handshake_step(poller().turn())) {
      come_again();
      waited = co_await writable(left);
    } else {
      raw_share_ = read_share;
      const int result = SSL_do_handshake(ssl_.get());
      const int error = flush();
      if (result == 1) break;
      if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ || (error != 0 && error != EAGAIN))
        co_return handshake_failure();
      may_read_ = raw_may_read_;
      if (unsent_.empty()) waited = co_await readable(left);
    }
    if (waited == ETIMEDOUT) co_return timeout;
    if (waited != 0) co_return lost_in_handshake(waited);
  }
  made_by_.reset();
  state_ = State::open;
  SSL_set_info_callback(ssl_.get(), count_step);
  may_read_ = more_input();
  co_return Error::none();
}

Error TlsStream::lost_in_handshake(int error) const {
  const bool server = SSL_is_server(ssl_.get()) != 0;
  const bool nothing_came = BIO_number_read(SSL_get_rbio(ssl_.get())) == 0;
  if (server && nothing_came && error != ECANCELED) return {Cause::client_closed, "before its first byte", error};
  return {server ? Cause::tls_handshake_failed : Cause::upstream_tls_failed, "the connection was lost", error};
}

Error TlsStream::handshake_failure() {
  state_ = State::ended;
  if (raw_end_ || ERR_peek_error() == 0) {
    ERR_clear_error();
    Error lost = lost_in_handshake(socket_error_);
    if (raw_end_ && lost.cause != Cause::client_closed) lost.detail = "the peer closed the connection";
    return lost;
  }
  const int reason = ERR_GET_REASON(ERR_peek_error());
  const int last = ERR_GET_REASON(ERR_peek_last_error());
  const char* words = base::openssl_reason();
  const long verified = SSL_get_verify_result(ssl_.get());
  // The first error may be of the arithmetic of a signature; the last one says what it was for.
  const bool invalid = last == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK;
  if (invalid) words = X509_verify_cert_error_string(verified);
  if (SSL_is_server(ssl_.get()) == 0)
    return {invalid ? Cause::upstream_certificate_invalid : Cause::upstream_tls_failed, words, socket_error_};
  if (invalid) return {Cause::client_certificate_invalid, words, socket_error_};
  const bool plain = spoke_http_ || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST;
  return {plain ? Cause::tls_plain_http : Cause::tls_handshake_failed, words, socket_error_};
}

/// The rest of the messages that OpenSSL has read already, 17 KiB at most, is still worked off.
void TlsStream::count_step(const SSL* ssl, int where, int /*result*/) {
  if ((where & SSL_CB_LOOP) == 0) return;
  auto& self = *static_cast<TlsStream*>(BIO_get_data(SSL_get_rbio(ssl)));
  if (self.steps_ == 0 || self.wheel_.since(self.steps_since_) >= steps_window) {
    self.steps_ = 0;
    self.steps_since_ = self.wheel_.now();
  }
  if (++self.steps_ > most_steps) self.socket_error_ = EPROTO;
}

Error TlsStream::misuse() const {
  if (steps_ <= most_steps) return Error::none();
  return {Cause::tls_handshake_failed, "more renegotiations or new keys than anybody needs", EPROTO};
}

}  // namespace headgate::net
