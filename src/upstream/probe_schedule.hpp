// Which probes are sent, and when. The same probe of several upstreams is sent once. Knows no socket and no clock:
// `now` is monotonic nanoseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/upstream_settings.hpp"
#include "net/tls_client.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/health_view.hpp"

namespace headgate::upstream {

/// A probe that an upstream wants of one of its endpoints.
struct WantedProbe {
  std::shared_ptr<EndpointState> endpoint;
  config::ActiveHealth rules;
  net::TlsPeer tls = {};
  base::ProxyVersion proxy_protocol = base::ProxyVersion::none;
  config::UpstreamProtocol protocol = config::UpstreamProtocol::http1;
};

/// A result for one of those who want the probe.
struct ProbeResult {
  std::shared_ptr<EndpointState> endpoint;
  ProbeReport report;
  std::uint64_t next = 0;  ///< when the probe is sent again
};

/// The pause after a probe. It doubles with each failure after the backend has been found unhealthy: who is down for
/// long is asked seldom, and who has just failed is asked as often as ever. `random` in [0, 1).
std::chrono::milliseconds pause_after_probe(const config::ActiveHealth& rules, std::uint32_t failures_in_a_row,
                                            double random);

class ProbeSchedule {
 public:
  /// What makes two probes the same: where they go, what they ask and expect, and how often.
  using Key = std::string;
  static Key key_of(const WantedProbe& probe);

  /// Replaces the probes that are wanted. Those that stay keep their times and are not sent anew; what is known of them
  /// is returned for those who want them only now. New ones are due at once.
  std::vector<ProbeResult> update(const std::vector<WantedProbe>& wanted, std::uint64_t now);

  struct Due {
    Key key;
    std::string backend;  ///< whose addresses it goes to
    Endpoint endpoint;    ///< that, or another port there
    config::ActiveHealth rules;
    net::TlsPeer tls;
    base::ProxyVersion proxy_protocol = base::ProxyVersion::none;
    config::UpstreamProtocol protocol = config::UpstreamProtocol::http1;
  };
  /// Up to `most` that are due and not running, the longest due first. They are running from now on.
  std::vector<Due> begin(std::size_t most, std::uint64_t now);
  /// The end of one that begin() gave out; no report: it said nothing of the endpoint. Returns who wants to know.
  std::vector<ProbeResult> end(const Key& key, const std::optional<ProbeReport>& report, double random,
                               std::uint64_t now);
  /// When begin() has something to give, if ever.
  [[nodiscard]] std::optional<std::uint64_t> next_due() const {
    return waiting_.empty() ? std::nullopt : std::optional{waiting_.begin()->first};
  }
  [[nodiscard]] std::size_t size() const { return probes_.size(); }

 private:
  struct Scheduled {
    std::string backend;
    Endpoint endpoint;
    config::ActiveHealth rules;
    net::TlsPeer tls;
    base::ProxyVersion proxy_protocol;
    config::UpstreamProtocol protocol;
    std::vector<std::shared_ptr<EndpointState>> wanted_by;
    std::uint64_t due = 0;
    std::uint32_t failures_in_a_row = 0;
    bool running = false;
    std::optional<ProbeReport> last = {};
  };
  std::map<Key, Scheduled> probes_;
  std::set<std::pair<std::uint64_t, Key>> waiting_;  ///< those that are not running, by the time at which they are due
};

}  // namespace headgate::upstream
