#include "admin/metrics_text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "headgate/cause.hpp"
#include "observe/exposition.hpp"
#include "upstream/out.hpp"

namespace headgate::admin {
namespace {

using observe::Exposition;
using observe::Metric;
using upstream::CircuitBreaker;
using Upstreams = std::vector<UpstreamView>;
using Routes = std::vector<RouteView>;

constexpr std::uint64_t number(bool yes) { return yes ? 1 : 0; }
double seconds(TimeStamp time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

void write_routes(Exposition& out, const Routes& routes) {
  out.begin(Metric::requests);
  for (const RouteView& route : routes)
    for (std::size_t i = 0; i < route.totals.responses.size(); ++i)
      out.sample({route.name, observe::name_of_status_class(i)}, route.totals.responses[i]);
  out.begin(Metric::request_duration);
  for (const RouteView& route : routes) out.histogram({route.name}, route.totals.duration);
  out.begin(Metric::request_body_bytes);
  for (const RouteView& route : routes) out.sample({route.name}, route.totals.bytes_received);
  out.begin(Metric::response_body_bytes);
  for (const RouteView& route : routes) out.sample({route.name}, route.totals.bytes_sent);
  out.begin(Metric::tunnels);
  for (const RouteView& route : routes) out.sample({route.name}, route.totals.tunnels);
  out.begin(Metric::tunnel_received_bytes);
  for (const RouteView& route : routes) out.sample({route.name}, route.totals.tunnel_bytes_received);
  out.begin(Metric::tunnel_sent_bytes);
  for (const RouteView& route : routes) out.sample({route.name}, route.totals.tunnel_bytes_sent);
}

void write_failures(Exposition& out, const observe::FailureTotals& failures) {
  out.begin(Metric::failures);
  for (std::size_t i = 1; i < cause_table.size(); ++i)
    if (observe::is_counted(static_cast<Cause>(i))) out.sample({cause_table[i].name}, failures.by_cause[i]);
}

/// One metric of all upstreams.
template <class Figure>
void write_each(Exposition& out, const Upstreams& upstreams, Metric metric, Figure figure) {
  out.begin(metric);
  for (const UpstreamView& upstream : upstreams) out.sample({upstream.name}, std::uint64_t{figure(upstream)});
}

void write_upstreams(Exposition& out, const Upstreams& upstreams) {
  using Upstream = UpstreamView;
  write_each(out, upstreams, Metric::upstream_queue_length, [](const Upstream& u) { return u.totals.queue_length; });
  write_each(out, upstreams, Metric::upstream_panic, [](const Upstream& u) { return number(u.panic); });
  write_each(out, upstreams, Metric::upstream_queued, [](const Upstream& u) { return u.totals.queued; });
  write_each(out, upstreams, Metric::upstream_retries, [](const Upstream& u) { return u.totals.retries; });
  write_each(out, upstreams, Metric::upstream_retries_refused,
             [](const Upstream& u) { return u.totals.retries_refused; });
}

/// Calls for each backend of each upstream, under the head of one metric.
template <class Write>
void for_each_backend(Exposition& out, const Upstreams& upstreams, Metric metric, Write write) {
  out.begin(metric);
  for (const UpstreamView& upstream : upstreams)
    for (const BackendView& backend : upstream.backends) write(upstream.name, backend);
}

/// One metric of all backends.
template <class Figure>
void write_backends(Exposition& out, const Upstreams& upstreams, Metric metric, Figure figure) {
  for_each_backend(out, upstreams, metric, [&](const std::string& upstream, const BackendView& backend) {
    out.sample({upstream, backend.address}, std::uint64_t{figure(backend)});
  });
}

void write_traffic(Exposition& out, const Upstreams& upstreams) {
  using Backend = BackendView;
  for_each_backend(out, upstreams, Metric::backend_requests, [&](const auto& upstream, const Backend& backend) {
    for (std::size_t i = 0; i < backend.totals.responses.size(); ++i)
      out.sample({upstream, backend.address, observe::name_of_status_class(i)}, backend.totals.responses[i]);
  });
  write_backends(out, upstreams, Metric::backend_failures, [](const Backend& b) { return b.totals.failures; });
  write_backends(out, upstreams, Metric::backend_retries, [](const Backend& b) { return b.totals.retries; });
  write_backends(out, upstreams, Metric::backend_requests_in_flight, [](const Backend& b) { return b.in_flight; });
  for_each_backend(out, upstreams, Metric::backend_first_byte, [&](const auto& upstream, const Backend& backend) {
    out.histogram({upstream, backend.address}, backend.totals.first_byte);
  });
  write_backends(out, upstreams, Metric::pool_connections_idle,
                 [](const Backend& b) { return b.totals.connections_idle; });
  write_backends(out, upstreams, Metric::pool_connections_opened,
                 [](const Backend& b) { return b.totals.connections_opened; });
  write_backends(out, upstreams, Metric::pool_connections_reused,
                 [](const Backend& b) { return b.totals.connections_reused; });
}

constexpr std::uint64_t level_of(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::closed:
      return 0;
    case CircuitBreaker::State::half_open:
      return 1;
    default:
      return 2;
  }
}

void write_health(Exposition& out, const Upstreams& upstreams) {
  using Backend = BackendView;
  write_backends(out, upstreams, Metric::backend_up, [](const Backend& b) { return number(b.out == 0); });
  for_each_backend(out, upstreams, Metric::backend_out, [&](const auto& upstream, const Backend& backend) {
    for (std::uint32_t reason = 1; reason <= bit(upstream::Out::unresolved); reason *= 2)
      out.sample({upstream, backend.address, upstream::describe(reason)}, number((backend.out & reason) != 0));
  });
  write_backends(out, upstreams, Metric::backend_ejections, [](const Backend& b) { return b.health.ejections; });
  for_each_backend(out, upstreams, Metric::backend_breaker_state, [&](const auto& upstream, const Backend& backend) {
    if (backend.health.has_breaker) out.sample({upstream, backend.address}, level_of(backend.health.breaker));
  });
  for_each_backend(out, upstreams, Metric::backend_probe_success, [&](const auto& upstream, const Backend& backend) {
    const auto& probe = backend.health.last_probe;
    if (probe) out.sample({upstream, backend.address}, number(probe->success));
  });
  for_each_backend(out, upstreams, Metric::backend_probe_duration, [&](const auto& upstream, const Backend& backend) {
    const auto& probe = backend.health.last_probe;
    if (probe && probe->latency_us >= 0)
      out.sample({upstream, backend.address}, static_cast<double>(probe->latency_us) / 1e6);
  });
}

void write_configuration(Exposition& out, const ConfigurationView& configuration) {
  out.begin(Metric::config_reloads);
  out.sample({"applied"}, configuration.reloads.applied);
  out.sample({"unchanged"}, configuration.reloads.unchanged);
  out.sample({"refused"}, configuration.reloads.refused);
  const bool refused = configuration.last_reload && configuration.last_reload->result == "refused";
  out.single(Metric::config_last_reload_success, number(!refused));
  out.single(Metric::config_last_reload_time, seconds(configuration.since));
  out.single(Metric::config_generation, configuration.generation);
}

void write_certificates(Exposition& out, const std::vector<CertificateView>& certificates) {
  out.begin(Metric::certificate_expiry);
  for (const CertificateView& each : certificates)
    out.sample({each.kind, each.listener, each.upstream, each.file}, seconds(each.until));
}

void write_log(Exposition& out, const LogView& log) {
  out.single(Metric::log_records_dropped, log.dropped);
  out.single(Metric::log_lines_written, log.written);
  out.single(Metric::log_lines_lost, log.lost);
  out.single(Metric::log_write_failures, log.write_failures);
}

void write_state(Exposition& out, const state::Status& state) {
  const auto write = [&](Metric metric, auto value) {
    out.begin(metric);
    out.sample({state.store}, value);
  };
  write(Metric::state_degraded, number(state.degraded));
  write(Metric::state_errors, state.errors);
  write(Metric::state_saves, state.saves);
  write(Metric::state_remote_changes, state.remote_changes);
  write(Metric::state_connections, state.connections);
  write(Metric::state_latency, std::chrono::duration<double>(state.latency).count());
}

void write_process(Exposition& out, const StatusView& status) {
  out.begin(Metric::build_info);
  out.sample({status.version}, std::uint64_t{1});
  out.single(Metric::workers, std::uint64_t{status.workers});
  out.single(Metric::client_connections, status.connections.open);
  out.single(Metric::client_connections_accepted, status.connections.accepted);
  out.single(Metric::client_connections_refused, status.connections.refused);
  out.single(Metric::tunnels_open, status.connections.tunnels);
  out.single(Metric::process_cpu, status.process.cpu_seconds);
  out.single(Metric::process_resident_memory, status.process.resident_bytes);
  out.single(Metric::process_virtual_memory, status.process.virtual_bytes);
  out.single(Metric::process_open_fds, status.process.open_fds);
  out.single(Metric::process_max_fds, status.process.max_fds);
  out.single(Metric::process_start_time, seconds(status.process.started));
}

}  // namespace

std::string metrics_text(const Proxy& proxy) {
  Exposition out;
  const StatusView status = proxy.status();
  write_process(out, status);
  out.single(Metric::ready, number(proxy.readiness().ready()));
  write_routes(out, proxy.routes());
  write_failures(out, proxy.failures());
  const Upstreams upstreams = proxy.upstreams();
  write_upstreams(out, upstreams);
  write_traffic(out, upstreams);
  write_health(out, upstreams);
  write_configuration(out, status.configuration);
  write_certificates(out, status.certificates);
  write_log(out, status.log);
  write_state(out, status.state);
  return out.take();
}

}  // namespace headgate::admin
