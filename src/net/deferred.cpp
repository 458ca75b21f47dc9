#include "net/deferred.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace headgate::net {
namespace {

constexpr std::uint32_t new_syn_received = 12;  // TCP_NEW_SYN_RECV of the kernel's tcp_states.h

struct DiagRequest {
  nlmsghdr header;
  inet_diag_req_v2 what;
};

/// What the kernel answers to the request: whether there is any such socket; nullopt if it could not say.
std::optional<bool> any_socket(int fd) {
  alignas(nlmsghdr) std::array<char, 8192> answer;
  for (;;) {
    auto length = static_cast<std::size_t>(std::max<ssize_t>(::recv(fd, answer.data(), answer.size(), 0), 0));
    if (length == 0) return std::nullopt;
    const auto* message = reinterpret_cast<const nlmsghdr*>(answer.data());
    for (; NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
      if (message->nlmsg_type == NLMSG_DONE) return false;
      if (message->nlmsg_type == SOCK_DIAG_BY_FAMILY) return true;
      return std::nullopt;
    }
  }
}

/// sock_diag(7): the kernel looks at its table itself, which takes a fraction of the time that its text takes.
std::optional<bool> kernel_knows(int family, std::uint16_t port) {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return std::nullopt;
  DiagRequest request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.what.sdiag_family = static_cast<std::uint8_t>(family);
  request.what.sdiag_protocol = IPPROTO_TCP;
  request.what.idiag_states = (1U << TCP_SYN_RECV) | (1U << new_syn_received);
  request.what.id.idiag_sport = htons(port);
  std::optional<bool> found;
  if (::send(fd, &request, sizeof request, 0) == static_cast<ssize_t>(sizeof request)) found = any_socket(fd);
  ::close(fd);
  return found;
}

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

/// Where sock_diag is not to be had: a kernel without it, a sandbox without netlink.
bool table_says(const char* table, std::uint16_t port) {
  char text[8];
  const int length = std::snprintf(text, sizeof text, ":%04X", static_cast<unsigned>(port));
  return lists_half_accepted(table, {text, static_cast<std::size_t>(length)});
}

}  // namespace

void stop_deferring(int fd) {
  const int off = 0;
  ::setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &off, sizeof off);
}

void hide(int fd) {
  const int no_device = std::numeric_limits<int>::max();  // packets come in by others; Linux 5.0, no privilege
  ::setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &no_device, sizeof no_device);
}

bool holds_back(const SocketAddress& listener) {
  if (listener.family() == AF_UNIX) return false;
  const auto is_held = [port = listener.port()](int family, const char* table) {
    const auto known = kernel_knows(family, port);
    return known ? *known : table_says(table, port);
  };
  return is_held(AF_INET, "/proc/net/tcp") || is_held(AF_INET6, "/proc/net/tcp6");
}

}  // namespace headgate::net
