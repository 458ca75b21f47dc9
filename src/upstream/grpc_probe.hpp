#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "config/upstream_settings.hpp"
#include "upstream/grpc_check.hpp"
#include "upstream/probe_answer.hpp"

namespace headgate::upstream {

/// Over a connection that is open, and closed when it has taken too long. `scheme`: "http", "https".
template <class Stream>
boost::asio::awaitable<ProbeAnswer> ask_by_grpc(Stream& stream, const config::ActiveHealth& rules,
                                                std::string_view scheme) {
  namespace asio = boost::asio;
  GrpcCheck check{{rules.host, scheme, rules.service, rules.timeout}};
  std::array<char, 4096> space;
  boost::system::error_code error;
  for (;;) {
    const std::string out = check.take_output();
    if (check.done()) break;
    co_await asio::async_write(stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return probe_failed(error);
    const std::size_t bytes =
        co_await stream.async_read_some(asio::buffer(space), asio::redirect_error(asio::use_awaitable, error));
    if (error && error != asio::error::eof) co_return probe_failed(error);
    if (error)
      check.closed();
    else
      check.receive({space.data(), bytes});
  }
  co_return ProbeAnswer{check.http_status(), 0, check.failure()};
}

}  // namespace headgate::upstream
