// The HTTP/2 connections of one pool, and the calls that wait for one: the driver. What it decides stands in
// http2_rules.hpp. Calls share connections; a further one is opened when all are full, and those who wait share what is
// on its way, so that a burst of calls opens no more than it needs.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "config/upstream_settings.hpp"
#include "headgate/result.hpp"
#include "http2/workspace.hpp"
#include "net/connector.hpp"
#include "net/pause.hpp"
#include "upstream/call_options.hpp"
#include "upstream/http2_connection.hpp"

namespace headgate::upstream {

class Pool;

class Http2Connections final : private Http2Owner {
 public:
  /// Both outlive it.
  Http2Connections(Pool& pool, http2::Workspace& workspace);
  Http2Connections(const Http2Connections&) = delete;
  Http2Connections& operator=(const Http2Connections&) = delete;
  /// Without calls.
  ~Http2Connections();

  /// `either`: the peer may choose HTTP/1.1 (ALPN).
  void apply(const config::UpstreamHttp2& settings, bool either);
  /// They take no calls any more.
  void retire_all();
  /// No more are kept without a call than keep_alive.max_idle.
  void trim();
  /// A call on a connection that has room, the oldest one; null if there is none.
  CallPtr take(const CallOptions& options);
  /// A call on a connection to come, or on one that gets room before.
  base::Task<Result<CallPtr>> connect(const CallOptions& options, net::ConnectCanceller& canceller);
  /// Connections without a call.
  [[nodiscard]] std::size_t idle() const;

 private:
  struct Waiter : boost::intrusive::list_base_hook<> {
    const CallOptions& options;
    std::optional<Result<CallPtr>> answer;  ///< a null call: over HTTP/1.1, each on its own
    net::Pause patience;
    std::uint64_t came;  ///< tick
    Waiter(const CallOptions& wanted, net::DeadlineWheel& wheel)
        : options{wanted}, patience{wheel}, came{wheel.now()} {}
  };
  struct Attempt : boost::intrusive::list_base_hook<> {
    net::ConnectCanceller canceller;
    std::shared_ptr<Http2Connection> connection;  ///< while it says hello
    bool abandoned = false;                       ///< the pool has gone
  };

  /// Whether the pool goes while somebody is told something.
  struct Watch {
    explicit Watch(Http2Connections& watched) : of{watched}, outer{std::exchange(watched.gone_, &gone)} {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() {
      if (!gone)
        of.gone_ = outer;
      else if (outer != nullptr)
        *outer = true;
    }
    Http2Connections& of;
    bool gone = false;
    bool* outer;
  };

  void room_changed(Http2Connection& connection) override;
  void ended(Http2Connection& connection) override;

  base::Task<Result<CallPtr>> wait(const CallOptions& options, net::ConnectCanceller& canceller);
  void begin_connects();
  base::Detached open(CallOptions options);
  base::Task<Error> greet(Attempt& attempt, net::StreamPtr stream, const CallOptions& options);
  [[nodiscard]] bool is_http2(const net::Stream& stream) const;
  void serve_waiters();
  Result<CallPtr> try_take(const CallOptions& options);
  void answer(Waiter& waiter, Result<CallPtr> with);
  void answer_all(Error error, std::uint64_t who_came_until = UINT64_MAX);
  void connect_failed(Error error, std::uint64_t began);

  Pool& pool_;
  http2::Workspace& workspace_;
  http2::CallbacksPtr callbacks_;
  config::UpstreamHttp2 settings_;
  std::vector<std::shared_ptr<Http2Connection>> connections_;  ///< the oldest one first
  boost::intrusive::list<Waiter> waiters_;
  boost::intrusive::list<Attempt> attempts_;
  std::size_t expected_streams_ = 1;  ///< of a connection, by the last one
  bool either_ = false;
  std::optional<std::uint64_t> http1_since_;  ///< tick at which the peer chose it, if it did the last time
  bool* gone_ = nullptr;                      ///< of the innermost Watch
};

}  // namespace headgate::upstream
