#pragma once

#include "config/settings.hpp"
#include "headgate/error.hpp"

namespace headgate::server {

/// What a listener makes of a connection that began with a PROXY header, or did not. Whoever is not trusted may not
/// say whose connection it is, and nobody may reach past the proxy a listener that is meant for it alone.
constexpr Error judge_proxy_header(config::ProxyProtocol mode, bool peer_trusted, bool came) {
  const bool required = mode == config::ProxyProtocol::required;
  if (!peer_trusted && (came || required)) return Cause::proxy_header_untrusted;
  return required && !came ? Error{Cause::proxy_header_missing} : Error::none();
}

}  // namespace headgate::server
