// One client connection over HTTP/1.x: reads heads, runs an exchange for each, closes.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/buffer.hpp"
#include "base/ip_address.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "http/head_parser.hpp"
#include "net/stream.hpp"

namespace headgate::exchange {
struct Workspace;
}

namespace headgate::server {

class Http1Downstream;
class Worker;

/// A client's connection, as it was accepted.
struct Accepted {
  std::optional<base::IpAddress> peer;  ///< none: a Unix socket
  bool encrypted = false;
  bool draining = false;  ///< it answers one request
};

class Session : public boost::intrusive::list_base_hook<> {
 public:
  Session(Worker& worker, net::StreamPtr stream, const Accepted& accepted);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (ended_ != nullptr) *ended_ = true;
  }

  /// Serves the connection to its end, then removes it from the worker.
  base::Detached run();
  /// An idle connection closes now, a busy one after its response.
  void drain();
  /// Ends it wherever it is: the drain has lasted too long.
  void cut();

 private:
  enum class HeadState : std::uint8_t { complete, failed, closed };
  /// Between two heads nothing is in memory but this object and two small frames.
  enum class State : std::uint8_t { idle, reading_head, in_exchange, closing };

  base::Task<bool> shake_hands();
  base::Task<void> serve_all();
  [[nodiscard]] bool drained();
  base::Task<HeadState> read_head(exchange::Workspace& workspace);
  base::Task<HeadState> read_rest_of_head(exchange::Workspace& workspace, http::ParseStatus status);
  base::Task<bool> wait_for_bytes();
  base::Task<bool> run_exchange(exchange::Workspace& workspace);
  base::Task<void> refuse(exchange::Workspace& workspace, Error error, std::uint64_t began);
  base::Task<void> linger();
  bool make_room(std::size_t head_bytes);
  void log_silent_close(Cause cause);
  bool may_hold_unread(const Http1Downstream& downstream, const RequestHead& request);
  void watch();

  Worker& worker_;
  net::StreamPtr stream_;
  std::optional<base::IpAddress> peer_;  ///< none: a Unix socket
  std::string peer_text_;
  bool encrypted_;
  base::Buffer buffer_;
  http::RequestParser parser_{http::HeadLimits{}};
  net::Deadline watch_;
  Http1Downstream* running_ = nullptr;
  bool* ended_ = nullptr;  ///< while it is being cut: whether it is gone
  State state_ = State::idle;
  bool fresh_ = true;  ///< no request yet: the time for the head counts from accept
  bool draining_;
  bool unread_ = false;  ///< closing while the client may still be sending
};

}  // namespace headgate::server
