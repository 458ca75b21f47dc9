#include "admin/json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "admin/health_json.hpp"
#include "admin/json_values.hpp"
#include "headgate/cause.hpp"
#include "upstream/out.hpp"

namespace headgate::admin {
namespace {

Json to_json(const ConfigurationView& configuration) {
  Json json{{"generation", configuration.generation},
            {"hash", configuration.hash},
            {"since", time_text(configuration.since)},
            {"reloads",
             {{"applied", configuration.reloads.applied},
              {"unchanged", configuration.reloads.unchanged},
              {"refused", configuration.reloads.refused}}}};
  if (!configuration.file.empty()) json["file"] = configuration.file;
  if (configuration.last_reload) json["last_reload"] = to_json(*configuration.last_reload);
  return json;
}

Json to_json(const state::Status& state) {
  Json json{{"store", state.store},
            {"degraded", state.degraded},
            {"since", time_text(state.since)},
            {"errors", state.errors},
            {"saves", state.saves},
            {"remote_changes", state.remote_changes},
            {"connections", state.connections},
            {"latency_ms", milliseconds(state.latency)}};
  if (!state.last_error.empty()) json["last_error"] = state.last_error;
  return json;
}

Json to_json(const ProcessView& process) {
  return {{"pid", process.pid},
          {"started", time_text(process.started)},
          {"cpu_seconds", process.cpu_seconds},
          {"resident_bytes", process.resident_bytes},
          {"open_fds", process.open_fds},
          {"max_fds", process.max_fds}};
}

Json to_json(const RouteView& route) {
  return {{"name", route.name},
          {"responses", responses_json(route.totals.responses)},
          {"duration_ms", quantiles_json(route.totals.duration)},
          {"body_bytes_received", route.totals.bytes_received},
          {"body_bytes_sent", route.totals.bytes_sent},
          {"tunnels",
           {{"opened", route.totals.tunnels},
            {"bytes_received", route.totals.tunnel_bytes_received},
            {"bytes_sent", route.totals.tunnel_bytes_sent}}}};
}

Json routes_json(const Proxy& proxy) {
  Json all = Json::array();
  for (const RouteView& route : proxy.routes()) all.push_back(to_json(route));
  return all;
}

/// Only causes that have come up.
Json failures_json(const observe::FailureTotals& failures) {
  Json json = Json::object();
  for (std::size_t i = 1; i < cause_table.size(); ++i)
    if (failures.by_cause[i] != 0) json[std::string{cause_table[i].name}] = failures.by_cause[i];
  return json;
}

Json pool_json(const observe::BackendTotals& totals) {
  return {
      {"idle", totals.connections_idle}, {"opened", totals.connections_opened}, {"reused", totals.connections_reused}};
}

}  // namespace

Json to_json(const Readiness& readiness) {
  return {{"ready", readiness.ready()},
          {"configured", readiness.configured},
          {"listening", readiness.listening},
          {"draining", readiness.draining}};
}

Json to_json(const ReloadView& reload) {
  return {
      {"result", reload.result}, {"hash", reload.hash}, {"time", time_text(reload.time)}, {"reasons", reload.reasons}};
}

Json to_json(const BackendView& backend, Timeline timeline) {
  const observe::BackendTotals& totals = backend.totals;
  Json json{
      {"address", backend.address},
      {"addresses", backend.addresses},
      {"up", backend.out == 0},
      {"state", upstream::describe(backend.health.reasons)},
      {"since", time_text(backend.health.since)},
      {"weight", backend.weight},
      {"backup", backend.backup},
      {"max_connections", backend.max_connections},
      {"in_flight", backend.in_flight},
      {"responses", responses_json(totals.responses)},
      {"failures", totals.failures},
      {"retries", totals.retries},
      {"first_byte_ms", quantiles_json(totals.first_byte)},
      {"earlier_runs", {{"requests", backend.counted_before.requests}, {"failures", backend.counted_before.failures}}},
      {"pool", pool_json(totals)}};
  json["health"] = health_json(backend.health);
  if (timeline == Timeline::yes) json["timeline"] = timeline_json(backend.health.timeline);
  return json;
}

Json to_json(const UpstreamView& upstream, Timeline timeline) {
  Json json{{"name", upstream.name},
            {"strategy", upstream.strategy},
            {"panic", upstream.panic},
            {"queue_length", upstream.totals.queue_length},
            {"queued", upstream.totals.queued},
            {"retries", upstream.totals.retries},
            {"retries_refused", upstream.totals.retries_refused},
            {"backends", Json::array()}};
  for (const BackendView& backend : upstream.backends) json["backends"].push_back(to_json(backend, timeline));
  return json;
}

Json to_json(const std::vector<CertificateView>& certificates) {
  Json json = Json::array();
  for (const CertificateView& each : certificates)
    json.push_back({{"kind", each.kind},
                    {"listener", each.listener},
                    {"upstream", each.upstream},
                    {"file", each.file},
                    {"until", time_text(each.until)}});
  return json;
}

Json status_json(const Proxy& proxy) {
  const StatusView status = proxy.status();
  Json listeners = Json::array();
  for (const ListenerView& listener : status.listeners)
    listeners.push_back({{"name", listener.name}, {"address", listener.address}});
  Json json{{"version", status.version}, {"instance", status.instance}, {"time", time_text(status.now)}};
  json["readiness"] = to_json(proxy.readiness());
  json["workers"] = status.workers;
  json["configuration"] = to_json(status.configuration);
  json["listeners"] = std::move(listeners);
  json["certificates"] = to_json(status.certificates);
  json["connections"] = {{"open", status.connections.open},
                         {"accepted", status.connections.accepted},
                         {"refused", status.connections.refused},
                         {"tunnels", status.connections.tunnels}};
  json["routes"] = routes_json(proxy);
  json["failures"] = failures_json(proxy.failures());
  json["state"] = to_json(status.state);
  json["log"] = {{"written", status.log.written},
                 {"dropped", status.log.dropped},
                 {"lost", status.log.lost},
                 {"write_failures", status.log.write_failures}};
  json["process"] = to_json(status.process);
  return json;
}

}  // namespace headgate::admin
