// One client's connection, from accept to close: the handshake, the choice of a protocol, then a session in it.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "base/connection_source.hpp"
#include "base/ip_address.hpp"
#include "base/task.hpp"
#include "exchange/outdated.hpp"
#include "exchange/snapshot.hpp"
#include "exchange/workspace.hpp"
#include "headgate/error.hpp"
#include "http/head_writer.hpp"
#include "net/deadline_wheel.hpp"
#include "net/stream.hpp"
#include "observe/log_record.hpp"
#include "server/session.hpp"

namespace headgate::server {

class Worker;

/// A client's connection, as it was accepted.
struct Accepted {
  std::optional<base::IpAddress> peer;                  ///< none: a Unix socket
  exchange::ListenerPlanPtr listener;                   ///< whose it is, as it was then
  bool draining = false;                                ///< it answers one request
  std::unique_ptr<base::ConnectionSource> source = {};  ///< null: nobody needs it
};

class Connection : public boost::intrusive::list_base_hook<> {
 public:
  /// A client that has just connected when a drain begins, and sends its request in good faith, gets so much time.
  static constexpr std::chrono::milliseconds first_request_in_drain{1'000};

  Connection(Worker& worker, net::StreamPtr stream, Accepted accepted);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() {
    if (ended_ != nullptr) *ended_ = true;
  }

  /// Serves the connection to its end, then removes it from the worker.
  base::Detached run();
  /// An idle connection closes now, a busy one after its responses.
  void drain();
  /// As drain(), but nothing hurries: who is about to begin has the time that it had.
  void retire();
  /// Ends it wherever it is: the drain has lasted too long.
  void cut();
  /// Cuts it after that time.
  void end_within(std::chrono::milliseconds limit);
  /// It began by rules that do not hold any more.
  [[nodiscard]] bool is_one_of(const exchange::Outdated& outdated) const {
    return outdated.listeners.contains(listener_->address) || (outdated.http2 && http2_);
  }
  [[nodiscard]] const std::string& listener_address() const { return listener_->address; }

  // For its session.
  [[nodiscard]] Worker& worker() { return worker_; }
  [[nodiscard]] net::Stream& stream() { return *stream_; }
  /// What has come and was not looked at; without memory while the connection is idle.
  [[nodiscard]] base::Buffer& buffer() { return buffer_; }
  [[nodiscard]] const std::string& peer_text() const { return peer_text_; }
  [[nodiscard]] bool draining() const { return draining_; }
  /// Who sends the request in `workspace`, which keeps what the result points to.
  [[nodiscard]] http::ClientInfo client_info(const exchange::Plan& plan, exchange::Workspace& workspace);
  /// Strict-Transport-Security of its responses; empty: none.
  [[nodiscard]] std::string_view hsts(const exchange::Plan& plan);
  /// Counts and logs it.
  void tell(const Error& error) const;
  /// A connection that was opened ahead of need, or kept, and not used: no news, so only told at level debug.
  void tell_silent_close(Cause cause) const;

 private:
  [[nodiscard]] observe::LogRecord record_of(const Error& error) const;
  base::Task<bool> open();
  /// By which requests are answered, which may come long after the accept.
  const exchange::ListenerPlan& listener_plan(const exchange::Plan& plan);
  base::Task<bool> learn_source();
  base::Task<bool> shake_hands();
  void answer_in_plain_text();
  base::Task<std::optional<bool>> begins_as_http2();
  base::Task<void> linger();

  Worker& worker_;
  net::StreamPtr stream_;
  std::optional<base::IpAddress> peer_;  ///< none: a Unix socket
  std::string peer_text_;
  const exchange::ListenerPlanPtr listener_;  ///< as it was at the accept, by which the connection begins
  std::string certificate_lines_;             ///< what backends are told of the client's certificate
  std::unique_ptr<base::ConnectionSource> source_;
  base::Buffer buffer_;
  std::unique_ptr<Session> session_;
  bool* ended_ = nullptr;                                  ///< while it is being cut: whether it is gone
  std::uint64_t generation_ = 0;                           ///< of the plan that the next is of
  const exchange::ListenerPlan* listener_plan_ = nullptr;  ///< of that generation, or listener_: it is gone from there
  std::unique_ptr<net::Deadline> must_end_;                ///< null: nothing presses
  bool encrypted_ = false;
  bool http2_ = false;
  bool draining_;
  bool cut_ = false;
};

}  // namespace headgate::server
