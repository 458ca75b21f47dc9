// How long a session may be resumed, however often. Each time the client gets a new ticket, and OpenSSL counts the
// session's age from that one; but what was proven in the full handshake, who the peer is above all, does not get any
// younger (RFC 8446 s4.6.1 asks for a bound in all, by the age of that proof and the life of the certificate).
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <optional>

namespace headgate::net {

/// What a ticket says of its session. Times of the wall clock, as other instances may open it.
struct TicketTerms {
  std::optional<std::chrono::sys_seconds> agreed;      ///< in the full handshake; none: the ticket is none of ours
  std::optional<std::chrono::sys_seconds> good_until;  ///< what the client has shown; none: it has shown nothing
};

/// `lifetime`: of sessions, from the full handshake on.
bool may_resume(const TicketTerms& terms, std::chrono::seconds lifetime, std::chrono::sys_seconds now);

/// Tickets of that context are kept to their terms, with its timeout (SSL_CTX_set_timeout) as the lifetime. A ticket
/// that is refused leads to a full handshake, in which the client has to show its certificate again. `lists_until`:
/// when the first revocation list of clients is out of date. It outlives the context and its connections.
void keep_tickets_to_their_terms(SSL_CTX* context, const std::chrono::sys_seconds& lists_until);

}  // namespace headgate::net
