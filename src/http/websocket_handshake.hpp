// The WebSocket handshake (RFC 6455 s4) between an HTTP/2 client, who knows none (RFC 8441 s5), and an HTTP/1.1
// backend.
#pragma once

#include <string>
#include <string_view>

#include "headgate/heads.hpp"

namespace headgate::http {

inline constexpr std::string_view websocket_key_field = "sec-websocket-key";

/// A fresh Sec-WebSocket-Key: 16 random bytes in base64.
std::string make_websocket_key();
/// The Sec-WebSocket-Accept that answers it.
std::string websocket_accept(std::string_view key);

/// Whether a 101 answers the key of the request, as only a WebSocket server does.
[[nodiscard]] bool answers_key(const RequestHead& request, const ResponseHead& response);

/// Makes of a 101 the 200 that opens the same tunnel to a client of HTTP/2.
void become_connect_response(ResponseHead& response);

}  // namespace headgate::http
