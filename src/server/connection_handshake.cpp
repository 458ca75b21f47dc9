// Connection: from accept to an encrypted connection.
#include <string>

#include "exchange/snapshot.hpp"
#include "http/error_page.hpp"
#include "server/connection.hpp"
#include "server/worker.hpp"

namespace headgate::server {

base::Task<bool> Connection::shake_hands() {
  const Error error = co_await stream_->handshake(worker_.snapshot()->plan->settings.timeouts.client_handshake);
  if (!error.failed()) {
    if (const auto shown = stream_->peer_certificate()) certificate_lines_ = listener_->certificate_lines(*shown);
    co_return true;
  }
  if (error.os_error == ECANCELED) co_return false;  // we closed it ourselves: a drain
  if (error.cause == Cause::client_closed) {         // a check whether the port is open
    tell_silent_close(error.cause);
    co_return false;
  }
  if (error.cause == Cause::tls_plain_http) answer_in_plain_text();
  tell(error);
  co_return false;
}

/// Whoever spoke HTTP understands it.
void Connection::answer_in_plain_text() {
  http::ErrorPage page;
  page.status = info(Cause::tls_plain_http).status;
  page.date = worker_.date();
  std::string out;
  http::append_error_response(out, page);
  stream_->try_write_plain(out);
  stream_->shutdown_write();
}

}  // namespace headgate::server
