// Asks the admin listener of a running proxy.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "headgate/endpoint.hpp"

namespace headgate::app {

struct AdminTarget {
  Endpoint address;
  std::optional<std::string> token;
};

/// The body of a 200. Throws std::runtime_error with words for the operator: it does not answer in time, or refuses.
std::string ask_admin(const AdminTarget& target, const std::string& path, std::chrono::milliseconds timeout);

}  // namespace headgate::app
