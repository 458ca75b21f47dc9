#include "net/deferred.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdio>
#include <fstream>
#include <string>

namespace headgate::net {
namespace {

/// Lines are "  12: 0100007F:1F90 0100007F:8C14 03 ...": local address, remote address, state; 03 is SYN_RECV.
bool lists_half_accepted(const char* table, std::string_view port) {
  constexpr std::string_view half_accepted = "03";
  std::ifstream file{table};
  std::string number;
  std::string local;
  std::string remote;
  std::string state;
  std::string rest;
  while (file >> number >> local >> remote >> state && std::getline(file, rest))
    if (state == half_accepted && local.ends_with(port)) return true;
  return false;
}

}  // namespace

void stop_deferring(int fd) {
  const int off = 0;
  ::setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof off);
}

bool holds_back(const SocketAddress& listener) {
  if (listener.family() == AF_UNIX) return false;
  char port[8];
  const int length = std::snprintf(port, sizeof port, ":%04X", static_cast<unsigned>(listener.port()));
  const std::string_view wanted{port, static_cast<std::size_t>(length)};
  return lists_half_accepted("/proc/net/tcp", wanted) || lists_half_accepted("/proc/net/tcp6", wanted);
}

}  // namespace headgate::net
