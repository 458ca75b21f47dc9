// One client connection over HTTP/1.x: reads heads, runs an exchange for each, closes.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "http/head_parser.hpp"
#include "net/stream.hpp"
#include "server/session.hpp"

namespace headgate::exchange {
struct Workspace;
}

namespace headgate::server {

class Connection;
class Http1Downstream;
class Worker;

class Http1Session final : public Session {
 public:
  explicit Http1Session(Connection& connection);

  base::Task<bool> serve() override;
  void drain() override;
  void lose_client(Cause cause) override;

 private:
  enum class HeadState : std::uint8_t { complete, failed, closed };
  /// Between two heads nothing is in memory but this object and two small frames.
  enum class State : std::uint8_t { idle, reading_head, in_exchange, closing };

  [[nodiscard]] bool drained();
  base::Task<HeadState> read_head(exchange::Workspace& workspace);
  base::Task<HeadState> read_rest_of_head(exchange::Workspace& workspace, http::ParseStatus status);
  base::Task<bool> wait_for_bytes();
  base::Task<bool> run_exchange(exchange::Workspace& workspace);
  base::Task<void> refuse(exchange::Workspace& workspace, Error error, std::uint64_t began);
  bool make_room(std::size_t head_bytes);
  bool may_hold_unread(const Http1Downstream& downstream, const RequestHead& request);
  void watch();

  Connection& connection_;
  Worker& worker_;
  net::Stream& stream_;
  base::Buffer& buffer_;
  http::RequestParser parser_{http::HeadLimits{}};
  net::Deadline watch_;
  Http1Downstream* running_ = nullptr;
  State state_ = State::idle;
  bool fresh_ = true;    ///< no request yet: the time for the head counts from accept
  bool unread_ = false;  ///< closing while the client may still be sending
};

}  // namespace headgate::server
