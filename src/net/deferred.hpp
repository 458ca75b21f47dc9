// Connections that the kernel has begun and not handed over: the handshake is on its way, or TCP_DEFER_ACCEPT holds
// them back, as nothing has come from the client yet. When the listener closes, the kernel forgets them, and answers
// their next packet with a reset.
#pragma once

#include "net/address.hpp"

namespace headgate::net {

/// From now on the kernel hands over connections of this listener with the handshake; those that it holds back follow
/// with their first bytes, or within about a second.
void stop_deferring(int fd);

/// From now on the kernel looks for another listener for what begins, as if this one were closed; connections that have
/// begun go on.
void hide(int fd);

/// Whether the kernel holds back connections to the port of this address. Asks the kernel, which looks through all of
/// its sockets: for the end of a listener, not for every day.
bool holds_back(const SocketAddress& listener);

}  // namespace headgate::net
