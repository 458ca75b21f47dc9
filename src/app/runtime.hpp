// Everything that serves: workers, listeners, backends' names. Built from settings, changed as a whole by a reload.
// Belongs to the control thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "admin/server.hpp"
#include "app/certificate_watch.hpp"
#include "app/listeners.hpp"
#include "app/name_resolver.hpp"
#include "app/ocsp_stapling.hpp"
#include "app/state_link.hpp"
#include "config/settings.hpp"
#include "exchange/snapshot.hpp"
#include "observe/log.hpp"
#include "observe/traffic_registry.hpp"
#include "server/endpoint_pools.hpp"
#include "server/worker.hpp"
#include "upstream/health_monitor.hpp"

namespace headgate::app {

class Runtime {
 public:
  Runtime(observe::Log& log, std::size_t workers, std::unique_ptr<net::NameLookup> lookup = net::make_dns_lookup({}));
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  /// The admin listener follows the configuration from now on. It outlives this, or the last call of apply().
  void use(admin::Server& admin) { admin_ = &admin; }

  /// All or nothing: compiles the settings and opens new listeners first, then swaps every worker over and waits until
  /// it has. What it returns are the reasons for which nothing was changed.
  std::vector<std::string> apply(config::Settings settings, std::string hash);

  /// Stops taking connections; `drained` is called, on some worker's thread, when the last one has ended.
  void drain(std::function<void()> drained);
  /// Ends the connections that are left.
  void cut();
  void stop();

  /// The admin listener among them.
  [[nodiscard]] BoundListeners listeners() const;
  [[nodiscard]] bool listening() const { return !listeners_.bound().empty(); }
  [[nodiscard]] std::size_t workers() const { return workers_.size(); }
  /// Null: nothing was applied yet.
  [[nodiscard]] const exchange::Plan* plan() const { return plan_.get(); }
  [[nodiscard]] observe::TimeStamp serving_since() const { return serving_since_; }
  [[nodiscard]] bool draining() const { return draining_; }
  /// Only after the first apply().
  [[nodiscard]] state::Status store_status() const { return state_link_->status(); }
  [[nodiscard]] state::Counts counted_before(const upstream::EndpointState& endpoint) const {
    return state_link_->counted_before(endpoint);
  }
  [[nodiscard]] const config::Settings* settings() const { return plan_ ? &plan_->settings : nullptr; }
  [[nodiscard]] const server::ServerState& state() const { return state_; }
  /// What the control thread runs.
  [[nodiscard]] boost::asio::io_context& control() { return control_; }
  [[nodiscard]] upstream::HealthMonitor& health() { return health_; }

 private:
  std::vector<std::string> open_listeners(const config::Settings& settings);
  void roll_back_listeners();
  server::ResolvedEndpoints resolve(const config::Settings& settings);
  std::unique_ptr<net::NameLookup> changed_lookup(const config::Resolver& settings);
  std::shared_ptr<upstream::EndpointState> state_of(const std::string& upstream, const Endpoint& endpoint);
  std::shared_ptr<upstream::WaitingWorkers> waiting_for(const std::string& upstream);
  void begin_state(const config::Settings& settings);
  void give_secrets(config::Settings& settings);
  void use_secret_of_others();
  void watch_health(const exchange::Plan& plan, const server::ResolvedEndpoints& endpoints);
  static void start_at_full_weight(const server::ResolvedEndpoints& endpoints);
  void publish(const std::shared_ptr<const exchange::Plan>& plan, const server::ResolvedEndpoints& endpoints);
  void lookup_failed(const std::string& endpoint, const Error& error);
  void spread_addresses(const std::string& endpoint, const NameResolver::Addresses& addresses);

  observe::Log& log_;
  boost::asio::io_context control_{1};
  upstream::HealthMonitor health_{control_, log_};  ///< outlives the workers, who tell it of changes
  std::unique_ptr<StateLink> state_link_;
  CertificateWatch certificates_{control_, log_};
  OcspStapling stapling_{control_, log_};
  server::ServerState state_;
  observe::TrafficRegistry counters_;
  exchange::KeptTls kept_tls_;
  std::vector<std::unique_ptr<server::Worker>> workers_;
  Listeners listeners_;
  admin::Server* admin_ = nullptr;
  std::map<std::string, std::weak_ptr<upstream::EndpointState>> endpoints_;  ///< survive reloads while in use
  std::map<std::string, std::weak_ptr<upstream::WaitingWorkers>> waiting_;   ///< by upstream; likewise
  config::Settings configured_;                                              ///< as the plan's were given to apply()
  std::shared_ptr<const exchange::Plan> plan_;
  std::uint64_t generation_ = 0;
  observe::TimeStamp serving_since_{};
  bool draining_ = false;
  net::DnsOptions dns_;    ///< of the look-ups that are in use
  NameResolver resolver_;  ///< last: its thread calls into the rest
};

/// "auto": the CPUs that this process may use.
std::size_t worker_count(const config::Settings& settings);
observe::LogSettings log_settings(const config::Logging& logging);

}  // namespace headgate::app
