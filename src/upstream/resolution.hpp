// What a backend's name resolves to.
#pragma once

#include <string>
#include <vector>

#include "net/address.hpp"

namespace headgate::upstream {

struct Resolution {
  std::vector<net::SocketAddress> addresses;
  std::string why_none;  ///< when there are none: "there is no such name"
};

/// "10.0.0.1:80, 10.0.0.2:80"
inline std::string describe(const std::vector<net::SocketAddress>& addresses) {
  std::string text;
  for (const net::SocketAddress& address : addresses) text.append(text.empty() ? "" : ", ").append(address.text());
  return text;
}

}  // namespace headgate::upstream
