// Connections that TCP_DEFER_ACCEPT holds back: the client is connected, nothing has come from it, and the listener has
// not been told. When the listener closes, the kernel forgets them, and answers their first bytes with a reset.
#pragma once

#include "net/address.hpp"

namespace headgate::net {

/// From now on the kernel hands over connections of this listener with the handshake; those that it holds back follow
/// with their first bytes, or within about a second.
void stop_deferring(int fd);

/// Whether the kernel holds back connections to the port of this address. Asks the kernel, which looks through all of
/// its sockets: for the end of a listener, not for every day.
bool holds_back(const SocketAddress& listener);

}  // namespace headgate::net
