#include "net/ticket_terms.hpp"

#include <cstdint>
#include <cstring>

#include "base/certificate.hpp"
#include "base/wall_clock.hpp"

namespace headgate::net {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
/// What we write into a ticket: seconds since the epoch, in the byte order of this machine; one of another order counts
/// as much too old or too young.
using Stamp = std::int64_t;

std::optional<sys_seconds> agreed_at(SSL_SESSION* session) {
  void* data = nullptr;
  std::size_t size = 0;
  Stamp stamp = 0;
  if (SSL_SESSION_get0_ticket_appdata(session, &data, &size) != 1 || size != sizeof stamp) return std::nullopt;
  std::memcpy(&stamp, data, size);
  return sys_seconds{seconds{stamp}};
}

/// Here goes whatever else may end a client's certificate before its session.
TicketTerms terms_of(SSL_SESSION* session) {
  TicketTerms terms{agreed_at(session), std::nullopt};
  if (const X509* shown = SSL_SESSION_get0_peer(session)) terms.good_until = base::time_of(X509_get0_notAfter(shown));
  return terms;
}

/// A session that is resumed brings its stamp along, into all tickets that come of it.
int stamp_ticket(SSL* ssl, void* /*unused*/) noexcept {
  SSL_SESSION* const session = SSL_get_session(ssl);
  if (agreed_at(session)) return 1;
  const Stamp now = base::wall_clock_seconds().time_since_epoch().count();
  return SSL_SESSION_set1_ticket_appdata(session, &now, sizeof now);
}

SSL_TICKET_RETURN judge_ticket(SSL* ssl, SSL_SESSION* session, const unsigned char* /*name*/, std::size_t /*size*/,
                               SSL_TICKET_STATUS status, void* /*unused*/) noexcept {
  const bool opened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
  const seconds lifetime{SSL_CTX_get_timeout(SSL_get_SSL_CTX(ssl))};
  if (!opened || !may_resume(terms_of(session), lifetime, base::wall_clock_seconds()))
    return SSL_TICKET_RETURN_IGNORE_RENEW;
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

}  // namespace

bool may_resume(const TicketTerms& terms, seconds lifetime, sys_seconds now) {
  if (!terms.agreed || (terms.good_until && now > *terms.good_until)) return false;
  return now - *terms.agreed < lifetime && *terms.agreed - now < lifetime;  // a clock that was set back gives no more
}

void keep_tickets_to_their_terms(SSL_CTX* context) {
  SSL_CTX_set_session_ticket_cb(context, stamp_ticket, judge_ticket, nullptr);
}

}  // namespace headgate::net
