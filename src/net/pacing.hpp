// Congestion control of connections that do not leave the machine.
#pragma once

#include "net/address.hpp"

namespace headgate::net {

/// For a socket before it connects to a loopback address, and for a listener on one, whose connections inherit it:
/// takes "reno" where the kernel's default paces (bbr). Pacing spreads over time what is sent, with a timer: between
/// two processes of one machine there is no path to spare, and the timers cost a fifth of the CPU of a large response
/// (docs/performance.md). Once a connection stands its timers stay, whatever it is switched to. Where the default does
/// not pace nothing is changed.
void leave_pacing_out(int fd, const SocketAddress& address);

}  // namespace headgate::net
