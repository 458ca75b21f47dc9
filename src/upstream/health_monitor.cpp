#include "upstream/health_monitor.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <set>
#include <utility>

#include "upstream/change_event.hpp"

namespace headgate::upstream {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

std::uint32_t count_distinct(const config::Upstream& upstream) {
  std::set<std::string> names;
  for (const config::Backend& backend : upstream.backends) names.insert(to_string(backend.address));
  return static_cast<std::uint32_t>(names.size());
}

}  // namespace

HealthMonitor::HealthMonitor(boost::asio::io_context& control, observe::Log& log)
    : control_{control}, log_{log}, timer_{control}, prober_{control, addresses_} {}

HealthMonitor::~HealthMonitor() {
  for (const auto& [key, endpoint] : endpoints_) endpoint->health.retire();
}

void HealthMonitor::apply(const config::Settings& settings, const Endpoints& endpoints, const TlsClients& clients) {
  const Moment now = Moment::now();
  std::vector<WantedProbe> wanted;
  std::size_t index = 0;
  for (const auto& [name, upstream] : settings.upstreams) {
    const auto client = index < clients.size() ? clients[index] : nullptr;
    ++index;
    auto& quota = quotas_[name];
    if (!quota) quota = std::make_shared<EjectionQuota>();
    quota->set_limit(count_distinct(upstream), upstream.health.passive.max_ejected_percent);
    for (const config::Backend& backend : upstream.backends) {
      const auto& endpoint = endpoints.at(endpoint_key(name, backend.address));
      endpoint->health.apply({upstream.health, upstream.circuit_breaker}, quota, this, now);
      if (upstream.health.active)
        wanted.push_back({endpoint, *upstream.health.active, tls_peer(client, upstream.tls, backend.address),
                          upstream.proxy_protocol, upstream.protocol});
    }
  }
  for (const auto& [key, endpoint] : std::exchange(endpoints_, endpoints)) {
    if (endpoints_.contains(key)) continue;
    endpoint->health.retire();
    due_.erase(key);
  }
  std::set<std::string> names;
  for (const auto& [key, endpoint] : endpoints_) names.insert(endpoint->name);
  std::erase_if(addresses_, [&](const auto& known) { return !names.contains(known.first); });
  std::erase_if(quotas_, [&](const auto& quota) { return !settings.upstreams.contains(quota.first); });
  prober_.update(wanted);
  panic_.apply(settings, endpoints_);
  for (const auto& [name, upstream] : settings.upstreams) look_for_panic(name);
  for (const auto& [key, endpoint] : endpoints_) tick(key, *endpoint, now);  // one may have come back with an ejection
  wait();
}

void HealthMonitor::set_addresses(const std::map<std::string, Resolution>& by_backend) {
  const Moment now = Moment::now();
  for (const auto& [key, endpoint] : endpoints_) {
    const auto found = by_backend.find(endpoint->name);
    if (found == by_backend.end()) continue;
    const auto& [addresses, why_none] = found->second;
    endpoint->health.set_resolved(!addresses.empty(), addresses.empty() ? why_none : describe(addresses), now);
  }
  for (const auto& [backend, resolution] : by_backend) {
    const auto before = std::exchange(addresses_[backend], resolution.addresses);
    log_move(log_, backend, before, resolution.addresses);
  }
}

void HealthMonitor::lookup_failed(const std::string& backend, const std::string& why) {
  const auto known = addresses_.find(backend);
  if (known != addresses_.end() && known->second.empty()) set_addresses({{backend, {{}, why}}});
}

/// On the thread that made the change.
void HealthMonitor::changed(const EndpointState& endpoint, const TimelineEntry& entry) {
  boost::asio::post(
      control_, [this, key = endpoint_key(endpoint.upstream, endpoint.endpoint), entry, alive = std::weak_ptr{alive_}] {
        if (!alive.expired()) tell(key, entry);
      });
}

void HealthMonitor::tell(const std::string& key, const TimelineEntry& entry) {
  const auto found = endpoints_.find(key);
  if (found == endpoints_.end()) return;
  EndpointState& endpoint = *found->second;
  log_change(log_, endpoint, entry);
  for (const OnChange& callback : on_change_) callback(endpoint, entry);
  tick(key, endpoint, Moment::now());
  look_for_panic(endpoint.upstream);
  wait();
}

void HealthMonitor::look_for_panic(const std::string& upstream) {
  if (const auto change = panic_.look(upstream)) log_panic(log_, upstream, *change);
}

void HealthMonitor::tick(const std::string& key, EndpointState& endpoint, Moment now) {
  if (const auto next = endpoint.health.tick(now))
    due_[key] = *next;
  else
    due_.erase(key);
}

void HealthMonitor::tick_due() {
  const Moment now = Moment::now();
  std::vector<std::string> over;
  for (const auto& [key, due] : due_)
    if (due <= now.ns) over.push_back(key);
  for (const std::string& key : over) tick(key, *endpoints_.at(key), now);
  wait();
}

void HealthMonitor::wait() {
  if (due_.empty()) return;
  const auto next =
      std::min_element(due_.begin(), due_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  timer_.expires_at(SteadyTime{std::chrono::nanoseconds{next->second}});
  timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& cancelled) {
    if (!cancelled && !alive.expired()) tick_due();
  });
}

}  // namespace headgate::upstream
