#pragma once

#include <openssl/ssl.h>

#include "net/ticket_keys.hpp"

namespace headgate::net {

/// Lets a context seal its tickets with these keys, which outlive it and its connections.
void seal_tickets(SSL_CTX* context, TicketKeys& keys);

}  // namespace headgate::net
