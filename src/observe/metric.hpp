// The one list of metrics: what /metrics says and docs/metrics.md come from it. Names are stable: people graph and
// alert on them. Labels hold names of the configuration, and words of the program's own, never what a client sent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate::observe {

enum class MetricType : std::uint8_t { counter, gauge, histogram };

// clang-format off
//   enumerator                   name                                                type       labels                        help
#define HEADGATE_METRICS(X) \
  X(build_info,                   "headgate_build_info",                              gauge,     "version",                    "1; its label says which version runs.") \
  X(ready,                        "headgate_ready",                                   gauge,     "",                           "1 when /readyz says so: configuration loaded, listeners open, not draining.") \
  X(workers,                      "headgate_workers",                                 gauge,     "",                           "Threads that serve clients.") \
  X(client_connections,           "headgate_client_connections",                      gauge,     "",                           "Client connections that are open.") \
  X(client_connections_accepted,  "headgate_client_connections_accepted_total",       counter,   "",                           "Client connections that were accepted.") \
  X(client_connections_refused,   "headgate_client_connections_refused_total",        counter,   "",                           "Client connections that were refused by limits.connections.") \
  X(requests,                     "headgate_requests_total",                          counter,   "route,status",               "Requests by the class of the status that the client got (2xx, ...); none: no response was sent. Route \"\": it matched none.") \
  X(request_duration,             "headgate_request_duration_seconds",                histogram, "route",                      "From the end of a request's head to the end of its response.") \
  X(request_body_bytes,           "headgate_request_body_bytes_total",                counter,   "route",                      "Bytes of request bodies that came from clients.") \
  X(response_body_bytes,          "headgate_response_body_bytes_total",               counter,   "route",                      "Bytes of response bodies that went to clients.") \
  X(tunnels_open,                 "headgate_tunnels_open",                            gauge,     "",                           "Tunnels (WebSocket, other upgrades, CONNECT) that are open.") \
  X(tunnels,                      "headgate_tunnels_total",                           counter,   "route",                      "Tunnels that were opened.") \
  X(tunnel_received_bytes,        "headgate_tunnel_received_bytes_total",             counter,   "route",                      "Bytes that came from clients through tunnels.") \
  X(tunnel_sent_bytes,            "headgate_tunnel_sent_bytes_total",                 counter,   "route",                      "Bytes that went to clients through tunnels.") \
  X(failures,                     "headgate_failures_total",                          counter,   "cause",                      "Failures, and changes for the worse, by cause (docs/causes.md), whatever logging.level lets through. A retried attempt counts as well.") \
  X(upstream_queue_length,        "headgate_upstream_queue_length",                   gauge,     "upstream",                   "Requests that wait because all backends are at their max_connections.") \
  X(upstream_panic,               "headgate_upstream_panic",                          gauge,     "upstream",                   "1 while too few backends are well (health.panic_percent), so that all are used, backend_up or not.") \
  X(upstream_queued,              "headgate_upstream_queued_total",                   counter,   "upstream",                   "Requests that had to wait so.") \
  X(upstream_retries,             "headgate_upstream_retries_total",                  counter,   "upstream",                   "Further attempts after a failed one.") \
  X(upstream_retries_refused,     "headgate_upstream_retries_refused_total",          counter,   "upstream",                   "Further attempts that retry.budget_percent did not allow.") \
  X(backend_up,                   "headgate_backend_up",                              gauge,     "upstream,backend",           "1 when the backend gets new requests.") \
  X(backend_out,                  "headgate_backend_out",                             gauge,     "upstream,backend,reason",    "1 for each reason why it gets none: drained, unhealthy, unprobed, ejected, breaker_open, unresolved.") \
  X(backend_requests,             "headgate_backend_requests_total",                  counter,   "upstream,backend,status",    "Attempts on the backend by the class of its response's status; none: no response came.") \
  X(backend_failures,             "headgate_backend_failures_total",                  counter,   "upstream,backend",           "Attempts that count as the backend's failures (health.passive).") \
  X(backend_retries,              "headgate_backend_retries_total",                   counter,   "upstream,backend",           "Attempts on the backend that were not their request's first.") \
  X(backend_requests_in_flight,   "headgate_backend_requests_in_flight",              gauge,     "upstream,backend",           "Requests that run on the backend now.") \
  X(backend_first_byte,           "headgate_backend_first_byte_seconds",              histogram, "upstream,backend",           "From the end of a request to the head of the backend's response.") \
  X(backend_ejections,            "headgate_backend_ejections",                       gauge,     "upstream,backend",           "Ejections in a row; each makes the next one longer.") \
  X(backend_breaker_state,        "headgate_backend_breaker_state",                   gauge,     "upstream,backend",           "Of its circuit breaker: 0 closed, 1 half-open, 2 open. Only with one.") \
  X(backend_probe_success,        "headgate_backend_probe_success",                   gauge,     "upstream,backend",           "1 when the last active probe succeeded. Only with probes.") \
  X(backend_probe_duration,       "headgate_backend_probe_duration_seconds",          gauge,     "upstream,backend",           "How long the last active probe took. Only with probes.") \
  X(pool_connections_idle,        "headgate_pool_connections_idle",                   gauge,     "upstream,backend",           "Connections to the backend that are kept for reuse.") \
  X(pool_connections_opened,      "headgate_pool_connections_opened_total",           counter,   "upstream,backend",           "Connections to the backend that were opened.") \
  X(pool_connections_reused,      "headgate_pool_connections_reused_total",           counter,   "upstream,backend",           "Attempts that went over a kept connection.") \
  X(config_reloads,               "headgate_config_reloads_total",                    counter,   "result",                     "Reloads of the configuration: applied, unchanged or refused.") \
  X(config_last_reload_success,   "headgate_config_last_reload_successful",           gauge,     "",                           "0 when the last reload was refused: what is in the file does not serve.") \
  X(config_last_reload_time,      "headgate_config_last_reload_success_timestamp_seconds", gauge, "",                          "When the configuration that serves was taken into service.") \
  X(config_generation,            "headgate_config_generation",                       gauge,     "",                           "Configurations that have served since the start, this one included.") \
  X(certificate_expiry,           "headgate_certificate_expiry_timestamp_seconds",    gauge,     "kind,listener,upstream,file", "When a certificate or an authority (ca) of a listener or an upstream expires, or a revocation list is out of date (kind: certificate, authority, revocation_list), in seconds since 1970.") \
  X(log_records_dropped,          "headgate_log_records_dropped_total",               counter,   "",                           "Log records that found a full queue.") \
  X(log_lines_written,            "headgate_log_lines_written_total",                 counter,   "",                           "Log lines that were written.") \
  X(log_lines_lost,               "headgate_log_lines_lost_total",                    counter,   "",                           "Log lines that were given up because a file could not be written.") \
  X(log_write_failures,           "headgate_log_write_failures_total",                counter,   "",                           "Failed attempts to open or write a log file.") \
  X(state_degraded,               "headgate_state_degraded",                          gauge,     "store",                      "1 while the state store fails and this instance goes on with what it knows.") \
  X(state_errors,                 "headgate_state_errors_total",                      counter,   "store",                      "Failures of the state store.") \
  X(state_saves,                  "headgate_state_saves_total",                       counter,   "store",                      "Records (of the file store: files) that the state store took.") \
  X(state_remote_changes,         "headgate_state_remote_changes_total",              counter,   "store",                      "Verdicts of other instances, or of an earlier run, that were taken over.") \
  X(state_connections,            "headgate_state_connections_total",                 counter,   "store",                      "Connections that were made to Redis.") \
  X(state_latency,                "headgate_state_latency_seconds",                   gauge,     "store",                      "How long the last write of the file, or the last reply of Redis, took.") \
  X(process_cpu,                  "process_cpu_seconds_total",                        counter,   "",                           "User and system CPU time of the process.") \
  X(process_resident_memory,      "process_resident_memory_bytes",                    gauge,     "",                           "Resident memory of the process.") \
  X(process_virtual_memory,       "process_virtual_memory_bytes",                     gauge,     "",                           "Virtual memory of the process.") \
  X(process_open_fds,             "process_open_fds",                                 gauge,     "",                           "File descriptors that the process has open.") \
  X(process_max_fds,              "process_max_fds",                                  gauge,     "",                           "File descriptors that it may have open.") \
  X(process_start_time,           "process_start_time_seconds",                       gauge,     "",                           "When the process started, in seconds since 1970.")
// clang-format on

enum class Metric : std::uint8_t {
#define X(id, name, type, labels, help) id,
  HEADGATE_METRICS(X)
#undef X
};

struct MetricInfo {
  std::string_view name;
  MetricType type;
  std::string_view labels;  ///< names, separated by commas
  std::string_view help;
};

inline constexpr std::array metric_table{
#define X(id, name, type, labels, help) MetricInfo{name, MetricType::type, labels, help},
    HEADGATE_METRICS(X)
#undef X
};
#undef HEADGATE_METRICS

constexpr const MetricInfo& info(Metric metric) { return metric_table[static_cast<std::size_t>(metric)]; }

constexpr std::string_view to_string(MetricType type) {
  constexpr std::array<std::string_view, 3> names{"counter", "gauge", "histogram"};
  return names[static_cast<std::size_t>(type)];
}

}  // namespace headgate::observe
