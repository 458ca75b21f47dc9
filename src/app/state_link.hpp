// Between the state store and the health of endpoints: what this instance decides goes to the store, what others
// decided comes from there.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "config/settings.hpp"
#include "net/name_lookup.hpp"
#include "observe/log.hpp"
#include "state/store.hpp"
#include "upstream/health_monitor.hpp"

namespace headgate::app {

/// On the control thread.
class StateLink {
 public:
  /// All references outlive it. `on_secret`: sticky_secret() is another one now, as other instances have had it before.
  StateLink(boost::asio::io_context& control, observe::Log& log, upstream::HealthMonitor& health,
            const config::State& settings, std::function<void()> on_secret);

  /// The backends of the configuration; what is known of others is forgotten.
  void watch(const config::Settings& settings);
  /// Before the control thread runs: a store that is asked over a network is waited for. What it tells later is taken
  /// over when it comes.
  void wait_for_store(std::chrono::milliseconds patience);
  /// What is known of endpoints that are new to the monitor becomes their health. Before a worker uses them.
  void join();

  /// What cookies are signed with where the configuration has no secret; made at random when nobody has one yet.
  [[nodiscard]] std::string sticky_secret();
  [[nodiscard]] state::Status status() const { return store_->status(); }
  /// What earlier runs have counted of that backend.
  [[nodiscard]] state::Counts counted_before(const upstream::EndpointState& endpoint) const;
  /// The process is about to end.
  void flush() { store_->flush(); }

 private:
  void save(const upstream::EndpointState& endpoint, const upstream::TimelineEntry& entry);
  void take_over(const state::BackendId& backend, const state::Entry& entry);
  [[nodiscard]] state::Counts counts_of(const state::BackendId& backend) const;

  boost::asio::io_context& control_;
  net::DnsOptions dns_;  ///< of the configuration, for a store that goes by a name
  upstream::HealthMonitor& health_;
  bool survives_restart_;  ///< only: nobody else writes it
  std::set<state::BackendId> joined_;
  std::unique_ptr<state::Store> store_;
};

}  // namespace headgate::app
