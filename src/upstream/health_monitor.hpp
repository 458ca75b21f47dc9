// Everything about endpoints' health that happens on the control thread, for all workers: probes, the ends of ejections
// and of open breakers, and the log lines of changes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "observe/log.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/panic_watch.hpp"
#include "upstream/prober.hpp"
#include "upstream/resolution.hpp"
#include "upstream/tls_peer.hpp"

namespace headgate::upstream {

class HealthMonitor final : private HealthListener {
 public:
  using Endpoints = PanicWatch::Endpoints;
  using OnChange = std::function<void(const EndpointState& endpoint, const TimelineEntry& entry)>;

  /// Everything here belongs to the thread that runs `control`. `log` outlives it.
  HealthMonitor(boost::asio::io_context& control, observe::Log& log);
  HealthMonitor(const HealthMonitor&) = delete;
  HealthMonitor& operator=(const HealthMonitor&) = delete;
  ~HealthMonitor();

  /// Who else wants to know of every change, such as the state store. Called on the control thread, in the order of the
  /// endpoint's changes.
  void on_change(OnChange callback) { on_change_.push_back(std::move(callback)); }

  /// Takes a new configuration over, by difference: verdicts stay, and so do the times of probes that stay. Before a
  /// worker uses the endpoints. `clients`: for probes of backends of https.
  void apply(const config::Settings& settings, const Endpoints& endpoints, const TlsClients& clients = {});
  /// What backends' names resolve to, for those that are told of: where probes go, and who is out as it has no address.
  /// After apply().
  void set_addresses(const std::map<std::string, Resolution>& by_backend);
  /// A look-up of a backend's name has failed: what is known stays.
  void lookup_failed(const std::string& backend, const std::string& why);
  /// The drain has begun: no more probes.
  void stop_probing() { prober_.stop(); }

  [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }
  /// By EndpointState::name.
  [[nodiscard]] const Prober::AddressBook& addresses() const { return addresses_; }
  /// Whether all backends of that upstream are used, whatever is said of their health.
  [[nodiscard]] bool panic(const std::string& upstream) const { return panic_.panic(upstream); }

 private:
  struct Alive {};
  void changed(const EndpointState& endpoint, const TimelineEntry& entry) override;
  void tell(const std::string& key, const TimelineEntry& entry);
  void tick(const std::string& key, EndpointState& endpoint, Moment now);
  void tick_due();
  void look_for_panic(const std::string& upstream);
  void wait();

  boost::asio::io_context& control_;
  observe::Log& log_;
  boost::asio::steady_timer timer_;
  Prober::AddressBook addresses_;
  Prober prober_;
  PanicWatch panic_;
  Endpoints endpoints_;
  std::map<std::string, std::shared_ptr<EjectionQuota>> quotas_;  ///< by upstream
  std::map<std::string, std::uint64_t> due_;                      ///< when EndpointHealth::tick() is called, by key
  std::vector<OnChange> on_change_;
  std::shared_ptr<Alive> alive_ = std::make_shared<Alive>();  ///< what was posted looks whether this is still there
};

}  // namespace headgate::upstream
