#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstddef>
#include <string>

#include "http2/single_call.hpp"

namespace headgate::upstream {

/// Sends the call and reads until it is done, over a connection that is open, and closed when it has taken too long.
template <class Stream>
boost::asio::awaitable<boost::system::error_code> carry_out(Stream& stream, http2::SingleCall& call) {
  namespace asio = boost::asio;
  std::array<char, 4096> space;
  boost::system::error_code error;
  for (;;) {
    const std::string out = call.take_output();
    if (call.done()) break;
    co_await asio::async_write(stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return error;
    const std::size_t bytes =
        co_await stream.async_read_some(asio::buffer(space), asio::redirect_error(asio::use_awaitable, error));
    if (error && error != asio::error::eof) co_return error;
    if (error)
      call.closed();
    else
      call.receive({space.data(), bytes});
  }
  co_return boost::system::error_code{};
}

}  // namespace headgate::upstream
