#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <string>

namespace headgate::app {

/// Answers requests on one connection until either side closes it, 120 s pass without a request, or a response stalls
/// for 60 s.
boost::asio::awaitable<void> serve_demo_session(boost::asio::generic::stream_protocol::socket socket,
                                                std::string backend);

}  // namespace headgate::app
