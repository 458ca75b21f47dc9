// One worker: a thread, its loop, its listeners, connections, pools and snapshot. Nothing here is touched by another
// thread but through post().
#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/buffer.hpp"
#include "exchange/snapshot.hpp"
#include "exchange/workspace.hpp"
#include "net/acceptor.hpp"
#include "net/connector.hpp"
#include "net/event_loop.hpp"
#include "observe/counter.hpp"
#include "observe/log_writer.hpp"
#include "server/connection.hpp"
#include "server/date_cache.hpp"
#include "server/endpoint_pools.hpp"
#include "server/http2_workspace.hpp"

namespace headgate::server {

/// Counters that all workers share.
struct ServerState {
  std::atomic<std::uint32_t> connections{0};  ///< client connections open now
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};  ///< by limits.connections
  observe::SharedGauge open_tunnels;
};

class Worker {
 public:
  Worker(std::size_t index, ServerState& state, observe::LogWriter& log, net::Connect connect = net::connect);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // From the control thread.
  void start();
  void post(std::function<void()> work) { loop_.post(std::move(work)); }
  void stop_and_join();

  // On the worker's own thread (post them).
  /// Outdated connections close when they have answered what runs on them.
  void adopt(std::shared_ptr<const exchange::Plan> plan, const ResolvedEndpoints& endpoints,
             const exchange::Outdated& outdated = {});
  void set_addresses(const std::string& endpoint, const std::vector<net::SocketAddress>& addresses);
  /// A place on that upstream has become free in another worker.
  void look_again(const std::string& upstream) { pools_.look_again(upstream); }
  /// By these rules, until adopt() brings others for the same address.
  void listen(exchange::ListenerPlanPtr listener, net::ListenSocket socket);
  /// Serves a client's connection to its end.
  void serve(net::StreamPtr stream, Accepted accepted);
  /// Takes what the kernel has accepted already, then closes the listener; first waits up to 1.5 s for clients that the
  /// kernel holds back. Its connections close when they have answered what runs on them, for which they get
  /// timeouts.drain.
  void stop_listening(const std::string& address);
  /// No new connections; idle ones close, busy ones after their response; `drained` is called when none is left.
  void drain(std::function<void()> drained);
  /// Ends what is left.
  void cut();

  // For connections and their sessions.
  [[nodiscard]] net::EventLoop& loop() { return loop_; }
  [[nodiscard]] base::BufferPool& buffers() { return buffers_; }
  [[nodiscard]] exchange::Environment& environment() { return environment_; }
  [[nodiscard]] const exchange::SnapshotPtr& snapshot() const { return snapshot_; }
  [[nodiscard]] Http2Workspace& http2() { return http2_; }
  [[nodiscard]] const std::string& date() { return date_.now(); }
  std::unique_ptr<exchange::Workspace> lend_workspace();
  void take_back(std::unique_ptr<exchange::Workspace> workspace);
  void end(Connection& connection);
  [[nodiscard]] std::size_t sessions() const { return connections_.size(); }

 private:
  /// One that the configuration does not name any more goes on by the rules that it had last, as long as it accepts.
  struct Listening {
    exchange::ListenerPlanPtr plan;
    std::unique_ptr<net::Acceptor> acceptor;
    bool leaving = false;
  };
  using ListeningPtr = std::unique_ptr<Listening>;  ///< what its acceptor calls refers to it

  void accepted(const Listening& listening, int fd, const net::SocketAddress& peer);
  void serve_accepted(const Listening& listening, int fd, const net::SocketAddress& peer);
  void refuse_connection(const exchange::ListenerPlan& listener, int fd, const net::SocketAddress& peer);
  void accept_failed(int error);
  void report_if_drained();
  void retire(ListeningPtr listening);
  template <class Action>
  void for_each_connection(Action action);
  void look_after_retiring();

  std::size_t index_;
  ServerState& state_;
  observe::LogWriter& log_;
  net::EventLoop loop_;
  base::BufferPool buffers_;
  exchange::Environment environment_;
  DateCache date_;
  Http2Workspace http2_;
  EndpointPools pools_;
  exchange::SnapshotPtr snapshot_;
  std::map<std::string, ListeningPtr> listening_;  ///< by the configured address
  std::vector<ListeningPtr> retiring_;
  net::Deadline look_again_{loop_.wheel(), [](void* self) { static_cast<Worker*>(self)->look_after_retiring(); }, this};
  int looks_left_ = 0;  ///< after the youngest of them began to retire
  boost::intrusive::list<Connection> connections_;
  std::vector<std::unique_ptr<exchange::Workspace>> workspaces_;
  std::function<void()> drained_;
  std::uint64_t accept_failures_ = 0;
  int last_accept_error_ = 0;
  std::thread thread_;
};

}  // namespace headgate::server
