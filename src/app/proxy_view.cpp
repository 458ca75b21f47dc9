#include "app/proxy_view.hpp"

#include <utility>

#include "app/process_figures.hpp"
#include "app/version.hpp"
#include "base/decision.hpp"
#include "config/effective.hpp"
#include "upstream/moment.hpp"

namespace headgate::app {

using upstream::EndpointState;
using upstream::Moment;

ProxyView::ProxyView(Runtime& runtime, const Reloader& reloader, const observe::Log& log, Reload reload)
    : runtime_{runtime}, reloader_{reloader}, log_{log}, reload_{std::move(reload)} {}

admin::Readiness ProxyView::readiness() const {
  return {runtime_.plan() != nullptr, runtime_.listening(), runtime_.draining()};
}

admin::ConfigurationView ProxyView::configuration_view() const {
  admin::ConfigurationView view;
  view.file = reloader_.path();
  view.hash = runtime_.plan()->hash;
  view.generation = runtime_.plan()->generation;
  view.since = runtime_.serving_since();
  view.reloads = reloader_.counts();
  view.last_reload = reloader_.last();
  return view;
}

admin::StatusView ProxyView::status() const {
  admin::StatusView view;
  view.version = version();
  view.instance = base::instance_name();
  view.now = observe::wall_clock_now();
  view.workers = runtime_.workers();
  view.configuration = configuration_view();
  for (const auto& [name, address] : runtime_.listeners()) view.listeners.push_back({name, address});
  for (const config::FileTerm& each : runtime_.plan()->settings.file_terms)
    if (each.ends())
      view.certificates.push_back(
          {std::string{to_string(each.kind)}, each.listener, each.upstream, each.file, each.until});
  const server::ServerState& clients = runtime_.state();
  view.connections = {clients.connections, clients.accepted, clients.refused, clients.open_tunnels.value()};
  view.log = {log_.written(), log_.dropped(), log_.lost(), log_.write_failures()};
  view.state = runtime_.store_status();
  view.process = process_figures();
  return view;
}

std::vector<admin::RouteView> ProxyView::routes() const {
  using observe::RouteTotals;
  const observe::TrafficTable& traffic = *runtime_.plan()->traffic;
  const auto& routes = runtime_.plan()->settings.routes;
  std::vector<admin::RouteView> views{{"", traffic.unrouted->total<RouteTotals>()}};
  for (std::size_t i = 0; i < routes.size(); ++i)
    views.push_back({routes[i].name, traffic.routes[i]->total<RouteTotals>()});
  return views;
}

admin::BackendView ProxyView::view_of(const std::string& of, const config::Backend& backend) const {
  const EndpointState& endpoint = *runtime_.health().endpoints().at(upstream::endpoint_key(of, backend.address));
  admin::BackendView view;
  view.address = endpoint.name;
  const auto& known = runtime_.health().addresses();
  if (const auto found = known.find(endpoint.name); found != known.end())
    for (const net::SocketAddress& address : found->second) view.addresses.push_back(address.text());
  view.weight = backend.weight;
  view.backup = backend.backup;
  view.max_connections = backend.max_connections;
  view.in_flight = endpoint.in_flight.load(std::memory_order_relaxed);
  view.out = endpoint.out.load(std::memory_order_relaxed);
  view.health = endpoint.health.view();
  view.totals = endpoint.counters.total<observe::BackendTotals>();
  view.counted_before = runtime_.counted_before(endpoint);
  return view;
}

admin::UpstreamView ProxyView::view_of(const config::Upstream& upstream, std::size_t index) const {
  admin::UpstreamView view;
  view.name = runtime_.plan()->upstream_names[index];
  view.strategy = upstream.strategy;
  view.totals = runtime_.plan()->traffic->upstreams[index]->total<observe::UpstreamTotals>();
  for (const config::Backend& backend : upstream.backends) view.backends.push_back(view_of(view.name, backend));
  view.panic = runtime_.health().panic(view.name);
  return view;
}

std::vector<admin::UpstreamView> ProxyView::upstreams() const {
  std::vector<admin::UpstreamView> views;
  for (const auto& [name, upstream] : runtime_.plan()->settings.upstreams)
    views.push_back(view_of(upstream, views.size()));
  return views;
}

std::optional<admin::UpstreamView> ProxyView::upstream(std::string_view name) const {
  std::size_t index = 0;
  for (const auto& [known, upstream] : runtime_.plan()->settings.upstreams) {
    if (known == name) return view_of(upstream, index);
    ++index;
  }
  return std::nullopt;
}

std::string ProxyView::configuration() const { return config::effective_json(runtime_.plan()->settings); }

std::chrono::milliseconds ProxyView::eject_for(std::string_view upstream) const {
  const auto& upstreams = runtime_.plan()->settings.upstreams;
  const auto found = upstreams.find(std::string{upstream});
  return found == upstreams.end() ? config::PassiveHealth{}.eject_for : found->second.health.passive.eject_for;
}

upstream::EndpointHealth& ProxyView::health_of(const admin::BackendName& backend) const {
  return runtime_.health().endpoints().at(backend.upstream + ' ' + backend.address)->health;
}

bool ProxyView::drain(const admin::BackendName& backend, const std::string& who) {
  return health_of(backend).drain(who, Moment::now());
}

bool ProxyView::enable(const admin::BackendName& backend, const std::string& who) {
  return health_of(backend).enable(who, Moment::now());
}

void ProxyView::eject(const admin::BackendName& backend, std::chrono::milliseconds time, const std::string& who) {
  health_of(backend).eject(time, who, Moment::now());
}

}  // namespace headgate::app
