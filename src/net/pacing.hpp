// Congestion control of connections that do not leave the machine.
#pragma once

#include "net/address.hpp"

namespace headgate::net {

/// Takes "reno" for a connection with a loopback peer, where the kernel's default paces (bbr). Pacing spreads over time
/// what is sent, with a timer: between two processes of one machine there is no path to spare, and the timers cost a
/// fifth of the CPU of a large response (docs/performance.md). Where the default does not pace nothing is changed.
void leave_pacing_out(int fd, const SocketAddress& peer);

}  // namespace headgate::net
