#include "net/pacing.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <fstream>
#include <string>
#include <string_view>

namespace headgate::net {
namespace {

bool default_paces() {
  std::ifstream file{"/proc/sys/net/ipv4/tcp_congestion_control"};
  std::string name;
  return std::getline(file, name) && name.starts_with("bbr");
}

}  // namespace

void leave_pacing_out(int fd, const SocketAddress& address) {
  static const bool needed = default_paces();
  if (!needed || !address.is_loopback()) return;
  constexpr std::string_view algorithm = "reno";  // in every kernel, and open to every user (tcp(7))
  ::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, algorithm.data(), algorithm.size());
}

}  // namespace headgate::net
