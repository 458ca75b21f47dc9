#pragma once

#include <string>

#include "headgate/heads.hpp"
#include "http/head_writer.hpp"

namespace headgate::exchange {

/// Whether the client is to come back by https. A trusted proxy that got the request so is believed, or it would be
/// sent in circles; what an authority asks for to prove who owns the name has to be served as it is (RFC 8555 s8.3).
bool should_come_by_https(const RequestHead& request, const http::ClientInfo& client);

/// The same address by https; empty: the request names no host.
std::string https_location(const RequestHead& request, std::uint16_t port);

}  // namespace headgate::exchange
