#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headgate/endpoint.hpp"

namespace headgate::app {

/// The configuration of `headgate demo`: indented JSON in the long form, one route for each thing worth trying.
std::string demo_config(std::uint16_t port, const std::vector<Endpoint>& backends);

/// Commands to paste into a shell, for a proxy at that address, and its admin listener at `admin`.
std::string demo_hints(const std::string& address, const std::string& admin, std::size_t backends);

}  // namespace headgate::app
