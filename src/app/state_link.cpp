#include "app/state_link.hpp"

#include <cstdint>
#include <numeric>
#include <utility>
#include <variant>
#include <vector>

#include "app/health_entries.hpp"

namespace headgate::app {
namespace {

using upstream::Actor;
using upstream::EndpointState;

state::BackendId id_of(const EndpointState& endpoint) { return {endpoint.upstream, endpoint.name}; }

std::string key_of(const state::BackendId& backend) { return backend.upstream + ' ' + backend.address; }

const std::string sticky_name = "sticky";

state::Counts counts_in(const EndpointState& endpoint) {
  const auto totals = endpoint.counters.total<observe::BackendTotals>();
  return {std::accumulate(totals.responses.begin(), totals.responses.end(), std::uint64_t{0}), totals.failures};
}

/// What came from the store goes not back to it.
bool came_from_store(const Actor& actor) {
  return actor.kind == Actor::Kind::instance || actor.kind == Actor::Kind::earlier_run;
}

}  // namespace

StateLink::StateLink(boost::asio::io_context& control, observe::Log& log, upstream::HealthMonitor& health,
                     const config::State& settings, std::function<void()> on_secret)
    : control_{control},
      health_{health},
      survives_restart_{settings.store == config::StateStore::file},
      store_{state::make_store(
          settings, {control, log, observe::wall_clock_now,
                     [this](const state::BackendId& backend, const state::Entry& entry) {
                       // A verdict of another instance's probes: ours know better, from here.
                       if (!std::holds_alternative<state::Probes>(entry.change)) take_over(backend, entry);
                     },
                     [on_secret = std::move(on_secret)](const std::string&, const std::string&) { on_secret(); },
                     [this](const state::BackendId& backend) { return counts_of(backend); },
                     [this] { return net::make_dns_lookup(dns_); }})} {
  health_.on_change([this](const EndpointState& endpoint, const upstream::TimelineEntry& entry) {
    if (!came_from_store(entry.actor)) save(endpoint, entry);
  });
}

void StateLink::watch(const config::Settings& settings) {
  dns_ = {settings.resolver.nameservers, settings.resolver.timeout};
  std::vector<state::BackendId> backends;
  std::vector<std::string> secrets;
  for (const auto& [name, upstream] : settings.upstreams) {
    for (const config::Backend& backend : upstream.backends) backends.push_back({name, to_string(backend.address)});
    if (upstream.sticky && !upstream.sticky->secret) secrets = {sticky_name};
  }
  store_->watch(backends, secrets);
}

void StateLink::join() {
  std::set<state::BackendId> joined;
  for (const auto& [key, endpoint] : health_.endpoints()) {
    const state::BackendId backend = id_of(*endpoint);
    joined.insert(backend);
    const state::Record* const known = store_->find(backend);
    if (known == nullptr || joined_.contains(backend)) continue;
    for (const state::Entry& entry : known->entries()) take_over(backend, entry);
  }
  joined_ = std::move(joined);
}

state::Counts StateLink::counted_before(const EndpointState& endpoint) const {
  return store_->counted_before(id_of(endpoint));
}

state::Counts StateLink::counts_of(const state::BackendId& backend) const {
  const auto found = health_.endpoints().find(key_of(backend));
  return found == health_.endpoints().end() ? state::Counts{} : counts_in(*found->second);
}

std::string StateLink::sticky_secret() { return store_->secret(sticky_name); }

void StateLink::wait_for_store(std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!store_->loaded() && !store_->status().degraded) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= std::chrono::steady_clock::duration::zero()) break;
    control_.run_one_for(left);
  }
  control_.restart();  // it may have run out of work
}

void StateLink::save(const EndpointState& endpoint, const upstream::TimelineEntry& entry) {
  const state::BackendId backend = id_of(endpoint);
  for (const state::Entry& decided : to_entries(endpoint.health.record(), reason_of(entry)))
    store_->save(backend, decided);  // what it knows already is no news to it
}

void StateLink::take_over(const state::BackendId& backend, const state::Entry& entry) {
  const auto found = health_.endpoints().find(key_of(backend));
  if (found == health_.endpoints().end()) return;
  const Actor from = survives_restart_ ? Actor{Actor::Kind::earlier_run, {}} : Actor{Actor::Kind::instance, entry.by};
  found->second->health.merge(to_health_record(entry), from, entry.why, upstream::Moment::now());
}

}  // namespace headgate::app
