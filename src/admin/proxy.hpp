// What the admin listener sees of the proxy, and may do to it: values, so that nothing of admin reaches into a worker.
// Everything on the control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "observe/log_record.hpp"
#include "observe/traffic_counters.hpp"
#include "state/store.hpp"
#include "upstream/health_view.hpp"

namespace headgate::admin {

using observe::TimeStamp;

struct ListenerView {
  std::string name;
  std::string address;
};

struct RouteView {
  std::string name;  ///< empty: of requests that matched none
  observe::RouteTotals totals;
};

struct BackendView {
  std::string address;                 ///< as the configuration names it
  std::vector<std::string> addresses;  ///< what its name resolves to
  std::uint32_t weight = 1;
  bool backup = false;
  std::uint32_t max_connections = 0;  ///< 0: unlimited
  std::uint32_t in_flight = 0;
  std::uint32_t out = 0;  ///< bits of upstream::Out, as the path of a request sees them; 0: it gets new requests
  upstream::HealthView health;
  observe::BackendTotals totals;  ///< of this run
  state::Counts counted_before;   ///< by earlier ones
};

struct UpstreamView {
  std::string name;
  std::string strategy;
  observe::UpstreamTotals totals;
  bool panic = false;  ///< health.panic_percent: all are used, whatever is said of their health
  std::vector<BackendView> backends;
};

struct ReloadCounts {
  std::uint64_t applied = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t refused = 0;
};

/// How one attempt to reload ended.
struct ReloadView {
  std::string result;  ///< "applied", "unchanged" or "refused"
  std::string hash;    ///< of what was read
  TimeStamp time{};
  std::vector<std::string> reasons;  ///< why it was refused, or what needs a restart
};

struct ConfigurationView {
  std::string file;  ///< empty: there is none
  std::string hash;
  std::uint64_t generation = 0;
  TimeStamp since{};  ///< it serves
  ReloadCounts reloads;
  std::optional<ReloadView> last_reload;
};

struct LogView {
  std::uint64_t written = 0;
  std::uint64_t dropped = 0;
  std::uint64_t lost = 0;
  std::uint64_t write_failures = 0;
};

/// A file of TLS that is of use until then.
struct CertificateView {
  std::string kind;      ///< "certificate", "authority", "revocation_list"
  std::string listener;  ///< whose it is; empty: an upstream's
  std::string upstream;
  std::string file;
  TimeStamp until{};
};

struct ConnectionsView {
  std::uint64_t open = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t tunnels = 0;  ///< open ones
};

struct ProcessView {
  std::int64_t pid = 0;
  TimeStamp started{};
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t max_fds = 0;
};

struct StatusView {
  std::string version;
  std::string instance;  ///< "host:pid", as other instances read it
  TimeStamp now{};
  std::size_t workers = 0;
  ConfigurationView configuration;
  std::vector<ListenerView> listeners;
  std::vector<CertificateView> certificates;
  ConnectionsView connections;
  LogView log;
  state::Status state;
  ProcessView process;
};

/// /readyz: all of these, or no traffic should come.
struct Readiness {
  bool configured = false;  ///< a configuration serves
  bool listening = false;   ///< its listeners are open
  bool draining = false;    ///< must not be
  [[nodiscard]] bool ready() const { return configured && listening && !draining; }
};

/// A backend by the names that the configuration gives it.
struct BackendName {
  std::string upstream;
  std::string address;
};

class Proxy {
 public:
  [[nodiscard]] virtual Readiness readiness() const = 0;
  [[nodiscard]] virtual StatusView status() const = 0;
  [[nodiscard]] virtual std::vector<RouteView> routes() const = 0;
  [[nodiscard]] virtual observe::FailureTotals failures() const = 0;
  [[nodiscard]] virtual std::vector<UpstreamView> upstreams() const = 0;
  [[nodiscard]] virtual std::optional<UpstreamView> upstream(std::string_view name) const = 0;
  /// The configuration that serves, with every default; secrets hidden.
  [[nodiscard]] virtual std::string configuration() const = 0;
  /// How long passive health ejects first.
  [[nodiscard]] virtual std::chrono::milliseconds eject_for(std::string_view upstream) const = 0;

  // The backend exists. `who`: the operator. False: it was so already.
  virtual bool drain(const BackendName& backend, const std::string& who) = 0;
  virtual bool enable(const BackendName& backend, const std::string& who) = 0;
  virtual void eject(const BackendName& backend, std::chrono::milliseconds time, const std::string& who) = 0;
  virtual ReloadView reload() = 0;

 protected:
  ~Proxy() = default;
};

}  // namespace headgate::admin
