// One connection to Redis: hiredis speaks the protocol, Asio waits for the socket (hiredis 0.14 has no adapter for it).
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "headgate/endpoint.hpp"
#include "state/redis_reply.hpp"

namespace headgate::state {

class RedisConnection {
 public:
  /// Not called when the connection ends before the reply.
  using OnReply = std::function<void(const RedisReply& reply)>;
  struct Events {
    std::function<void()> on_connected;
    /// Once, with the reason, and never from within a call. Nothing else is called after it.
    std::function<void(const std::string& reason)> on_end;
  };

  /// `server`: an IP address or the path of a Unix socket; a name would be looked up, and block. `timeout`: for the
  /// connection to be made, and for each reply.
  RedisConnection(boost::asio::io_context& context, const Endpoint& server, std::chrono::milliseconds timeout,
                  Events events);
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;
  /// Ends it without an event.
  ~RedisConnection();

  /// From on_connected on. Replies come in the order of the commands.
  void send(const RedisCommand& command, OnReply on_reply);
  /// From the last command to be answered until its reply.
  [[nodiscard]] std::chrono::microseconds latency() const;

 private:
  class Link;
  std::shared_ptr<Link> link_;
};

}  // namespace headgate::state
