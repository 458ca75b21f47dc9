#pragma once

#include <string>
#include <vector>

namespace headgate::net {

/// One byte of length before each (RFC 7301 s3.1).
inline std::string alpn_list(const std::vector<std::string>& protocols) {
  std::string list;
  for (const std::string& protocol : protocols) {
    list.push_back(static_cast<char>(protocol.size()));
    list += protocol;
  }
  return list;
}

}  // namespace headgate::net
