#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <memory>
#include <string>

#include "admin/proxy.hpp"
#include "config/settings.hpp"

namespace headgate::admin {

using Stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol>;

/// What the sessions of a listener share, and its owner may change or end while they run.
struct Listening {
  config::Admin settings;
  Proxy& proxy;
  bool open = true;  ///< false: answer what has come, then close
};

/// Serves one connection to its end: HTTP/1.1, one request after the other. `stream` outlives it; closing its socket
/// ends it. Throws when the peer is gone or too slow.
boost::asio::awaitable<void> serve_session(Stream& stream, std::string peer, std::shared_ptr<Listening> listening);

}  // namespace headgate::admin
