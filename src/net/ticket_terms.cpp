#include "net/ticket_terms.hpp"

#include <algorithm>
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
struct Stamp {
  std::int64_t agreed = 0;
  std::int64_t chain_until = 0;  ///< the client was verified by it
};

std::optional<Stamp> stamp_of(SSL_SESSION* session) {
  void* data = nullptr;
  std::size_t size = 0;
  Stamp stamp;
  if (SSL_SESSION_get0_ticket_appdata(session, &data, &size) != 1 || size != sizeof stamp) return std::nullopt;
  std::memcpy(&stamp, data, size);
  return stamp;
}

/// Here goes whatever else may end the verification of a client before its session.
TicketTerms terms_of(SSL_SESSION* session, sys_seconds lists_until) {
  TicketTerms terms;
  const auto stamp = stamp_of(session);
  if (stamp) terms.agreed = sys_seconds{seconds{stamp->agreed}};
  if (stamp && SSL_SESSION_get0_peer(session) != nullptr)
    terms.good_until = std::min(sys_seconds{seconds{stamp->chain_until}}, lists_until);
  return terms;
}

/// A session that is resumed brings its stamp along, into all tickets that come of it.
int stamp_ticket(SSL* ssl, void* /*lists_until*/) noexcept {
  SSL_SESSION* const session = SSL_get_session(ssl);
  if (stamp_of(session)) return 1;
  const Stamp stamp{base::wall_clock_seconds().time_since_epoch().count(),
                    base::end_of_chain(ssl).time_since_epoch().count()};
  return SSL_SESSION_set1_ticket_appdata(session, &stamp, sizeof stamp);
}

SSL_TICKET_RETURN judge_ticket(SSL* ssl, SSL_SESSION* session, const unsigned char* /*name*/, std::size_t /*size*/,
                               SSL_TICKET_STATUS status, void* lists_until) noexcept {
  const bool opened = status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW;
  if (!opened) return SSL_TICKET_RETURN_IGNORE_RENEW;  // there is no session
  const seconds lifetime{SSL_CTX_get_timeout(SSL_get_SSL_CTX(ssl))};
  const TicketTerms terms = terms_of(session, *static_cast<const sys_seconds*>(lists_until));
  if (!may_resume(terms, lifetime, base::wall_clock_seconds())) return SSL_TICKET_RETURN_IGNORE_RENEW;
  return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
}

}  // namespace

bool may_resume(const TicketTerms& terms, seconds lifetime, sys_seconds now) {
  if (!terms.agreed || (terms.good_until && now > *terms.good_until)) return false;
  return now - *terms.agreed < lifetime && *terms.agreed - now < lifetime;  // a clock that was set back gives no more
}

void keep_tickets_to_their_terms(SSL_CTX* context, const sys_seconds& lists_until) {
  SSL_CTX_set_session_ticket_cb(context, stamp_ticket, judge_ticket, const_cast<sys_seconds*>(&lists_until));
}

}  // namespace headgate::net
