#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/option.hpp"
#include "config/outcome.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::config {

struct RedisAddress {
  Endpoint server;
  std::string user;  ///< empty: the default user
  std::string password;
  std::uint32_t database = 0;
};

/// "redis://[[user]:password@]host[:port][/database]" or "unix:///path[?database=N]"; user and password are
/// percent-encoded.
Outcome<RedisAddress> parse_redis_url(std::string_view text);

/// Such a text. A password in it is not shown.
Type<std::string> redis_url();

}  // namespace headgate::config
