// What becomes of Upgrade fields (RFC 9110 s7.8).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headgate/heads.hpp"

namespace headgate::http {

/// Appends those of the protocols that the request asks for which `allowed` names, as a list: what is offered to the
/// upstream in its stead. WebSocket counts only as RFC 6455 s4.1 has it: in a GET without content.
void append_offer(std::string& out, const RequestHead& request, const std::vector<std::string>& allowed);

/// A request that is of no use but for that.
[[nodiscard]] bool asks_for_websocket(const RequestHead& request);

/// Whether a 101 names a protocol, and none but those of the offer.
[[nodiscard]] bool was_offered(const ResponseHead& response, std::string_view offer);

}  // namespace headgate::http
