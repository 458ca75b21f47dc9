// Everything that serves: workers, listeners, backends' names. Built from settings, changed as a whole by a reload.
// Belongs to the control thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/listeners.hpp"
#include "app/name_resolver.hpp"
#include "config/settings.hpp"
#include "exchange/snapshot.hpp"
#include "observe/log.hpp"
#include "server/endpoint_pools.hpp"
#include "server/worker.hpp"

namespace headgate::app {

class Runtime {
 public:
  Runtime(observe::Log& log, std::size_t workers, NameResolver::Resolve resolve = net::resolve);
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  /// All or nothing: compiles the settings and opens new listeners first, then swaps every worker over and waits until
  /// it has. What it returns are the reasons for which nothing was changed.
  std::vector<std::string> apply(config::Settings settings, std::string hash);

  /// Stops taking connections; `drained` is called, on some worker's thread, when the last one has ended.
  void drain(std::function<void()> drained);
  /// Ends the connections that are left.
  void cut();
  void stop();

  [[nodiscard]] BoundListeners listeners() const { return listeners_.bound(); }
  [[nodiscard]] const config::Settings* settings() const { return plan_ ? &plan_->settings : nullptr; }
  [[nodiscard]] const server::ServerState& state() const { return state_; }

 private:
  server::ResolvedEndpoints resolve(const config::Settings& settings);
  void publish(const std::shared_ptr<const exchange::Plan>& plan, const server::ResolvedEndpoints& endpoints);
  void spread_addresses(const std::string& endpoint, const NameResolver::Addresses& addresses);

  observe::Log& log_;
  server::ServerState state_;
  std::vector<std::unique_ptr<server::Worker>> workers_;
  Listeners listeners_;
  std::map<std::string, std::weak_ptr<upstream::EndpointState>> endpoints_;  ///< survive reloads while in use
  std::shared_ptr<const exchange::Plan> plan_;
  std::uint64_t generation_ = 0;
  NameResolver resolver_;  ///< last: its thread calls into the rest
};

/// "auto": the CPUs that this process may use.
std::size_t worker_count(const config::Settings& settings);
observe::LogSettings log_settings(const config::Logging& logging);

}  // namespace headgate::app
